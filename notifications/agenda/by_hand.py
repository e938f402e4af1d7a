"""A text that a person sends: the family's clock decides when it goes, as it does for what Lucero tells by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.catalogue import load_catalogue
from models.family import Phone
from models.message import Purpose
from notifications.agenda.look import Look
from notifications.family_clock import decide
from notifications.family_matters import Drop, Matter, Occasion, Send, Urgency
from notifications.family_words import moment
from notifications.outbox import Notice

OCCASIONS = {Purpose.ANSWER: Occasion.ANSWER, Purpose.URGENT: Occasion.URGENT}
"""The others are notices: as soon as they can be read."""
LONGEST_REASON = 200


@dataclass(frozen=True)
class ByHand:
    """What a person wants to tell whoever has a phone. What is urgent has an urgency, nothing else has."""

    purpose: Purpose
    body: str
    urgency: Urgency | None = None


@dataclass(frozen=True)
class Planned:
    """A text that goes at its moment, and when and why in a sentence for whoever sends it."""

    notice: Notice
    when_and_why: str


def plan_by_hand(session: Session, phone: Phone, text: ByHand, now: dt.datetime) -> Planned | Drop:
    """Decide when a text goes. Raises ValueError for something urgent without a reason and a name."""
    work_day = Look(session, load_catalogue(session.connection()), now).work_day_of(phone)
    heard_at = max(filter(None, (phone.sms_heard_at, phone.whatsapp_heard_at)), default=None)
    occasion = OCCASIONS.get(text.purpose, Occasion.NOTICE)
    decision = decide(work_day, Matter(occasion, heard_at=heard_at, urgency=text.urgency), now)
    if isinstance(decision, Drop):
        return decision
    # Somebody waits for an answer: it is not lost because it left late.
    expires_at = None if occasion is Occasion.ANSWER else decision.until
    reason = decision.reason[:LONGEST_REASON]
    notice = Notice(text.purpose, text.body, phone.language, decision.at, expires_at, reason)
    return Planned(notice, _when_and_why(decision, work_day.zone, now))


def _when_and_why(send: Send, zone: str, now: dt.datetime) -> str:
    when = "once" if send.at <= now else f"{moment(send.at, zone)} (their time)"
    return f"It goes at {when}: {send.reason[0].lower()}{send.reason[1:]}"
