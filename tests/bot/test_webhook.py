"""A text comes in as Twilio posts it: whatever it holds, it is answered sensibly, on both databases."""

import datetime as dt
from typing import Any

import flask
import pytest
import sqlalchemy as sa

from bot.webhook import twiml
from locales import _, speaking
from locales.sms import for_sms
from models.arrivals import Reply
from models.family import Consent, ConsentKind, Phone
from models.message import Direction, Message, MessageState
from models.program import Room
from models.sign_up import SignUp
from notifications.signatures import Signatures
from tests.bot import posting
from tests.bot.posting import database_of, new_sid, post, reply_in, sms, text
from tests.models import rows

IN_FOUR = {"en": "hello, good morning", "es": "hola buenos dias", "pt": "oi, bom dia", "ht": "bonjou, kijan ou ye"}


def stored(app: flask.Flask, kind: type[Any]) -> list[Any]:
    with database_of(app).reading() as session:
        return list(session.scalars(sa.select(kind).order_by(kind.id)))


def phone(app: flask.Flask) -> Phone:
    """The only phone there is."""
    [one] = stored(app, Phone)
    assert isinstance(one, Phone)
    return one


def said_to(app: flask.Flask, sentence: str) -> str:
    with speaking(phone(app).language or "es"):
        return _(sentence)


def test_a_text_and_its_reply_are_stored_and_the_reply_tells_us_of_its_status(app: flask.Flask) -> None:
    form = sms("hola")
    response = post(app, form)
    heard, reply = stored(app, Message)
    assert response.content_type == "text/xml; charset=utf-8"
    [message] = posting.parsed(response)
    assert message.tag == "Message"
    assert message.attrib == {"action": f"{posting.PUBLIC_URL}/twilio/status?message={reply.id}"}
    assert (heard.direction, heard.state, heard.body) == (Direction.IN, MessageState.RECEIVED, "hola")
    assert heard.provider_sid == reply.answers_sid == form["MessageSid"]
    assert (reply.direction, reply.state, reply.purpose) == (Direction.OUT, MessageState.SENT, "reply")
    assert phone(app).number == "+14135550142"


def test_silence_is_an_empty_response(sqlite_app: flask.Flask) -> None:
    response = post(sqlite_app, sms("STOP", OptOutType="STOP"))
    root = posting.parsed(response)
    assert (response.status_code, response.mimetype) == (200, "text/xml")
    assert (root.tag, len(root), root.text) == ("Response", 0, None)


def test_a_reply_is_escaped_and_holds_nothing_that_xml_cannot() -> None:
    signatures = Signatures(["12345"], posting.PUBLIC_URL)
    response = twiml(Reply(7, "Ciencia <3 & \"café\" 'ñ' \x0b\ufffe\n\U0001f44d"), signatures)
    [message] = posting.parsed(response)
    assert message.text == "Ciencia <3 & \"café\" 'ñ' \n\U0001f44d"
    assert message.get("action") == f"{posting.PUBLIC_URL}/twilio/status?message=7"


# --- what a phone can send --------------------------------------------------------------------------------------

ODD_BODIES = {
    "nothing at all": "",
    "spaces": "   ",
    "1,600 characters": "quiero ayuda " * 123,
    "5,000 characters": "á" * 5000,
    "emoji only": "\U0001f44d\U0001f3fd\U0001f602",
    "a family of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "Arabic": "مرحبا، أريد تسجيل طفلي",
    "right-to-left marks": "\u202ehola\u202c \u200f2",
    "a NUL byte": "ho\x00la",
    "control characters": "\x08\x0b\x1b[31mhola\ufffe",
    "combining marks": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "other digits": "٢ children",
    "a huge number": "9" * 1600,
    "a percent sign": "100% (name)s %s %(name)s {0}",
    "markup": "<Response><Message>&amp;</Message></Response>",
    "a quote": "'; DROP TABLE phones; --",
    "only a newline": "\r\n",
    "a code point beyond the first plane": "𝓗𝓸𝓵𝓪 \U0010ffff",
}


@pytest.fixture
def asking(app: flask.Flask) -> flask.Flask:
    """The service with a program that asks for all there is to ask."""
    with database_of(app).begin() as session:
        asks = ["name", "grade", "ride", "hand_over", "diet"]
        rows.program(session, rooms=[Room(seats=3)], asks=asks)
    return app


def test_whatever_the_text_it_is_answered(app: flask.Flask) -> None:
    for name, body in ODD_BODIES.items():
        reply = text(app, body, posting.new_number())
        assert reply, name
        assert len(reply) <= 1600, name
    heard = [message for message in stored(app, Message) if message.direction == "in"]
    assert {message.state for message in heard} == {MessageState.RECEIVED}
    assert max(len(message.body) for message in heard) == 1600
    assert "hola" in {message.body for message in heard}, "the NUL byte is gone, the words are not"


