"""The stand-in for Twilio, asked by Twilio's own client and watched by its own validator."""

import datetime as dt
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.client import NotSettled, TwilioApi, running
from tests.twilio_api.faults import CallbackTrouble, Faults, Trouble
from tests.twilio_api.receiving import Receiver, receiving
from tests.twilio_api.sending import FAMILY, SENDER, client, post_in_threads, send

SERVICE = "MG" + "a" * 32
CONTENT = {
    "sid": "HX" + "b" * 32,
    "language": "es",
    "variables": {"1": "Ana", "2": "lunes"},
    "types": {"twilio/text": {"body": "Hola {{1}}, el {{2}} hay clase."}},
    "approval_requests": {"name": "class", "category": "UTILITY", "status": "approved", "rejection_reason": ""},
}


@pytest.fixture(scope="module")
def shared() -> Iterator[TwilioApi]:
    with running() as api:
        yield api


@pytest.fixture
def api(shared: TwilioApi) -> TwilioApi:
    shared.reset()
    return shared


@pytest.fixture
def twilio(api: TwilioApi) -> Client:
    return client(api)


@pytest.fixture
def receiver(api: TwilioApi) -> Iterator[Receiver]:
    with receiving() as receiver:
        api.send_callbacks_to(receiver.origin)
        yield receiver
        api.send_callbacks_to(None)


# Creating and listing


def test_a_message_is_taken_and_recorded(api: TwilioApi, twilio: Client) -> None:
    before = time.monotonic()
    made = send(twilio, body="á" * 71)
    assert made.sid.startswith("SM")
    assert len(made.sid) == 34
    assert (made.status, made.num_segments, made.from_, made.to) == ("queued", "2", SENDER, FAMILY)
    assert (made.error_code, made.date_sent, made.date_created.tzinfo) == (None, None, dt.UTC)
    [message] = api.processed()
    assert (message.sid, message.segments, message.body) == (made.sid, 2, "á" * 71)
    assert before < message.arrived < time.monotonic()
    assert abs(message.created - time.time()) < 5


def test_a_service_chooses_the_sender_when_it_sends(api: TwilioApi, twilio: Client) -> None:
    api.misbehave(Faults(sent_after=None))
    made = twilio.messages.create(to=FAMILY, messaging_service_sid=SERVICE, body="Hola")
    assert (made.status, made.num_segments, made.from_) == ("accepted", "0", None)
    api.misbehave(Faults())
    other = twilio.messages.create(to=FAMILY, messaging_service_sid=SERVICE, body="Hola")
    api.settled(2)
    assert other.fetch().num_segments == "1"
    assert other.fetch().from_ is not None
    assert other.fetch().date_sent is not None
    assert made.fetch().date_sent is None


def test_a_whatsapp_message_goes_by_its_content(api: TwilioApi, twilio: Client) -> None:
    api.know_contents([CONTENT])
    named: dict[str, Any] = {"to": f"whatsapp:{FAMILY}", "from_": f"whatsapp:{SENDER}", "content_sid": CONTENT["sid"]}
    made = twilio.messages.create(content_variables=json.dumps({"1": "Luz", "2": "jueves"}), **named)
    sample = twilio.messages.create(content_variables=json.dumps({"1": "Luz"}), **named)
    assert [made.body, sample.body] == ["Hola Luz, el jueves hay clase.", "Hola Luz, el lunes hay clase."]
    assert [message.segments for message in api.processed()] == [1, 1]
    assert api.processed()[0].content_variables == {"1": "Luz", "2": "jueves"}


def test_messages_are_listed_newest_first_in_pages(api: TwilioApi, twilio: Client) -> None:
    for number in range(7):
        send(twilio, body=f"Hola {number}")
    send(twilio, to="+14135550143")
    api.settled(8)
    now = dt.datetime.now(dt.UTC)
    listed = twilio.messages.list(to=FAMILY, date_sent_after=now - dt.timedelta(minutes=5), page_size=3)
    assert [message.body for message in listed] == [f"Hola {number}" for number in reversed(range(7))]
    assert {message.status for message in listed} == {"delivered"}
    assert len(twilio.messages.list()) == 8
    assert twilio.messages.list(from_="+14135550199") == []
    assert twilio.messages.list(date_sent_before=now - dt.timedelta(minutes=5)) == []


