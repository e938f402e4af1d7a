"""Rows of an outbox to test with, written plainly: a phone that has agreed to hear from us, a message to it."""

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from models import outbox
from models.database import Database
from models.family import Consent, ConsentKind, Phone
from models.message import LANES, Direction, Message, MessageState, Purpose
from models.task import Task

LONG_AGO = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
"""When the families here came to us."""


_numbers = itertools.count()


def machine_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def new_number() -> str:
    """A number that no test of this run has used."""
    return f"+1413557{next(_numbers):04}"


def add_phone(database: Database, number: str | None = None, *, consents: bool = True, **columns: Any) -> int:
    """A phone whose family has agreed, long ago; returns its id."""
    with database.begin() as session:
        given: dict[str, Any] = {"number": number or new_number(), "language": "es", "welcomed_at": LONG_AGO} | columns
        phone = Phone(created_at=LONG_AGO, **given)
        session.add(phone)
        session.flush()
        if consents:
            agreed = Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=LONG_AGO)
            session.add(agreed)
        return phone.id


def add_message(database: Database, phone_id: int, body: str = "Hola", **columns: Any) -> int:
    """A message that waits and is due; returns its id."""
    return add_messages(database, [phone_id], body, **columns)[0]


def add_messages(database: Database, phone_ids: Iterable[int], body: str = "Hola", **columns: Any) -> list[int]:
    """One message to each of these phones, in their order; `{n}` in the text counts them. Returns their ids."""
    now = machine_now()
    given: dict[str, Any] = {
        "direction": Direction.OUT,
        "channel": "sms",
        "language": "es",
        "purpose": Purpose.REMINDER,
        "state": MessageState.QUEUED,
        "created_at": now,
        "due_at": now,
        "try_at": now,
    } | columns
    given.setdefault("lane", LANES.get(given["purpose"]))
    with database.begin() as session:
        made = [Message(phone_id=each, body=body.format(n=n), **given) for n, each in enumerate(phone_ids)]
        session.add_all(made)
        session.flush()
        return [message.id for message in made]


def add_sent(database: Database, phone_id: int, sid: str | None = None, **columns: Any) -> int:
    """A message that the network has taken; returns its id."""
    taken = {"state": MessageState.SENT, "provider_sid": sid, "try_at": None, "attempts": 1, "sent_at": machine_now()}
    return add_message(database, phone_id, **(taken | columns))


def message(database: Database, message_id: int) -> Message:
    with database.reading() as session:
        return session.get_one(Message, message_id)


def phone(database: Database, phone_id: int) -> Phone:
    with database.reading() as session:
        return session.get_one(Phone, phone_id)


def all_messages(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Message).order_by(Message.id)))


def states(database: Database) -> list[str]:
    """The states of all messages, in the order in which they were written."""
    return [each.state.value for each in all_messages(database)]


def in_its_place(database: Database, message_id: int) -> list[Message]:
    return [each for each in all_messages(database) if each.retry_of_id == message_id]


def opt_outs(database: Database) -> list[str]:
    """How each opt-out that is on record came."""
    with database.reading() as session:
        told = sa.select(Consent.how).where(Consent.kind == ConsentKind.OPT_OUT)
        return list(session.scalars(told))


def tasks(database: Database) -> list[tuple[str, int | None]]:
    """What staff have to look at: why, and the message that it is about."""
    with database.reading() as session:
        return [(task.kind.value, task.message_id) for task in session.scalars(sa.select(Task))]


def set_message(database: Database, message_id: int, **columns: Any) -> None:
    with database.begin() as session:
        session.execute(sa.update(Message).where(Message.id == message_id).values(**columns))


def set_phone(database: Database, phone_id: int, **columns: Any) -> None:
    with database.begin() as session:
        session.execute(sa.update(Phone).where(Phone.id == phone_id).values(**columns))


def paced(connection: sa.Connection) -> dt.datetime:
    """When the next message may go."""
    free_at = outbox.take_pace(connection)
    assert free_at is not None
    return free_at
