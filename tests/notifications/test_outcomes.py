"""What final errors turn into: the state of the message and of its phone, and another message in its place."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from models.consents import note_consent
from models.database import Database
from models.family import ConsentKind
from models.message import Message, MessageState, Purpose
from notifications.gateway import Outcome, Verdict
from notifications.outcomes import BACKOFF, MOST_ATTEMPTS, backoff, give_up, note_afterwards, note_at_once
from notifications.statuses import note_status
from notifications.twilio_errors import meaning_of
from tests.notifications.outbox_rows import (
    add_message,
    add_phone,
    add_sent,
    all_messages,
    in_its_place,
    machine_now,
    message,
    opt_outs,
    phone,
    set_message,
    set_phone,
    tasks,
)

MINUTE = dt.timedelta(minutes=1)
SID = "SM" + "a" * 32


def refuse(database: Database, message_id: int, code: int) -> None:
    """Twilio refuses it when it is handed over."""
    set_message(database, message_id, state=MessageState.SENDING, try_at=None, attempts=1, claimed_at=machine_now())
    answer(database, message_id, Outcome(meaning_of(code).verdict, error=str(code)))


def answer(database: Database, message_id: int, outcome: Outcome) -> None:
    """The network says this to a message that was claimed."""
    claimed_at = machine_now()
    set_message(database, message_id, claimed_at=claimed_at, try_at=None)
    with database.connect() as connection:
        note_at_once(connection, message_id, outcome, machine_now(), claimed_at)


def test_what_was_said_to_a_claim_is_noted_once(database: Database) -> None:
    """A commit whose answer was lost is noted again, when the message may have been claimed anew."""
    message_id = add_message(database, add_phone(database), state=MessageState.SENDING, try_at=None)
    set_message(database, message_id, claimed_at=machine_now(), attempts=1)
    with database.connect() as connection:
        note_at_once(connection, message_id, Outcome(Verdict.NOT_TAKEN), machine_now(), machine_now() - MINUTE)
    assert waits(database) == []


def fail(database: Database, message_id: int, code: int, told: MessageState = MessageState.UNDELIVERED) -> bool:
    """A callback tells that it did not arrive."""
    with database.connect() as connection:
        return note_status(connection, message_id, told, sid=None, error=str(code), now=machine_now())


def waits(database: Database) -> list[int]:
    return [each.id for each in all_messages(database) if each.try_at is not None]


# Opting out at the carrier


BOTH_WAYS: tuple[Callable[[Database, int, int], object], ...] = (refuse, fail)
"""An error is said at once, or in a callback after the message was taken."""


def test_who_opted_out_with_twilio_has_opted_out(database: Database) -> None:
    for how, code in itertools.product(BOTH_WAYS, (21610, 63014, 63033)):
        phone_id = add_phone(database)
        first, second = add_message(database, phone_id), add_message(database, phone_id)
        how(database, first, code)
        assert phone(database, phone_id).opted_out_at is not None
        assert message(database, first).error == str(code)
        assert message(database, first).reason == meaning_of(code).reason
        assert in_its_place(database, first) == []
        fail(database, second, code)
        assert message(database, second).state is MessageState.UNDELIVERED
    assert opt_outs(database) == ["Twilio"] * 6, "one line for each phone"


def test_a_refusal_at_once_is_final_and_not_tried_again(database: Database) -> None:
    message_id = add_message(database, add_phone(database))
    refuse(database, message_id, 21610)
    assert message(database, message_id).state is MessageState.REFUSED
    assert waits(database) == []


def come_back(database: Database, phone_id: int) -> None:
    """The family texts START."""
    set_phone(database, phone_id, opted_out_at=None)
    with database.connect() as connection:
        note_consent(
            connection,
            phone_id,
            ConsentKind.OPT_IN,
            how="words",
            words_shown="",
            language="es",
            at=machine_now(),
        )


def test_a_late_refusal_from_before_they_came_back_opts_nobody_out(database: Database) -> None:
    for number, how in enumerate(BOTH_WAYS):
        phone_id = add_phone(database)
        before = add_sent(database, phone_id, created_at=machine_now() - MINUTE)
        come_back(database, phone_id)
        how(database, before, 21610)
        assert (phone(database, phone_id).opted_out_at, len(opt_outs(database))) == (None, number)
        after = add_sent(database, phone_id, created_at=machine_now() + MINUTE)
        how(database, after, 21610)
        assert phone(database, phone_id).opted_out_at is not None
        assert len(opt_outs(database)) == number + 1


# Numbers that nothing reaches


def test_a_number_that_takes_no_texts_is_known_as_one(database: Database) -> None:
    known = {30006: "landline", 21635: "landline", 30005: "dead", 21211: "dead", 21614: "dead"}
    for how, (code, why) in itertools.product(BOTH_WAYS, known.items()):
        phone_id = add_phone(database)
        how(database, add_message(database, phone_id), code)
        found = phone(database, phone_id)
        assert (found.unreachable, found.whatsapp_unreachable, found.opted_out_at) == (why, None, None), code


def test_who_is_not_on_whatsapp_is_still_a_number_for_sms(database: Database) -> None:
    for how, code in itertools.product(BOTH_WAYS, (63024, 63003)):
        phone_id = add_phone(database)
        how(database, add_message(database, phone_id, channel="whatsapp"), code)
        found = phone(database, phone_id)
        assert (found.unreachable, found.whatsapp_unreachable) == (None, "absent"), code


def test_what_may_be_mended_says_nothing_of_the_phone(database: Database) -> None:
    for how, code in itertools.product(BOTH_WAYS, (21408, 21612, 30007, 21617, 30034, 63049)):
        phone_id = add_phone(database)
        message_id = add_message(database, phone_id)
        how(database, message_id, code)
        found = phone(database, phone_id)
        assert (found.unreachable, found.whatsapp_unreachable, found.opted_out_at) == (None, None, None), code
        assert message(database, message_id).reason == meaning_of(code).reason
        assert (waits(database), in_its_place(database, message_id)) == ([], []), code


def test_a_number_of_somebody_else_stays_that(database: Database) -> None:
    phone_id = add_phone(database, unreachable="reassigned")
    fail(database, add_sent(database, phone_id), 30006)
    assert phone(database, phone_id).unreachable == "reassigned"


# In its place


def on_whatsapp(database: Database, **columns: Any) -> int:
    return add_sent(database, add_phone(database), SID, body="Mañana a las 6:30", channel="whatsapp", **columns)


def test_a_shut_window_told_afterwards_means_one_sms_in_its_place(database: Database) -> None:
    message_id = on_whatsapp(database, expires_at=machine_now() + MINUTE)
    assert fail(database, message_id, 63016)
    assert not fail(database, message_id, 63016)
    assert not fail(database, message_id, 63016, MessageState.FAILED)
    with database.connect() as connection:
        assert not note_status(connection, message_id, MessageState.DELIVERED, sid=SID, error=None, now=machine_now())
    [other] = in_its_place(database, message_id)
    first = message(database, message_id)
    assert (first.state, first.error, first.channel) == (MessageState.UNDELIVERED, "63016", "whatsapp")
    assert (other.channel, other.state, other.body) == ("sms", MessageState.QUEUED, first.body)
    assert (other.purpose, other.lane, other.language) == (first.purpose, first.lane, first.language)
    assert (other.expires_at, other.provider_sid) == (first.expires_at, None)
    assert other.try_at is not None
    assert other.try_at <= machine_now()


def test_even_noted_twice_there_is_one_in_its_place(database: Database) -> None:
    message_id = on_whatsapp(database)
    set_message(database, message_id, state=MessageState.UNDELIVERED)
    for _ in range(2):
        with database.connect() as connection:
            note_afterwards(connection, message_id, Outcome(Verdict.WINDOW, error="63016"), machine_now())
    assert len(in_its_place(database, message_id)) == 1


def test_a_shut_window_told_at_once_means_the_same_row_by_sms(database: Database) -> None:
    message_id = on_whatsapp(database, state=MessageState.QUEUED)
    refuse(database, message_id, 63016)
    refused = message(database, message_id)
    assert (refused.channel, refused.state, refused.error) == ("sms", MessageState.SENDING, "63016")
    assert refused.try_at is not None
    assert (len(all_messages(database)), tasks(database)) == (1, [])


def test_a_shut_window_of_a_number_without_sms_ends_there(database: Database) -> None:
    phone_id = add_phone(database, "+525555550142")
    first, second = (add_message(database, phone_id, channel="whatsapp") for _ in range(2))
    refuse(database, first, 63016)
    fail(database, second, 63016)
    assert message(database, first).state is MessageState.FAILED
    assert "24 hours" in (message(database, first).reason or "")
    sent_instead = [each for each in in_its_place(database, second) if each.channel == "sms"]
    assert waits(database) == [each.id for each in sent_instead], "the last look holds that one back"


def test_a_phone_that_was_off_is_tried_again_later(database: Database) -> None:
    message_id = add_sent(database, add_phone(database))
    before = machine_now()
    assert fail(database, message_id, 30003)
    [other] = in_its_place(database, message_id)
    assert (other.channel, other.attempts, other.state) == ("sms", 1, MessageState.QUEUED)
    assert other.try_at is not None
    assert 4 * MINUTE < other.try_at - before < 7 * MINUTE
    assert not fail(database, message_id, 30003)
    assert len(all_messages(database)) == 2


def test_it_is_given_up_in_the_end(database: Database) -> None:
    last: Message | None = message(database, add_sent(database, add_phone(database)))
    waited = []
    while last is not None:
        fail(database, last.id, 30003)
        following = in_its_place(database, last.id)
        waited += [each.try_at - each.created_at for each in following if each.try_at]
        last = following[0] if following else None
        if last is not None:
            set_message(database, last.id, state=MessageState.SENT, try_at=None, attempts=last.attempts + 1)
    assert len(all_messages(database)) == MOST_ATTEMPTS
    assert all(later > sooner for sooner, later in itertools.pairwise(waited))
    assert sum(waited, dt.timedelta()) < dt.timedelta(hours=6)


def test_nothing_is_sent_in_its_place_after_it_has_expired(database: Database) -> None:
    phone_id = add_phone(database)
    soon, later = (add_sent(database, phone_id, expires_at=machine_now() + n * MINUTE) for n in (3, 60))
    fail(database, soon, 30003)
    fail(database, later, 30003)
    assert (len(in_its_place(database, soon)), len(in_its_place(database, later))) == (0, 1)


def test_a_reply_is_never_sent_again(database: Database) -> None:
    """It answered a text of that moment; the family will have texted again."""
    for channel, code in (("sms", 30003), ("whatsapp", 63016)):
        reply = add_sent(database, add_phone(database), channel=channel, purpose=Purpose.REPLY)
        assert message(database, reply).lane is None
        assert fail(database, reply, code)
        assert (waits(database), in_its_place(database, reply)) == ([], [])
        assert message(database, reply).reason == meaning_of(code).reason


# At once


def test_what_was_not_taken_waits_longer_each_time_and_not_for_ever(database: Database) -> None:
    for verdict in BACKOFF:
        noted = message(database, add_message(database, add_phone(database)))
        for attempts in range(1, MOST_ATTEMPTS + 1):
            set_message(database, noted.id, state=MessageState.SENDING, try_at=None, attempts=attempts)
            before = machine_now()
            answer(database, noted.id, Outcome(verdict, error="20429"))
            noted = message(database, noted.id)
            assert noted.try_at is None or noted.try_at > before + 0.7 * BACKOFF[verdict] * 2 ** (attempts - 1)
        assert (noted.state, noted.try_at) == (MessageState.FAILED, None)
        assert f"{MOST_ATTEMPTS} attempts" in (noted.reason or "")


def test_waiting_doubles() -> None:
    for verdict, first in BACKOFF.items():
        for attempts in range(1, MOST_ATTEMPTS):
            assert 0.79 < backoff(verdict, attempts) / (first * 2 ** (attempts - 1)) < 1.21


def test_nobody_sends_again_what_may_have_been_taken(database: Database) -> None:
    message_id = add_message(database, add_phone(database), state=MessageState.SENDING, try_at=None)
    answer(database, message_id, Outcome(Verdict.UNKNOWN, error="timeout"))
    found = message(database, message_id)
    assert (found.state, found.try_at, found.error) == (MessageState.SENDING, None, "timeout")


def test_a_callback_that_was_faster_is_right(database: Database) -> None:
    verdicts = set(Verdict) - {Verdict.ACCEPTED}
    states = ("sent", "delivered", "undelivered", "read", "failed")
    for state, verdict in itertools.product(states, sorted(verdicts)):
        message_id = add_sent(database, add_phone(database), state=state)
        answer(database, message_id, Outcome(verdict, error="20500"))
        found = message(database, message_id)
        assert (found.state, found.try_at, found.error) == (state, None, None), verdict


def test_a_channel_without_a_sender_is_not_used(database: Database) -> None:
    phone_id = add_phone(database)
    ids = [add_message(database, phone_id, channel=channel) for channel in ("whatsapp", "sms")]
    for message_id in ids:
        set_message(database, message_id, state=MessageState.SENDING, try_at=None)
        answer(database, message_id, Outcome(Verdict.CONFIGURATION, error="no_sender"))
    whatsapp, sms = (message(database, message_id) for message_id in ids)
    assert (whatsapp.channel, whatsapp.state, sms.state) == ("sms", MessageState.SENDING, MessageState.FAILED)
    assert whatsapp.try_at is not None
    assert "no sender" in (sms.reason or "")


def test_giving_up_twice_makes_one_task(database: Database) -> None:
    message_id = add_message(database, add_phone(database), state=MessageState.SENDING, try_at=None)
    for _ in range(2):
        with database.connect() as connection:
            give_up(connection, message_id, machine_now())
    assert message(database, message_id).state is MessageState.UNKNOWN
    assert tasks(database) == [("did_it_arrive", message_id)]


def test_what_is_settled_is_not_given_up(database: Database) -> None:
    message_id = add_sent(database, add_phone(database))
    with database.connect() as connection:
        give_up(connection, message_id, machine_now())
    assert message(database, message_id).state is MessageState.SENT
    assert tasks(database) == []
