"""The last look before a message leaves: may it still go, and by which way? Whatever the queue says, this decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from locales.sms import for_sms, segments
from models.message import Lane, MessageState, Purpose
from models.outbox import Candidate
from notifications.gateway import Outgoing
from notifications.outbox import takes_sms
from notifications.templates import fits_template

WHATSAPP_WINDOW = dt.timedelta(hours=24) - dt.timedelta(minutes=1)
"""How long after a family's last WhatsApp text free words may go to them; a minute early, for what is on its way."""
WITHOUT_CONSENT = frozenset({Purpose.URGENT})
"""What a school may text to a number that was only given to it: emergencies."""

FindTemplate = Callable[[str, str | None], str | None]
"""(purpose, language) -> ContentSid of an approved template."""


@dataclass(frozen=True)
class Goes:
    """A message that leaves, as it goes over the wire. `reason` says why it goes another way than it was meant to."""

    outgoing: Outgoing
    phone_id: int
    segments: int
    encoding: str
    reason: str | None = None

    @property
    def cost(self) -> int:
        """What it takes of the pace, in segments."""
        return self.segments if self.outgoing.channel == "sms" else 1


@dataclass(frozen=True)
class Stays:
    """A message that ends here: expired or withheld, and why, for a person to read."""

    message_id: int
    state: MessageState
    reason: str


def last_look(candidate: Candidate, now: dt.datetime, find_template: FindTemplate) -> Goes | Stays:
    """Decide about one message at the moment when it could go."""
    if candidate.expires_at is not None and candidate.expires_at <= now:
        return Stays(candidate.id, MessageState.EXPIRED, "Its time had passed before it could be sent.")
    obstacle = _obstacle(candidate)
    if obstacle is not None:
        return Stays(candidate.id, MessageState.WITHHELD, obstacle)
    if candidate.channel == "whatsapp":
        return _by_whatsapp(candidate, now, find_template)
    return _by_sms(candidate, None)


def _obstacle(candidate: Candidate) -> str | None:
    """What the family has said against it, if anything."""
    if candidate.opted_out_at is not None:
        return "The family has opted out."
    if candidate.unreachable == "reassigned":
        return "This number belongs to somebody else now."
    if not candidate.consented and candidate.purpose not in WITHOUT_CONSENT:
        return "There is no consent on record for this number."
    if candidate.paused_at is not None and candidate.lane != Lane.PROMPT and candidate.purpose != Purpose.DIGEST:
        return "The family wants only the Sunday summary and what is urgent."
    return None


def _by_whatsapp(candidate: Candidate, now: dt.datetime, find_template: FindTemplate) -> Goes | Stays:
    """Free words while the window is open, else an approved template, else SMS."""
    if candidate.whatsapp_unreachable is not None:
        return _by_sms(candidate, "This number is not on WhatsApp")
    heard_at = candidate.whatsapp_heard_at
    content_sid = None
    if heard_at is None or now - heard_at > WHATSAPP_WINDOW:
        if not fits_template(candidate.body):
            return _by_sms(candidate, "WhatsApp is shut and this is too long for a template")
        content_sid = find_template(candidate.purpose, candidate.language)
        if content_sid is None:
            return _by_sms(candidate, f"WhatsApp is shut and no template is approved in {candidate.language}")
    size = segments(candidate.body)
    outgoing = Outgoing(candidate.id, candidate.number, "whatsapp", candidate.body, content_sid)
    return Goes(outgoing, candidate.phone_id, size.count, size.encoding, "By template." if content_sid else None)


def _by_sms(candidate: Candidate, instead_because: str | None) -> Goes | Stays:
    obstacle = None
    if not takes_sms(candidate.number):
        obstacle = "it takes no SMS"
    elif candidate.unreachable is not None:
        obstacle = f"by SMS it is unreachable: {candidate.unreachable}"
    if obstacle is not None:
        both = f"{instead_because}, and {obstacle}." if instead_because else f"{obstacle[0].upper()}{obstacle[1:]}."
        return Stays(candidate.id, MessageState.WITHHELD, both)
    wire = for_sms(candidate.body)
    size = segments(wire)
    reason = f"{instead_because}: sent by SMS." if instead_because else None
    outgoing = Outgoing(candidate.id, candidate.number, "sms", wire)
    return Goes(outgoing, candidate.phone_id, size.count, size.encoding, reason)
