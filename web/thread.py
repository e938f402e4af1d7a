"""A family's messages with us, as its phone shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from locales.sms import for_sms, segments
from models.family import Phone
from models.message import LADDER, Direction, Message, MessageState
from web.wall_clock import in_words

AS_FAR_BACK_AS = 200
"""Messages of one phone that a page shows."""

ON_A_PHONE = [state for state in MessageState if state in {"received", "failed", *LADDER[LADDER.index("sent") :]}]
"""States of what a family has written, or has got."""


@dataclass(frozen=True)
class Bubble:
    """One message on a phone. `segments`, `encoding` and `units` are what it costs as SMS; `zone` is the family's."""

    id: int
    from_family: bool
    text: str
    media: tuple[str, ...]
    language: str | None
    purpose: str
    segments: int
    encoding: str
    units: int
    at: dt.datetime
    zone: str
    failed: bool
    unasked: bool
    """Sent by Lucero or a person, not as the reply to a text."""
    reason: str | None
    """Why it came at that moment or by that way."""

    @property
    def cost(self) -> str:
        """What it costs, for a person to read: 1 segment, GSM-7, 132 of 160."""
        alone, joined = (160, 153) if self.encoding == "GSM-7" else (70, 67)
        room = alone if self.segments == 1 else joined * self.segments
        return f"{self.segments} segment{'s' * (self.segments != 1)}, {self.encoding}, {self.units} of {room}"

    @property
    def when(self) -> str:
        """When it was, on the family's clock."""
        return in_words(self.at, self.zone)


def thread(session: Session, number: str, channel: str, *, after: int = 0, zone: str = "UTC") -> list[Bubble]:
    """What a number (E.164) has said and heard on a channel since the message `after`, oldest first."""
    newest = (
        sa.select(Message)
        .join(Phone, Phone.id == Message.phone_id)
        .where(Phone.number == number, Message.channel == channel, Message.id > after)
        .where(Message.state.in_(ON_A_PHONE))
        .order_by(Message.id.desc())
        .limit(AS_FAR_BACK_AS)
    )
    return [as_shown(message, zone) for message in reversed(session.scalars(newest).all())]


def as_shown(message: Message, zone: str) -> Bubble:
    """The message as it went over the wire: a reply by SMS may be spelled plainer than it is kept."""
    ours = message.direction is Direction.OUT
    text = for_sms(message.body) if ours and message.channel == "sms" else message.body
    return Bubble(
        id=message.id,
        from_family=not ours,
        text=text,
        media=tuple(message.media),
        language=message.language,
        purpose=message.purpose,
        segments=message.segments,
        encoding=message.encoding,
        units=segments(text).units,
        at=message.sent_at or message.created_at,
        zone=zone,
        failed=message.state is MessageState.FAILED,
        unasked=message.lane is not None,
        reason=message.reason if message.lane is not None else None,
    )
