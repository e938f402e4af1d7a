"""The outbox's own statements: what is due in which order, what is left to others, what is taken back."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from models import outbox
from models.database import Database, open_database
from models.family import Phone
from models.message import Lane, MessageState, Purpose
from models.sending import Template
from tests.notifications.outbox_rows import (
    add_message,
    add_messages,
    add_phone,
    add_sent,
    machine_now,
    message,
    phone,
    set_message,
    states,
)

MINUTE = dt.timedelta(minutes=1)


def due(database: Database, *, after: dt.timedelta = dt.timedelta(0), most: int = 100) -> list[int]:
    with database.connect() as connection:
        return [each.id for each in outbox.due(connection, machine_now() + after, most)]


def test_what_is_prompt_comes_first_and_then_what_has_waited_longest(database: Database) -> None:
    phone_id, now = add_phone(database), machine_now()
    bulk = add_message(database, phone_id, purpose=Purpose.BROADCAST, try_at=now - 9 * MINUTE)
    late = add_message(database, phone_id, purpose=Purpose.REMINDER, try_at=now - MINUTE)
    early = add_message(database, phone_id, purpose=Purpose.OFFER, try_at=now - 2 * MINUTE)
    prompt = add_message(database, phone_id, purpose=Purpose.ANSWER)
    assert due(database) == [prompt, early, late, bulk]
    assert due(database, most=2) == [prompt, early]


def test_only_what_waits_for_now_is_due(database: Database) -> None:
    phone_id, now = add_phone(database), machine_now()
    add_message(database, phone_id, try_at=now + MINUTE)
    add_sent(database, phone_id)
    add_sent(database, phone_id, purpose=Purpose.REPLY, lane=None)
    assert due(database) == []
    assert len(due(database, after=2 * MINUTE)) == 1


def test_what_is_due_comes_with_what_is_known_of_its_phone(database: Database) -> None:
    now = machine_now()
    known: dict[str, Any] = {
        "opted_out_at": now,
        "paused_at": now,
        "unreachable": "dead",
        "whatsapp_unreachable": "absent",
    }
    phones = [add_phone(database, whatsapp_heard_at=now, **known), add_phone(database, consents=False)]
    add_messages(database, phones, "Hola {n}", expires_at=now + MINUTE)
    with database.connect() as connection:
        first, second = outbox.due(connection, machine_now(), 9)
    assert {name: getattr(first, name) for name in known} == known
    assert (first.whatsapp_heard_at, first.consented, second.consented) == (now, True, False)
    assert (first.body, first.lane) == ("Hola 0", Lane.TIMELY)
    assert (first.number, first.expires_at) == (phone(database, phones[0]).number, now + MINUTE)
    assert (second.opted_out_at, second.unreachable, second.whatsapp_heard_at) == (None, None, None)


def test_a_family_that_is_texting_right_now_is_left_for_later(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    first, second = add_messages(database, [add_phone(database), add_phone(database)])
    with database.begin() as turn:
        turn.execute(sa.select(Phone.id).where(Phone.id == message(database, first).phone_id).with_for_update())
        assert due(database) == [second]
    assert due(database) == [first, second]
    database.close()


def test_what_waits_for_a_phone_is_withdrawn_and_what_has_left_is_not(database: Database) -> None:
    phone_id, other = add_phone(database), add_phone(database)
    waiting = add_messages(database, [phone_id] * 2)
    set_message(database, waiting[1], state=MessageState.SENDING, attempts=1)
    gone = [add_sent(database, phone_id), add_sent(database, phone_id, state=MessageState.SENDING)]
    elsewhere = add_message(database, other)
    with database.connect() as connection:
        outbox.withdraw(connection, phone_id, "The family has opted out.")
    assert states(database) == ["withheld", "withheld", "sent", "sending", "queued"]
    assert {message(database, each).reason for each in waiting} == {"The family has opted out."}
    assert {message(database, each).reason for each in [*gone, elsewhere]} == {None}
    assert due(database) == [elsewhere]


THEN = "After work, before their evening ends at 20:00."


@pytest.mark.parametrize(
    ("row", "why_so", "kept"),
    [
        ({"reason": THEN}, None, THEN),
        ({"reason": THEN}, "By template.", f"{THEN} By template."),
        ({"reason": THEN * 3}, "By template. " * 9, (THEN * 3 + " " + "By template. " * 9)[:200]),
        ({}, "By template.", "By template."),
        ({}, None, None),
        ({"reason": "Twilio was busy.", "attempts": 1}, None, None),
    ],
)
def test_what_is_claimed_keeps_why_it_goes_then(
    database: Database, row: dict[str, Any], why_so: str | None, kept: str | None
) -> None:
    message_id = add_message(database, add_phone(database), **row)
    claimed = {"channel": "sms", "segments": 1, "encoding": "GSM-7", "at": machine_now()}
    with database.connect() as connection:
        outbox.claim(connection, [{"message_id": message_id, "reason": why_so, **claimed}])
    assert message(database, message_id).reason == kept


def test_the_next_try_is_the_soonest_of_all_lanes(database: Database) -> None:
    with database.reading() as session:
        assert outbox.next_try(session.connection()) is None
    phone_id, now = add_phone(database), machine_now()
    for purpose, wait in ((Purpose.ANSWER, 3), (Purpose.REMINDER, 2), (Purpose.BROADCAST, 1)):
        add_message(database, phone_id, purpose=purpose, try_at=now + wait * MINUTE)
    with database.reading() as session:
        assert outbox.next_try(session.connection()) == now + MINUTE


def test_a_claim_says_how_and_when_it_goes(database: Database) -> None:
    message_id, now = add_message(database, add_phone(database), channel="whatsapp"), machine_now()
    claim = {"message_id": message_id, "segments": 2, "encoding": "UCS-2", "reason": "By SMS.", "at": now}
    for attempts in (1, 2):
        with database.connect() as connection:
            outbox.claim(connection, [claim | {"channel": "sms"}])
        found = message(database, message_id)
        assert (found.state, found.channel, found.segments, found.encoding) == ("sending", "sms", 2, "UCS-2")
        assert (found.reason, found.claimed_at, found.try_at, found.attempts) == ("By SMS.", now, None, attempts)


@pytest.mark.parametrize("state", MessageState)
def test_an_answer_moves_only_what_nothing_was_heard_of(sqlite_url: str, state: MessageState) -> None:
    database = open_database(sqlite_url)
    message_id = add_sent(database, add_phone(database), "SM1", state=state, error="timeout")
    with database.connect() as connection:
        outbox.accept(connection, [{"message_id": message_id, "sid": "SM2", "at": machine_now()}])
    found, unheard = message(database, message_id), state in {MessageState.SENDING, MessageState.UNKNOWN}
    assert found.state is (MessageState.SENT if unheard else state)
    assert (found.provider_sid, found.error) == ("SM1", None if unheard else "timeout")
    database.close()


def test_only_an_approved_template_of_that_purpose_and_language_is_found(database: Database) -> None:
    with database.begin() as session:
        for number, (language, status) in enumerate((("es", "approved"), ("pt", "paused"), ("ht", "pending"))):
            sid = f"HX{number:032}"
            row = Template(
                purpose="reminder", language=language, content_sid=sid, status=status, checked_at=machine_now()
            )
            session.add(row)
    asked = [("reminder", "es"), ("reminder", "pt"), ("reminder", "ht"), ("offer", "es"), ("reminder", None)]
    with database.connect() as connection:
        assert [outbox.approved_template(connection, *each) for each in asked] == [f"HX{0:032}", *[None] * 4]
