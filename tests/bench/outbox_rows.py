"""Messages of the outbox to measure with, each to a family of its own that has agreed to hear from us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from models.database import open_database
from models.family import Consent, ConsentKind, Phone
from models.message import Direction, Lane, Message, MessageState, Purpose
from tests.bench import wire

BODY = "Recordatorio {n}: mañana martes 7 de julio a las 8:15am, clase de verano en Brightwood. Traiga agua y gorra."
"""As most are: Spanish, one segment over the wire."""
AT_ONCE = 5000
"""Rows in one statement."""


def waiting(message_id: int) -> dict[str, Any]:
    """A message that is due."""
    now = dt.datetime.now(dt.UTC)
    return _row(message_id, now) | {"state": MessageState.QUEUED, "try_at": now}


def taken(message_id: int) -> dict[str, Any]:
    """A message that Twilio has taken, and of which it has told nothing since."""
    now = dt.datetime.now(dt.UTC)
    came = {"provider_sid": wire.sid_of(message_id), "sent_at": now, "claimed_at": now, "attempts": 1}
    return _row(message_id, now) | {"state": MessageState.SENT} | came


def _row(message_id: int, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": message_id,
        "phone_id": message_id,
        "direction": Direction.OUT,
        "channel": "sms",
        "language": "es",
        "purpose": Purpose.REMINDER,
        "lane": Lane.TIMELY,
        "body": BODY.format(n=message_id),
        "created_at": now,
        "due_at": now,
    }


def write(url: str, rows: Iterable[dict[str, Any]]) -> None:
    """Put messages into a database, with their phones."""
    left = list(rows)
    database = open_database(url)
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        with database.begin() as session:
            session.execute(sa.insert(Phone), [_phone(row) for row in some])
            session.execute(sa.insert(Consent), [_consent(row) for row in some])
            session.execute(sa.insert(Message), some)
    _analyze(database.engine)
    database.close()


def _phone(row: dict[str, Any]) -> dict[str, Any]:
    at = row["created_at"]
    number = wire.number_of(row["id"])
    return {"id": row["phone_id"], "number": number, "language": "es", "created_at": at, "welcomed_at": at}


def _consent(row: dict[str, Any]) -> dict[str, Any]:
    return {"phone_id": row["phone_id"], "kind": ConsentKind.OPT_IN, "how": "texted us", "at": row["created_at"]}


def _analyze(engine: sa.Engine) -> None:
    """What PostgreSQL does by itself a minute later."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def states(url: str) -> dict[str, int]:
    """How many messages are in each state."""
    database = open_database(url)
    with database.reading() as session:
        rows = session.execute(sa.select(Message.state, sa.func.count()).group_by(Message.state)).all()
    database.close()
    return {state.value: count for state, count in rows}
