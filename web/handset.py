"""Simulated phones: which there are, and how the page and the terminal name them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from locales import LANGUAGES
from models.family import Family, Phone
from models.phone_number import normalized, spoken

FIRST = "+14135550142"
"""The phone in hand where none is chosen."""
FICTIONAL = [f"+1413555{line:04}" for line in range(142, 200)]
"""Numbers that belong to nobody, for families that we have not met."""
MOST_KNOWN = 100


@dataclass(frozen=True)
class Handset:
    """A phone on one channel. `address` is how Twilio writes it: +1… by SMS, whatsapp:+1… by WhatsApp."""

    number: str
    channel: str = "sms"

    @property
    def address(self) -> str:
        """The number with its channel in front."""
        return f"whatsapp:{self.number}" if self.channel == "whatsapp" else self.number

    @property
    def key(self) -> str:
        """The address as an id in a page."""
        return re.sub(r"\W+", "-", f"{self.channel}{self.number}")

    @property
    def spoken(self) -> str:
        """The number as people read it."""
        return spoken(self.number)

    @property
    def channel_name(self) -> str:
        """The channel as people call it."""
        return "WhatsApp" if self.channel == "whatsapp" else "SMS"


def handset(address: str) -> Handset | None:
    """The phone at an address, in any usual spelling of its number; None where that is no phone number."""
    number = normalized(address)
    channel = "whatsapp" if address.strip().startswith("whatsapp:") else "sms"
    return Handset(number, channel) if re.fullmatch(r"\+[1-9][0-9]{6,14}", number) else None


def unmet_number(session: Session, besides: Collection[str] = ()) -> str:
    """A fictional number that has not texted yet and is not one of `besides`; the first one again where all have."""
    met = {*besides, *session.scalars(sa.select(Phone.number).where(Phone.number.in_(FICTIONAL)))}
    return next((number for number in FICTIONAL if number not in met), FIRST)


def known_families(session: Session, numbers: list[str] | None = None) -> dict[str, str]:
    """Numbers of families, each with a few words on whose it is; `numbers`: only these."""
    query = (
        sa.select(Phone)
        .join(Phone.family)
        .options(selectinload(Phone.family).selectinload(Family.students))
        .order_by(Family.id, Phone.id)
        .limit(MOST_KNOWN)
    )
    if numbers is not None:
        query = query.where(Phone.number.in_(numbers))
    return {phone.number: _whose(phone) for phone in session.scalars(query)}


def _whose(phone: Phone) -> str:
    family = phone.family
    students = family.students if family else []
    names = ", ".join(student.name for student in students if student.name) or "Family"
    language = LANGUAGES.get(phone.language or (family.language if family else None) or "")
    opted_out = "opted out" if phone.opted_out_at else None
    said = (names, language.endonym if language else None, phone.unreachable, opted_out)
    return " · ".join(filter(None, said))
