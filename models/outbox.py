"""The outbox: rows of `messages` with a lane. What waits is claimed in one transaction and sent outside of it.

Everything here runs in the caller's transaction. `now` decides what is due: it may be another instant that an
operator plays. Messages are claimed, and the pace is kept, by the machine's clock all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from models.family import Consent, ConsentKind, Phone
from models.message import Lane, Message, MessageState
from models.prepared import Prepared
from models.sending import Pace, Template

messages = cast("sa.Table", Message.__table__)
phones = cast("sa.Table", Phone.__table__)
paces = cast("sa.Table", Pace.__table__)
consents = cast("sa.Table", Consent.__table__)

APPROVED = "approved"


@dataclass(frozen=True)
class Candidate:
    """A message that is due, and what is known of its phone."""

    id: int
    phone_id: int
    purpose: str
    channel: str
    language: str | None
    body: str
    lane: int
    expires_at: dt.datetime | None
    number: str
    opted_out_at: dt.datetime | None
    paused_at: dt.datetime | None
    unreachable: str | None
    whatsapp_unreachable: str | None
    whatsapp_heard_at: dt.datetime | None
    consented: bool
    """Whether the family has agreed to hear from us, by whatever way."""


_MESSAGE_COLUMNS = "id phone_id purpose channel language body lane expires_at".split()
_PHONE_COLUMNS = "number opted_out_at paused_at unreachable whatsapp_unreachable whatsapp_heard_at".split()

_take_pace = Prepared(
    sa.select(paces.c.free_at).where(paces.c.id == 1).with_for_update(skip_locked=True, key_share=True)
)
_leave_pace = Prepared(
    sa.update(paces).where(paces.c.id == 1).values(free_at=sa.bindparam("free_at", type_=paces.c.free_at.type))
)
_consented = (
    sa.select(consents.c.id)
    .where(consents.c.phone_id == phones.c.id, consents.c.kind == ConsentKind.OPT_IN)
    .correlate(phones)
    .exists()
    .label("consented")
)
_LOOKED_AT = [*(messages.c[name] for name in _MESSAGE_COLUMNS), *(phones.c[name] for name in _PHONE_COLUMNS)]
_due = Prepared(
    sa.select(*_LOOKED_AT, _consented)
    .join(phones, phones.c.id == messages.c.phone_id)
    .where(
        messages.c.lane == sa.bindparam("lane", type_=messages.c.lane.type),
        messages.c.try_at <= sa.bindparam("now", type_=messages.c.try_at.type),
    )
    .order_by(messages.c.try_at, messages.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(of=[messages, phones], skip_locked=True, key_share=True)
)
_next = Prepared(
    sa.select(messages.c.try_at)
    .where(messages.c.lane == sa.bindparam("lane", type_=messages.c.lane.type), messages.c.try_at.is_not(None))
    .order_by(messages.c.try_at)
    .limit(1)
)


_opted_out_since = Prepared(
    sa.select(phones.c.id).where(phones.c.opted_out_at >= sa.bindparam("since", type_=phones.c.opted_out_at.type))
)


def take_pace(connection: sa.Connection) -> dt.datetime | None:
    """Lock the pace until the transaction ends and return when the next message may go; None: another has it."""
    rows = _take_pace.run(connection)
    return rows[0]["free_at"] if rows else None


def leave_pace(connection: sa.Connection, free_at: dt.datetime) -> None:
    """Say when the next message may go."""
    _leave_pace.run(connection, free_at=free_at)


def due(connection: sa.Connection, now: dt.datetime, most: int) -> list[Candidate]:
    """Return up to `most` messages that are due, with what is known of their phones; the prompt ones first.

    They and their phones are locked until the transaction ends, and those that others hold are left out: a phone
    whose family is texting this very moment is looked at again afterwards.
    """
    found: list[Candidate] = []
    for lane in Lane:
        if len(found) < most:
            rows = _due.run(connection, lane=lane, now=now, most=most - len(found))
            found += [Candidate(**row) for row in rows]
    return found


def next_try(connection: sa.Connection) -> dt.datetime | None:
    """Return when the next message wants to be looked at; None: the outbox is empty."""
    firsts = [row["try_at"] for lane in Lane for row in _next.run(connection, lane=lane)]
    return min(firsts, default=None)


def approved_template(connection: sa.Connection, purpose: str, language: str | None) -> str | None:
    """Return the ContentSid of the approved WhatsApp template for a purpose in a language."""
    return connection.scalar(
        sa.select(Template.content_sid).where(
            Template.purpose == purpose, Template.language == language, Template.status == APPROVED
        )
    )


_why_then = sa.case((messages.c.attempts == 0, messages.c.reason))
"""Why it goes at this moment; of one that is tried again, the reason tells why it did not go before."""
_why_so = sa.bindparam("reason", type_=sa.String())
_claim = Prepared(
    sa.update(messages)
    .where(messages.c.id == sa.bindparam("message_id", type_=sa.Integer()))
    .values(
        state=MessageState.SENDING,
        channel=sa.bindparam("channel"),
        segments=sa.bindparam("segments"),
        encoding=sa.bindparam("encoding"),
        reason=sa.func.coalesce(sa.func.substr(_why_then + " " + _why_so, 1, 200), _why_so, _why_then),
        claimed_at=sa.bindparam("at", type_=messages.c.claimed_at.type),
        attempts=messages.c.attempts + 1,
        try_at=None,
    )
)
_settle = Prepared(
    sa.update(messages)
    .where(messages.c.id == sa.bindparam("message_id", type_=sa.Integer()))
    .values(state=sa.bindparam("state", type_=messages.c.state.type), reason=sa.bindparam("reason"), try_at=None)
)
_UNHEARD_OF = sa.or_(messages.c.state == MessageState.SENDING, messages.c.state == MessageState.UNKNOWN)
_others = messages.alias("others")
_IS_ANOTHERS = (  # settling found two with the same text, and has taken this one's sid for the other's
    sa.select(_others.c.id)
    .where(_others.c.provider_sid == sa.bindparam("sid", type_=sa.String()), _others.c.id != sa.bindparam("message_id"))
    .exists()
)
_accept = Prepared(
    sa.update(messages)
    .where(messages.c.id == sa.bindparam("message_id", type_=sa.Integer()))
    .values(
        # A callback may have come first: what it told stays.
        state=sa.case((_UNHEARD_OF, MessageState.SENT), else_=messages.c.state),
        provider_sid=sa.case(
            (_IS_ANOTHERS, messages.c.provider_sid),
            else_=sa.func.coalesce(messages.c.provider_sid, sa.bindparam("sid", type_=sa.String())),
        ),
        sent_at=sa.func.coalesce(messages.c.sent_at, sa.bindparam("at", type_=messages.c.sent_at.type)),
        error=sa.case((_UNHEARD_OF, None), else_=messages.c.error),
        try_at=None,
    )
)


def claim(connection: sa.Connection, claims: Sequence[dict[str, Any]]) -> None:
    """Mark messages as being sent: `message_id`, `channel`, `segments`, `encoding`, `reason`, `at` of each.

    `reason`: why it goes another way than it was meant to; why it goes at this moment, stays beside it.
    """
    if claims:
        _claim.run_for_each(connection, claims)


def settle(connection: sa.Connection, settled: Sequence[dict[str, Any]]) -> None:
    """Move messages that will not be sent to where they end: `message_id`, `state`, `reason` of each."""
    if settled:
        _settle.run_for_each(connection, settled)


def accept(connection: sa.Connection, accepted: Sequence[dict[str, Any]]) -> None:
    """Note messages that the network took: `message_id`, `sid`, `at` of each."""
    if accepted:
        _accept.run_for_each(connection, accepted)


def withdraw(connection: sa.Connection, phone_id: int, reason: str) -> None:
    """Withhold everything that waits for a phone. What was handed to the network already cannot be taken back."""
    waiting = sa.and_(messages.c.phone_id == phone_id, messages.c.try_at.is_not(None))
    connection.execute(
        sa.update(messages).where(waiting).values(state=MessageState.WITHHELD, reason=reason, try_at=None)
    )


def opted_out_since(connection: sa.Connection, since: dt.datetime) -> set[int]:
    """Return the phones whose families have opted out since a moment."""
    return {row["id"] for row in _opted_out_since.run(connection, since=since)}


def is_leaving(connection: sa.Connection, phone_id: int, since: dt.datetime) -> bool:
    """Tell whether a message to a phone that was claimed since a moment may be on its way to the network just now."""
    leaving = sa.select(messages.c.id).where(
        sa.text("messages.state = 'sending' AND messages.try_at IS NULL"),  # as the partial index says it
        messages.c.claimed_at > since,
        messages.c.phone_id == phone_id,
    )
    return connection.scalar(leaving.limit(1)) is not None


NOT_LISTED = "not_listed"
"""The error of a message of which the network's list did not tell, either."""