def test_a_queued_message_answers_to_no_date(api: TwilioApi, twilio: Client) -> None:
    api.misbehave(Faults(sent_after=None))
    made = send(twilio)
    assert [message.sid for message in twilio.messages.list(to=FAMILY)] == [made.sid]
    assert twilio.messages.list(to=FAMILY, date_sent_after=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) == []


def test_contents_and_their_approvals_are_told(api: TwilioApi, twilio: Client) -> None:
    others = [{**CONTENT, "sid": f"HX{number:032}"} for number in range(4)]
    api.know_contents([CONTENT, *others])
    listed = twilio.content.v1.content_and_approvals.list(page_size=2)
    assert [content.sid for content in listed] == [content["sid"] for content in [CONTENT, *others]]
    assert listed[0].approval_requests["status"] == "approved"
    approval = twilio.content.v1.contents(CONTENT["sid"]).approval_fetch().fetch()
    assert (approval.sid, approval.whatsapp["category"]) == (CONTENT["sid"], "UTILITY")


def test_it_runs_by_hand_too() -> None:
    command = [sys.executable, "-m", "tests.twilio_api", "--port", "0", "--auth-token", "f" * 32]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        api = TwilioApi(f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}")
        assert send(client(api, token="f" * 32)).status == "queued"
        process.terminate()
    assert process.returncode == 0


