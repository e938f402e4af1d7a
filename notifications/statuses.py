"""How far a message is, as the network tells it: in callbacks (late, twice, in any order) or when it is asked.

Every message passes here several times, so the statements are prepared (models/prepared.py).
"""

from __future__ import annotations

import datetime as dt
from typing import cast

import sqlalchemy as sa

from models.message import Direction, Message, MessageState, may_follow
from models.prepared import Prepared
from notifications.gateway import Outcome, Verdict
from notifications.outcomes import note_afterwards
from notifications.twilio_errors import as_code, meaning_of

messages = cast("sa.Table", Message.__table__)

TOLD = {
    "accepted": MessageState.SENT,
    "queued": MessageState.SENT,
    "sending": MessageState.SENT,
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.READ,
    "undelivered": MessageState.UNDELIVERED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
}
"""Twilio's words -> our states; the first three tell that Twilio has it, which is what `sent` says."""
LOST = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})


def _moves(told: MessageState) -> Prepared:
    """The statement that moves a message on to `told`, if it may still go there."""
    before = [state for state in MessageState if may_follow(state, told)]
    return Prepared(
        sa.update(messages)
        .where(
            messages.c.id == sa.bindparam("message_id", type_=sa.Integer()),
            messages.c.direction == sa.literal_column(f"'{Direction.OUT}'"),
            messages.c.state.in_([sa.literal_column(f"'{state}'") for state in before]),
        )
        .values(
            state=sa.literal_column(f"'{told}'"),
            provider_sid=sa.func.coalesce(messages.c.provider_sid, sa.bindparam("sid", type_=sa.String())),
            sent_at=sa.func.coalesce(messages.c.sent_at, sa.bindparam("now", type_=messages.c.sent_at.type)),
            try_at=sa.null(),
        )
    )


_MOVE = {told: _moves(told) for told in set(TOLD.values())}
_look = Prepared(sa.select(messages.c.state).where(messages.c.id == sa.bindparam("message_id", type_=sa.Integer())))
_find_by_sid = Prepared(sa.select(messages.c.id).where(messages.c.provider_sid == sa.bindparam("sid")))


def note_status(
    connection: sa.Connection,
    message_id: int,
    told: MessageState,
    *,
    sid: str | None,
    error: str | None,
    now: dt.datetime,
) -> bool:
    """Move a message on to the state that was told and do what follows from it; False where it changes nothing.

    Raises IntegrityError where the sid belongs to another message of ours.
    """
    moved = bool(_MOVE[told].run_and_count(connection, message_id=message_id, sid=sid, now=now))
    if moved and told in LOST:
        code = as_code(error)
        verdict = meaning_of(code).verdict if code is not None else Verdict.CONTENT
        note_afterwards(connection, message_id, Outcome(verdict, sid=sid, error=error), now)
    return moved


def is_news(connection: sa.Connection, message_id: int, told: MessageState) -> bool:
    """Tell whether what was told would move the message on; a look that locks nothing. States go one way only."""
    return any(may_follow(row["state"], told) for row in _look.run(connection, message_id=message_id))


def message_of(connection: sa.Connection, sid: str) -> int | None:
    """Return our id of the message that the network calls `sid`."""
    rows = _find_by_sid.run(connection, sid=sid)
    return rows[0]["id"] if rows else None
