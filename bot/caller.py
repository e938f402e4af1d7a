"""Who is texting: the phone as the turn found it, and as it will leave it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from models.arrivals import Arrival
from models.place import Place


@dataclass
class Caller:
    """A phone during one turn. What is changed here is stored when the turn ends well."""

    phone_id: int
    number: str
    channel: str
    family_id: int | None = None
    language: str | None = None
    organization_id: int | None = None
    places: list[Place] = field(default_factory=list)
    opted_out_at: dt.datetime | None = None
    paused_at: dt.datetime | None = None
    unreachable: str | None = None
    whatsapp_unreachable: str | None = None
    welcomed_at: dt.datetime | None = None
    sms_heard_at: dt.datetime | None = None
    whatsapp_heard_at: dt.datetime | None = None
    heard_before: dt.datetime | None = None
    """When the text before this one came."""
    is_shared: bool = False
    """Whether several families write from this phone."""

    @classmethod
    def arriving(cls, arrival: Arrival, channel: str, now: dt.datetime) -> Caller:
        """The phone of an arrival, heard on this channel now."""
        phone = arrival.phone
        heard_before = [moment for moment in (phone.sms_heard_at, phone.whatsapp_heard_at) if moment is not None]
        return cls(
            phone_id=phone.id,
            number=phone.number,
            channel=channel,
            family_id=phone.family_id,
            language=phone.language,
            organization_id=phone.organization_id,
            places=[
                Place.from_json(kept) for kept in phone.places if isinstance(kept, dict) and "conversation" in kept
            ],
            opted_out_at=phone.opted_out_at,
            paused_at=phone.paused_at,
            unreachable=_still(phone.unreachable, heard=channel == "sms"),
            whatsapp_unreachable=_still(phone.whatsapp_unreachable, heard=channel == "whatsapp"),
            welcomed_at=phone.welcomed_at,
            sms_heard_at=now if channel == "sms" else phone.sms_heard_at,
            whatsapp_heard_at=now if channel == "whatsapp" else phone.whatsapp_heard_at,
            heard_before=max(heard_before, default=None),
            is_shared=bool(phone.is_shared),
        )

    def as_row(self) -> dict[str, Any]:
        """The columns to store."""
        return {
            "family_id": self.family_id,
            "language": self.language,
            "organization_id": self.organization_id,
            "places": [place.as_json() for place in self.places],
            "opted_out_at": self.opted_out_at,
            "paused_at": self.paused_at,
            "unreachable": self.unreachable,
            "whatsapp_unreachable": self.whatsapp_unreachable,
            "welcomed_at": self.welcomed_at,
            "sms_heard_at": self.sms_heard_at,
            "whatsapp_heard_at": self.whatsapp_heard_at,
        }

    @property
    def place(self) -> Place | None:
        """The newest open conversation."""
        return self.places[-1] if self.places else None


def _still(unreachable: str | None, *, heard: bool) -> str | None:
    """Why a phone cannot be reached: a text from it shows that it can, unless somebody else has the number now."""
    return unreachable if unreachable == "reassigned" or not heard else None
