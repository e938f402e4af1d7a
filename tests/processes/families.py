"""Families to text, many at once, and what has become of the messages to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from locales.sms import for_sms
from models.database import Database
from models.family import Consent, ConsentKind, Phone
from models.message import LANES, Direction, Message, MessageState, Purpose

phones = cast("sa.Table", Phone.__table__)
consents = cast("sa.Table", Consent.__table__)
messages = cast("sa.Table", Message.__table__)

LONG_AGO = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
SECRET = "jacaranda"
SHORT = f"Hola Lupita, {SECRET} {{n}}"
LONG = f"Hola Lupita, {SECRET} {{n}}: " + "mañana hay clase de verano en la escuela. " * 5
"""Two segments."""
REACHED = frozenset({MessageState.SENT, MessageState.DELIVERED, MessageState.READ})
NOT_REACHED = frozenset(
    {
        MessageState.UNKNOWN,
        MessageState.WITHHELD,
        MessageState.EXPIRED,
        MessageState.REFUSED,
        MessageState.FAILED,
        MessageState.UNDELIVERED,
    }
)


@dataclass(frozen=True)
class Ended:
    """A message as it stands in the database."""

    id: int
    number: str
    body: str
    """As it travels by SMS: some letters of a text that a person writes do not."""
    state: MessageState
    error: str | None
    reason: str | None
    sid: str | None
    attempts: int


def number_of(n: int) -> str:
    return f"+1413{2000000 + n}"


def settle_in(database: Database, count: int, *, first: int = 0) -> list[str]:
    """Have so many families agree to hear from us, long ago, and text us just now; returns their numbers."""
    numbers = [number_of(n) for n in range(first, first + count)]
    with database.connect() as connection:
        given = {"created_at": LONG_AGO, "welcomed_at": LONG_AGO, "language": "es", "places": []}
        given["sms_heard_at"] = dt.datetime.now(dt.UTC)
        connection.execute(sa.insert(phones), [{"number": number, **given} for number in numbers])
        found = connection.scalars(sa.select(phones.c.id).where(phones.c.number.in_(numbers)))
        agreed = {"kind": ConsentKind.OPT_IN, "how": "texted us", "at": LONG_AGO}
        connection.execute(sa.insert(consents), [{"phone_id": phone, **agreed} for phone in found])
    return numbers


def write(
    database: Database, numbers: Sequence[str], *, purpose: Purpose = Purpose.BROADCAST, body: str = SHORT
) -> None:
    """Put one message to each of these numbers into the outbox, and ring for nobody."""
    now = dt.datetime.now(dt.UTC)
    given = {
        "direction": Direction.OUT,
        "channel": "sms",
        "language": "es",
        "purpose": purpose,
        "lane": LANES[purpose],
        "state": MessageState.QUEUED,
        "media": [],
        "created_at": now,
        "due_at": now,
        "try_at": now,
    }
    with database.connect() as connection:
        ids = {
            number: phone
            for phone, number in connection.execute(
                sa.select(phones.c.id, phones.c.number).where(phones.c.number.in_(numbers))
            )
        }
        rows = [given | {"phone_id": ids[number], "body": body.format(n=number[-7:])} for number in numbers]
        connection.execute(sa.insert(messages), rows)


def outbox(database: Database) -> list[Ended]:
    """Every message of the outbox, oldest first."""
    columns = [messages.c[name] for name in ("id", "body", "state", "error", "reason", "attempts")]
    with database.reading() as session:
        rows = session.execute(
            sa.select(*columns, messages.c.provider_sid.label("sid"), phones.c.number)
            .join(phones, phones.c.id == messages.c.phone_id)
            .where(messages.c.lane.is_not(None))
            .order_by(messages.c.id)
        )
        return [Ended(**row | {"body": for_sms(row["body"])}) for row in map(dict, rows.mappings())]


def states(database: Database) -> Counter[MessageState]:
    """How many messages of the outbox are in which state."""
    with database.reading() as session:
        counted = sa.select(messages.c.state, sa.func.count().label("count")).where(messages.c.lane.is_not(None))
        return Counter({row.state: row.count for row in session.execute(counted.group_by(messages.c.state))})


def is_empty(database: Database) -> bool:
    """Whether nothing waits for an attempt any more. What is on its way may still be unheard of."""
    waiting = sa.select(messages.c.id).where(messages.c.try_at.is_not(None)).limit(1)
    with database.reading() as session:
        return session.scalar(waiting) is None


def in_the_air(database: Database) -> int:
    """How many messages were claimed and not heard of again. (One that was put back waits, and is not among them.)"""
    claimed = sa.select(sa.func.count()).where(messages.c.state == MessageState.SENDING, messages.c.try_at.is_(None))
    with database.reading() as session:
        return session.scalar(claimed) or 0


def is_quiet(database: Database) -> bool:
    """Whether nothing waits and nothing is on its way."""
    counted = states(database)
    return not counted[MessageState.QUEUED] and not counted[MessageState.SENDING]


def next_to_go(database: Database, after: int, count: int) -> list[str]:
    """Numbers whose messages leave next, leaving out the first `after`."""
    waiting = (
        sa.select(phones.c.number)
        .join(messages, messages.c.phone_id == phones.c.id)
        .where(messages.c.state == MessageState.QUEUED, phones.c.opted_out_at.is_(None))
        .order_by(messages.c.lane, messages.c.try_at, messages.c.id)
    )
    with database.reading() as session:
        return list(session.scalars(waiting.offset(after).limit(count)))