def in_doubt(
    connection: sa.Connection, *, claimed_before: dt.datetime, unlisted_before: dt.datetime, most: int
) -> list[sa.RowMapping]:
    """Return messages that were claimed before a moment and of which nothing was heard since, the oldest first.

    Those that were asked about already come again only once they are older than `unlisted_before`.
    """
    columns = [messages.c[name] for name in ("id", "channel", "body", "claimed_at", "phone_id")]
    asked = messages.c.error.is_not_distinct_from(NOT_LISTED)
    stuck = (
        sa.select(*columns, phones.c.number)
        .join(phones, phones.c.id == messages.c.phone_id)
        .where(sa.text("messages.state = 'sending' AND messages.try_at IS NULL"))  # as the partial index says it
        .where(messages.c.claimed_at < claimed_before, sa.or_(~asked, messages.c.claimed_at < unlisted_before))
        .order_by(messages.c.claimed_at)
        .limit(most)
    )
    return list(connection.execute(stuck).mappings())


def sids_known(connection: sa.Connection, phone_id: int) -> list[str]:
    """Return the network's ids of the messages that went to a phone: what it lists under them is accounted for."""
    mine = sa.select(messages.c.provider_sid).where(
        messages.c.phone_id == phone_id, messages.c.provider_sid.is_not(None)
    )
    return [sid for sid in connection.scalars(mine) if sid]
