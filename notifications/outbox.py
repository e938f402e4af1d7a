"""Writing a message into the outbox, in the transaction of the fact that it tells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from locales.sms import for_sms, segments
from models.family import Phone
from models.message import LANES, Direction, Message, MessageState, Purpose


@dataclass(frozen=True)
class Notice:
    """What Lucero or a person tells a family unasked, in the family's language and the full spelling."""

    purpose: Purpose
    body: str
    language: str | None
    due_at: dt.datetime | None = None
    """When it may go; None: at once."""
    expires_at: dt.datetime | None = None
    """When it is of no use any more."""
    reason: str | None = None
    """Why at that moment, for a person to read."""


def put(session: Session, phone: Phone, notice: Notice, now: dt.datetime) -> Message:
    """Write a message to a phone.

    Whoever calls this rings for delivery after the commit; if that is lost, the clock finds the message soon.
    """
    channel = channel_of(phone)
    size = segments(for_sms(notice.body) if channel == "sms" else notice.body)
    message = Message(
        phone_id=phone.id,
        direction=Direction.OUT,
        channel=channel,
        language=notice.language,
        purpose=notice.purpose,
        state=MessageState.QUEUED,
        body=notice.body,
        segments=size.count,
        encoding=size.encoding,
        lane=LANES[notice.purpose],
        created_at=now,
        due_at=notice.due_at or now,
        try_at=notice.due_at or now,
        expires_at=notice.expires_at,
        reason=notice.reason,
    )
    session.add(message)
    return message


def channel_of(phone: Phone) -> str:
    """Return the channel that a family used last; a number that takes no SMS is texted by WhatsApp."""
    by_sms, by_whatsapp = phone.sms_heard_at, phone.whatsapp_heard_at
    if not takes_sms(phone.number) or (by_whatsapp is not None and (by_sms is None or by_whatsapp > by_sms)):
        return "whatsapp"
    return "sms"


def takes_sms(number: str) -> bool:
    """Tell whether a number can be texted from here: a WhatsApp name cannot, nor can a Mexican number."""
    return number.startswith("+") and not number.startswith("+52")