# Refusals


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": "4135550142"}, 21211),
        ({"to": "whatsapp:+14135550142"}, 21910),
        ({"from_": "not a number!"}, 21212),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"messaging_service_sid": "MG1"}, 21705),
        ({"content_sid": "HX1"}, 21655),
        ({"content_sid": "HX" + "0" * 32, "content_variables": "{"}, 21656),
        ({"content_sid": "HX" + "0" * 32, "content_variables": '{"1": 1}'}, 21656),
        ({"status_callback": "https://my_host.example.org/"}, 21609),
    ],
)
def test_what_twilio_refuses_is_refused(api: TwilioApi, twilio: Client, asked: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as raised:
        send(twilio, **asked)
    assert (raised.value.status, raised.value.code) == (400, code)
    assert raised.value.msg.startswith("Unable to create record: ")
    assert (api.counts().attempts, api.counts().processed) == (1, 0)


def test_only_the_account_with_its_token_is_served(api: TwilioApi, twilio: Client) -> None:
    for ask in (send, lambda stranger: stranger.messages.list(to=FAMILY, limit=1)):
        with pytest.raises(Exception, match=r"401|Authenticate"):
            ask(client(api, token="f" * 32))
    with pytest.raises(TwilioRestException) as raised:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (raised.value.status, raised.value.code) == (404, 20404)


def test_numbers_are_refused_as_told(api: TwilioApi, twilio: Client) -> None:
    api.misbehave(Faults(refused={FAMILY: 21610, "+14135550143": 20503}))
    for to, status, code in [(FAMILY, 400, 21610), ("+14135550143", 503, 20503)]:
        with pytest.raises(TwilioRestException) as raised:
            send(twilio, to=to)
        assert (raised.value.status, raised.value.code) == (status, code)
    assert send(twilio, to="+14135550144").status == "queued"
    assert api.counts().answers == {"400": 1, "503": 1, "201": 1}


# Troubles


@pytest.mark.parametrize("trouble", Trouble)
def test_an_attempt_meets_the_trouble_told(api: TwilioApi, trouble: Trouble) -> None:
    api.misbehave(Faults(attempts={FAMILY: [trouble]}))
    raised, said = met(trouble)
    with pytest.raises(raised, match=said):
        send(client(api, timeout=0.3 if "timeout" in trouble else 10))
    assert api.summary().per_message == ({(FAMILY, "Hola"): 1} if trouble.is_processed else {})
    assert api.counts().answers == {trouble: 1}
    send(client(api))
    assert api.summary().attempts_per_number == {FAMILY: 2}


def met(trouble: Trouble) -> tuple[type[Exception], str]:
    """What Twilio's client makes of a trouble."""
    if "timeout" in trouble:
        return requests.ReadTimeout, "timed out"
    if "reset" in trouble:
        return requests.ConnectionError, "reset by peer"
    if trouble is Trouble.GARBAGE:
        return ValueError, "Expecting value"
    return TwilioRestException, "Too Many Requests" if trouble is Trouble.TOO_MANY else "HTTP 500 error"


def test_a_timeout_ends_in_a_closed_connection(api: TwilioApi, twilio: Client) -> None:
    api.misbehave(Faults(hold=0.02, numbers={FAMILY: Trouble.TIMEOUT_AFTER}))
    with pytest.raises(requests.ConnectionError, match="Remote end closed"):
        send(twilio)
    assert api.counts().processed == 1


def test_shares_are_kept_and_the_same_each_time(api: TwilioApi) -> None:
    faults = Faults(seed=7, shares={Trouble.TOO_MANY: 0.2, Trouble.ERROR_AFTER: 0.1})
    api.misbehave(faults)
    post_in_threads(api, 300)
    first = api.counts()
    assert 35 <= first.answers[Trouble.TOO_MANY] <= 85
    assert 12 <= first.answers[Trouble.ERROR_AFTER] <= 50
    assert first.processed == 300 - first.answers[Trouble.TOO_MANY]
    api.reset()
    api.misbehave(faults)
    post_in_threads(api, 300)
    assert api.counts().answers == first.answers
    api.reset()
    api.misbehave(replace(faults, seed=8))
    post_in_threads(api, 300)
    assert api.counts().answers != first.answers


def test_asking_may_meet_trouble_too(api: TwilioApi, twilio: Client) -> None:
    made = send(twilio)
    api.misbehave(Faults(asked=Trouble.ERROR_BEFORE))
    with pytest.raises(TwilioRestException) as raised:
        made.fetch()
    assert raised.value.status == 500


def test_answers_take_their_time(api: TwilioApi, twilio: Client) -> None:
    api.misbehave(Faults(latency=0.05))
    before = time.monotonic()
    send(twilio)
    assert time.monotonic() - before >= 0.05


# Callbacks


def test_callbacks_are_signed_for_their_own_address(api: TwilioApi, twilio: Client, receiver: Receiver) -> None:
    address = "https://texts.example.org/twilio/status?d=a~b.c&x=%C3%A9"
    made = send(twilio, status_callback=f"{address}#rc=5&rp=all")
    assert api.settled(1).callbacks == {"204": 2}
    for status in ("sent", "delivered"):
        path, signature, form = receiver.came.get_nowait()
        assert path == "/twilio/status?d=a~b.c&x=%C3%A9"
        assert RequestValidator(AUTH_TOKEN).validate(address, form, signature)
        assert (form["MessageStatus"], form["MessageSid"], form["SmsSid"]) == (status, made.sid, made.sid)
        assert (form["From"], form["To"], form["AccountSid"]) == (SENDER, FAMILY, ACCOUNT_SID)
        assert ("RawDlrDoneDate" in form) == (status == "delivered")


def test_failures_are_told_with_their_code(api: TwilioApi, twilio: Client, receiver: Receiver) -> None:
    family = f"whatsapp:{FAMILY}"
    api.misbehave(Faults(undelivered={FAMILY: 30003}, failed={family: 63016}))
    send(twilio, status_callback="https://texts.example.org/s")
    api.settled(1)
    assert [(form["MessageStatus"], form.get("ErrorCode")) for form in receiver.told()] == [
        ("sent", None),
        ("undelivered", "30003"),
    ]
    made = send(twilio, to=family, from_=f"whatsapp:{SENDER}", status_callback="https://texts.example.org/s")
    api.settled(2)
    [form] = receiver.told()
    assert (form["MessageStatus"], form["ErrorCode"], form["EventType"]) == ("failed", "63016", "FAILED")
    assert (form["ChannelPrefix"], form["ChannelToAddress"]) == ("whatsapp", FAMILY)
    assert (made.fetch().status, made.fetch().error_code) == ("failed", 63016)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (CallbackTrouble.DUPLICATED, ["sent", "sent", "delivered", "delivered"]),
        (CallbackTrouble.REORDERED, ["delivered", "sent"]),
        (CallbackTrouble.CONTRADICTED, ["sent", "delivered", "undelivered", "queued"]),
        (CallbackTrouble.DROPPED, []),
        (CallbackTrouble.LATE, ["sent", "delivered"]),
        (CallbackTrouble.EARLY, ["sent", "delivered"]),
    ],
)
def test_callbacks_misbehave_as_told(
    api: TwilioApi, twilio: Client, receiver: Receiver, trouble: CallbackTrouble, told: list[str]
) -> None:
    api.misbehave(Faults(callbacks={trouble: 1.0}, late_by=0.03))
    before = time.monotonic()
    made = send(twilio, status_callback="https://texts.example.org/s")
    assert trouble is not CallbackTrouble.EARLY or receiver.came.qsize() == 2
    assert made.status == "queued"
    api.settled(1)
    assert trouble is not CallbackTrouble.LATE or time.monotonic() - before >= 0.03
    assert [form["MessageStatus"] for form in receiver.told()] == told
    assert made.fetch().status == "delivered"