def test_whatever_the_answer_to_whichever_question(asking: flask.Flask) -> None:
    answers = ["I want to sign up for robotics", "1", "8, 3rd grade", "Ana", "2", "no", "1"]
    for number in range(1, len(answers)):
        sender = posting.new_number()
        for body in answers[:number]:
            assert text(asking, body, sender)
        for body in ODD_BODIES.values():
            assert text(asking, body, sender), (answers[number], body)
    states = {message.state for message in stored(asking, Message)}
    assert states == {MessageState.RECEIVED, MessageState.SENT}


MEDIA: dict[str, tuple[dict[str, str], list[str]]] = {
    "picture": (
        {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://example.org/1"},
        ["image/jpeg"],
    ),
    "two things": (
        {"NumMedia": "2", "MediaContentType0": "image/jpeg", "MediaContentType1": "text/vcard"},
        ["image/jpeg", "text/vcard"],
    ),
    "voice note": ({"NumMedia": "1", "MediaContentType0": "audio/ogg"}, ["audio/ogg"]),
    "sticker": ({"NumMedia": "1", "MediaContentType0": "image/webp", "MessageType": "sticker"}, ["image/webp"]),
    "place": ({"Latitude": "42.1015", "Longitude": "-72.5898", "MessageType": "location"}, ["location"]),
    "no kind": ({"NumMedia": "1"}, ["unknown"]),
    "odd kind": ({"NumMedia": "1", "MediaContentType0": "im\x00age/" + "x" * 99}, ["image/" + "x" * 34]),
}


@pytest.mark.parametrize("sender", ["+14135550142", "whatsapp:+14135550142"])
def test_what_is_not_text_is_met_with_what_we_can_read(app: flask.Flask, sender: str) -> None:
    for name, (more, kinds) in MEDIA.items():
        reply = text(app, "", sender, **more) or ""
        told = said_to(app, "I can only read text here. Write a word or a number, or PERSON and someone will call you.")
        assert for_sms(told) in for_sms(reply), name
        assert stored(app, Message)[-2].media == kinds, name


def test_a_picture_with_words_is_answered_by_its_words(sqlite_app: flask.Flask) -> None:
    with_picture = text(sqlite_app, "menu", NumMedia="1", MediaContentType0="image/jpeg")
    with database_of(sqlite_app).begin() as session:
        session.execute(sa.delete(Consent))
        session.execute(sa.delete(Message))
        session.execute(sa.delete(Phone))
    assert with_picture == text(sqlite_app, "menu")


def test_an_odd_count_of_media_is_no_media(sqlite_app: flask.Flask) -> None:
    for number in ("x", "-1", "", "٣", "9" * 5000, "1e3"):
        assert text(sqlite_app, "hola", NumMedia=number)
    assert {tuple(message.media) for message in stored(sqlite_app, Message)} == {()}


# --- who a sender can be ------------------------------------------------------------------------------------------


SENDERS = [
    ("+14135550142", "+14135550142", "sms"),
    ("whatsapp:+14135550143", "+14135550143", "whatsapp"),
    ("whatsapp:+5215512345678", "+525512345678", "whatsapp"),
    ("+525512345679", "+525512345679", "sms"),
    ("12345", "12345", "sms"),
    ("whatsapp:US.13491208655302741918", "US.13491208655302741918", "whatsapp"),
    ("AMAZON", "AMAZON", "sms"),
    ("Anonymous", "Anonymous", "sms"),
    ("+1413555\x000144", "+14135550144", "sms"),
    ("ñandú ☎", "ñandú ☎", "sms"),
]


def test_a_sender_of_any_kind_is_answered(app: flask.Flask) -> None:
    for sender, number, channel in SENDERS:
        assert text(app, "hola", sender), sender
        assert stored(app, Phone)[-1].number == number
        assert stored(app, Message)[-1].channel == channel
    assert len(stored(app, Phone)) == len(SENDERS)


def test_the_two_spellings_of_a_mexican_number_are_one_phone(sqlite_app: flask.Flask) -> None:
    text(sqlite_app, "hola", "whatsapp:+5215512345678")
    text(sqlite_app, "hola", "+525512345678")
    assert phone(sqlite_app).number == "+525512345678"


def test_a_very_long_sender_is_no_reason_to_fail(app: flask.Flask) -> None:
    assert text(app, "hola", "whatsapp:US." + "x7" * 70)
    assert text(app, "hola", "whatsapp:US." + "x7" * 70)
    assert len(stored(app, Phone)) == 1


def test_without_a_sender_or_an_id_there_is_silence(sqlite_app: flask.Flask) -> None:
    for change in ({"From": ""}, {"From": "  "}, {"From": "whatsapp:"}, {"MessageSid": "\x00"}):
        assert reply_in(post(sqlite_app, sms("hola") | change)) is None
    for missing in ("From", "MessageSid"):
        form = sms("hola")
        del form[missing]
        assert reply_in(post(sqlite_app, form)) is None
    assert stored(sqlite_app, Phone) == []


def test_other_parameters_may_be_missing(app: flask.Flask) -> None:
    for missing in ("To", "NumMedia", "Body", "AccountSid", "SmsStatus"):
        form = sms("hola")
        del form[missing]
        assert reply_in(post(app, form)), missing


def test_parameters_that_nobody_told_us_of_are_signed_and_left_alone(sqlite_app: flask.Flask) -> None:
    new = {"ExternalUserId": "US.1349", "ChannelMetadata": '{"type":"whatsapp"}', "ReferralNumMedia": "0", "ñ": "é"}
    assert text(sqlite_app, "hola", **new)


# --- what Twilio has answered already -------------------------------------------------------------------------------


def consents(app: flask.Flask) -> list[tuple[ConsentKind, str]]:
    return [(line.kind, line.how) for line in stored(app, Consent)]


def test_twilios_own_stop_and_start_change_our_state_in_silence(app: flask.Flask) -> None:
    text(app, "hola")
    assert text(app, "STOP", OptOutType="STOP") is None
    assert phone(app).opted_out_at is not None
    assert text(app, "START", OptOutType="START") is None
    assert phone(app).opted_out_at is None
    assert consents(app) == [
        (ConsentKind.OPT_IN, "texted us"),
        (ConsentKind.OPT_OUT, "Twilio"),
        (ConsentKind.OPT_IN, "Twilio"),
    ]
    assert [message.direction for message in stored(app, Message)] == ["in", "out", "in", "in"]


def test_twilios_own_help_changes_nothing(app: flask.Flask) -> None:
    text(app, "hola")
    before = phone(app).places
    assert text(app, "HELP", OptOutType="HELP") is None
    assert phone(app).places == before
    assert phone(app).opted_out_at is None


def test_after_stop_there_is_silence_until_they_come_back(app: flask.Flask) -> None:
    assert text(app, "ya no me manden mensajes")
    assert phone(app).opted_out_at is not None
    assert text(app, "gracias por todo") is None
    assert text(app, "START")
    assert phone(app).opted_out_at is None


def test_an_empty_opt_out_type_is_none(sqlite_app: flask.Flask) -> None:
    assert text(sqlite_app, "hola", OptOutType="")
    assert text(sqlite_app, "hola", posting.new_number(), OptOutType="SOMETHING") is None


# --- the same text again -----------------------------------------------------------------------------------------


def test_the_same_text_again_gets_the_same_reply_and_changes_nothing(app: flask.Flask) -> None:
    with database_of(app).begin() as session:
        rows.program(session, rooms=[Room(seats=3)])
    for body in ("I want to sign up for robotics", "1", "8"):
        form = sms(body)
        first = post(app, form)
        before = (phone(app).places, len(stored(app, Message)), len(stored(app, Consent)))
        again = post(app, form)
        assert again.data == first.data
        assert (phone(app).places, len(stored(app, Message)), len(stored(app, Consent))) == before
    assert len(stored(app, SignUp)) == 1


def test_a_text_met_with_silence_is_met_with_silence_again(app: flask.Flask) -> None:
    form = sms("STOP", OptOutType="STOP")
    for _delivery in range(2):
        assert reply_in(post(app, form)) is None
    assert len(stored(app, Consent)) == 1


def test_the_same_words_under_another_id_are_another_text(sqlite_app: flask.Flask) -> None:
    sid = new_sid()
    text(sqlite_app, "menu", MessageSid=sid)
    text(sqlite_app, "menu", MessageSid=sid[:-1] + "x")
    assert len(stored(sqlite_app, Message)) == 4


def test_a_reply_by_sms_and_its_repetition_are_spelled_alike(sqlite_app: flask.Flask) -> None:
    form = sms(IN_FOUR["pt"])
    assert reply_in(post(sqlite_app, form)) == reply_in(post(sqlite_app, form))


@pytest.mark.parametrize("language", IN_FOUR)
def test_the_first_words_tell_the_language(sqlite_app: flask.Flask, language: str) -> None:
    text(sqlite_app, IN_FOUR[language])
    assert phone(sqlite_app).language == language


def test_the_times_are_of_now(sqlite_app: flask.Flask) -> None:
    before = dt.datetime.now(dt.UTC)
    text(sqlite_app, "hola")
    assert before <= phone(sqlite_app).created_at <= dt.datetime.now(dt.UTC)
