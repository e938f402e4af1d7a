"""What the network tells of a message, against every state that the message may be in by then."""

import itertools

import pytest
import sqlalchemy as sa

from models.database import Database
from models.message import Direction, MessageState, may_follow
from notifications.statuses import TOLD, message_of, note_status
from tests.notifications.outbox_rows import (
    add_message,
    add_phone,
    add_sent,
    in_its_place,
    machine_now,
    message,
    opt_outs,
    set_message,
    tasks,
)

SID = "SM" + "a" * 32


def note(database: Database, message_id: int, told: MessageState, **more: str | None) -> bool:
    said: dict[str, str | None] = {"sid": SID, "error": None} | more
    with database.connect() as connection:
        return note_status(connection, message_id, told, sid=said["sid"], error=said["error"], now=machine_now())


def test_every_pair_of_a_state_and_what_is_told(database: Database) -> None:
    phone_id = add_phone(database)
    for before, told in itertools.product(MessageState, sorted(set(TOLD.values()))):
        message_id = add_message(database, phone_id, state=before)
        assert note(database, message_id, told, sid=None) is may_follow(before, told), (before, told)
        after = message(database, message_id)
        assert after.state is (told if may_follow(before, told) else before), (before, told)
        assert (after.try_at is None) is may_follow(before, told), "what the network has is not tried again"


def test_a_text_that_came_in_is_never_moved(database: Database) -> None:
    phone_id = add_phone(database)
    for before, told in itertools.product(MessageState, sorted(set(TOLD.values()))):
        message_id = add_message(database, phone_id, state=before, direction=Direction.IN)
        assert not note(database, message_id, told)
        assert (message(database, message_id).state, message(database, message_id).provider_sid) == (before, None)


def test_the_words_of_twilio_are_all_known() -> None:
    words = "accepted queued sending sent delivered read undelivered failed canceled"
    assert set(TOLD) == set(words.split())


def test_what_is_told_first_is_kept_with_its_sid_and_moment(database: Database) -> None:
    message_id = add_message(database, add_phone(database), state=MessageState.UNKNOWN)
    assert note(database, message_id, MessageState.DELIVERED)
    first = message(database, message_id)
    assert (first.provider_sid, first.try_at) == (SID, None)
    assert first.sent_at is not None
    assert note(database, message_id, MessageState.READ, sid="SM" + "b" * 32)
    assert message(database, message_id).provider_sid == SID, "the first sid stays"
    assert message(database, message_id).sent_at == first.sent_at


def test_a_message_is_found_by_its_sid(database: Database) -> None:
    message_id = add_sent(database, add_phone(database), SID)
    with database.connect() as connection:
        assert message_of(connection, SID) == message_id
        assert message_of(connection, "SM" + "b" * 32) is None


def test_a_sid_that_another_message_has_is_refused(database: Database) -> None:
    phone_id = add_phone(database)
    add_sent(database, phone_id, SID)
    other = add_message(database, phone_id)
    with pytest.raises(sa.exc.IntegrityError):
        note(database, other, MessageState.SENT)
    assert message(database, other).state is MessageState.QUEUED


def test_nothing_follows_from_what_changes_nothing(database: Database) -> None:
    """A refusal that comes after the message has arrived, or a second time."""
    message_id = add_sent(database, add_phone(database), SID)
    set_message(database, message_id, state=MessageState.DELIVERED)
    assert not note(database, message_id, MessageState.UNDELIVERED, error="30003")
    assert not note(database, message_id, MessageState.FAILED, error="21610")
    assert (in_its_place(database, message_id), opt_outs(database), tasks(database)) == ([], [], [])
    assert message(database, message_id).error is None