def test_a_callback_may_be_for_a_message_nobody_sent(api: TwilioApi, twilio: Client, receiver: Receiver) -> None:
    api.misbehave(Faults(callbacks={CallbackTrouble.UNKNOWN_SID: 1.0}))
    made = send(twilio, status_callback="https://texts.example.org/s?d=1")
    api.settled(1)
    came = [receiver.came.get_nowait() for _ in range(3)]
    assert [path for path, _, _ in came] == ["/s?d=1", "/s?d=1", "/s"]
    assert [form["MessageSid"] == made.sid for _, _, form in came] == [True, True, False]


def test_callbacks_are_posted_again_where_their_address_says_so(
    api: TwilioApi, twilio: Client, receiver: Receiver
) -> None:
    receiver.status = 503
    send(twilio, status_callback="https://texts.example.org/s")
    assert api.settled(1).callbacks == {"503": 2}
    send(twilio, status_callback="https://texts.example.org/s#rc=2&rp=5xx,ct")
    assert api.settled(2).callbacks == {"503": 8}


def test_nothing_outside_this_machine_is_called(api: TwilioApi, twilio: Client) -> None:
    send(twilio, status_callback="https://texts.example.org/s")
    assert api.settled(1).callbacks == {"outside": 2}


def test_what_does_not_come_is_said(api: TwilioApi) -> None:
    with pytest.raises(NotSettled, match="processed=0"):
        api.settled(1, seconds=0.01)


def test_it_keeps_up(api: TwilioApi, receiver: Receiver) -> None:
    api.misbehave(Faults(latency=0.05))
    before = time.monotonic()
    post_in_threads(api, 400, callback="https://texts.example.org/s")
    took = time.monotonic() - before
    assert api.settled(400, seconds=20).callbacks == {"204": 800}
    summary = api.summary()
    assert set(summary.per_message.values()) == {1}
    assert sum(summary.segments_by_second) == summary.segments == 400
    assert max(summary.segments_by_second) <= summary.segments_within_a_second <= 400
    assert Counter(form["MessageStatus"] for form in receiver.told()) == {"sent": 400, "delivered": 400}
    assert took < 6  # on a machine at rest about 1
