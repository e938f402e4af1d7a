"""Writing into the outbox: in the transaction of the fact, with the lane, channel and size that it will have."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.database import Database
from models.family import Phone
from models.message import LANES, Lane, MessageState, Purpose
from notifications.outbox import Notice, channel_of, put, takes_sms
from tests.notifications.outbox_rows import LONG_AGO, add_phone, all_messages, message

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def written(database: Database, phone_id: int, notice: Notice) -> int:
    with database.begin() as session:
        made = put(session, session.get_one(Phone, phone_id), notice, NOW)
        session.flush()
        return made.id


def test_a_message_waits_with_all_that_it_needs(database: Database) -> None:
    notice = Notice(Purpose.OFFER, "Hay un lugar", "es", NOW + HOUR, NOW + 2 * HOUR, "A seat became free.")
    found = message(database, written(database, add_phone(database), notice))
    assert (found.state, found.direction, found.channel, found.attempts) == (MessageState.QUEUED, "out", "sms", 0)
    assert (found.purpose, found.lane, found.language, found.body) == ("offer", Lane.TIMELY, "es", "Hay un lugar")
    assert (found.created_at, found.due_at, found.try_at) == (NOW, NOW + HOUR, NOW + HOUR)
    assert (found.expires_at, found.reason) == (NOW + 2 * HOUR, "A seat became free.")


def test_without_a_moment_it_is_due_at_once_in_the_lane_of_its_purpose(database: Database) -> None:
    phone_id = add_phone(database)
    for purpose, lane in LANES.items():
        found = message(database, written(database, phone_id, Notice(purpose, "Hola", "es")))
        assert (found.try_at, found.lane, found.expires_at) == (NOW, lane, None)


def test_the_full_spelling_is_kept_and_the_wire_is_counted(database: Database) -> None:
    by_sms, by_whatsapp = add_phone(database), add_phone(database, whatsapp_heard_at=NOW)
    for phone_id, size in ((by_sms, (1, "GSM-7")), (by_whatsapp, (2, "UCS-2"))):
        found = message(database, written(database, phone_id, Notice(Purpose.REMINDER, "á" * 71, "es")))
        assert (found.body, (found.segments, found.encoding)) == ("á" * 71, size)


def test_it_is_there_with_the_fact_that_it_tells_or_not_at_all(database: Database) -> None:
    phone_id = add_phone(database)
    session = Session(database.engine)
    put(session, session.get_one(Phone, phone_id), Notice(Purpose.OFFER, "Hay un lugar", "es"), NOW)
    session.flush()
    session.close()
    assert all_messages(database) == []


@pytest.mark.parametrize(
    ("heard", "channel"),
    [
        ({}, "sms"),
        ({"sms_heard_at": NOW}, "sms"),
        ({"whatsapp_heard_at": NOW}, "whatsapp"),
        ({"whatsapp_heard_at": NOW, "sms_heard_at": NOW - HOUR}, "whatsapp"),
        ({"whatsapp_heard_at": NOW - HOUR, "sms_heard_at": NOW}, "sms"),
    ],
)
def test_the_channel_is_the_one_that_the_family_used_last(heard: dict[str, Any], channel: str) -> None:
    assert channel_of(Phone(number="+14135550142", created_at=LONG_AGO, **heard)) == channel
    for number in ("+525555550142", "US.13491208655302741918"):
        assert channel_of(Phone(number=number, created_at=LONG_AGO, **heard)) == "whatsapp"
        assert not takes_sms(number)
