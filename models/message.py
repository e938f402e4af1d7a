"""Messages in both directions. An outbound row is the outbox; its state goes one way only."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, chosen_from, where


class Direction(enum.StrEnum):
    """Seen from us."""

    IN = "in"
    OUT = "out"


class Purpose(enum.StrEnum):
    """Why a message is written. Those of the outbox, Lucero or a person sends unasked."""

    TEXT = "text"
    """What a family wrote."""
    REPLY = "reply"
    """The answer to it, in Twilio's own request."""
    ANSWER = "answer"
    """A person answers."""
    URGENT = "urgent"
    """Weather, safety, cancelled, changed today."""
    REMINDER = "reminder"
    OFFER = "offer"
    """A seat has become free."""
    DIGEST = "digest"
    """The Sunday summary of who wants to hear less."""
    BROADCAST = "broadcast"


class Lane(enum.IntEnum):
    """What goes first where not everything can go at once; a lower one overtakes."""

    PROMPT = 0
    TIMELY = 1
    BULK = 2


LANES = {
    Purpose.ANSWER: Lane.PROMPT,
    Purpose.URGENT: Lane.PROMPT,
    Purpose.REMINDER: Lane.TIMELY,
    Purpose.OFFER: Lane.TIMELY,
    Purpose.DIGEST: Lane.BULK,
    Purpose.BROADCAST: Lane.BULK,
}
"""The purposes of the outbox and the lane of each."""


class MessageState(enum.StrEnum):
    """Inbound texts are `received` (or `failed`, where the turn broke); the others are for what we send."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


FINAL = frozenset({"undelivered", "failed", "refused", "expired", "withheld"})
"""From these nothing follows."""
LADDER = ("queued", "sending", "unknown", "sent", "delivered", "read")
"""What a message goes up by; a step may be left out, none is taken back."""


def may_follow(before: MessageState, after: MessageState) -> bool:
    """Tell whether a message in state `before` may go to `after`. Delivered and read are never undone."""
    if before in FINAL or before is MessageState.RECEIVED or after not in {*LADDER, *FINAL}:
        return False
    if after in FINAL:
        return before in ("queued", "sending", "unknown", "sent")
    return LADDER.index(after) > LADDER.index(before)


class Message(Base):
    """One text. `body` has the full spelling; `segments` and `encoding` are of what goes over the wire."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_to_try", "lane", "try_at", "id", **where("try_at IS NOT NULL")),
        sa.Index("ix_messages_in_flight", "claimed_at", **where("state = 'sending' AND try_at IS NULL")),
        sa.Index("ix_messages_outbox", "due_at", **where("lane IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), index=True)
    direction: Mapped[Direction] = mapped_column(chosen_from(Direction))
    channel: Mapped[str] = mapped_column(sa.String(10))
    """sms or whatsapp."""
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[MessageState] = mapped_column(chosen_from(MessageState))
    body: Mapped[str]
    segments: Mapped[int] = mapped_column(default=1)
    encoding: Mapped[str] = mapped_column(sa.String(8), default="GSM-7")
    media: Mapped[list[str]] = mapped_column(default=list)
    """Kinds of what came with it (image/jpeg, audio/ogg, location); the things themselves are not kept."""
    provider_sid: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    answers_sid: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    """On a reply: the provider_sid of the text it answers. A second delivery of that text finds it here."""
    error: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    reason: Mapped[str | None] = mapped_column(sa.String(200), default=None)
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    expires_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    sent_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When the network took it."""
    lane: Mapped[int | None] = mapped_column(sa.SmallInteger, default=None)
    """Of a message in the outbox; others have none."""
    try_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When delivery looks at it next. None: on its way, or nothing left to try."""
    claimed_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When a worker took it to send it."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    """How often it was handed to the network."""
    retry_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), unique=True, default=None)
    """The message that did not arrive and that this one is sent in the place of: there is one at most."""
