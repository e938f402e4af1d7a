"""What a family may be told, and what its clock answers."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from notifications.family_words import Wording


class Occasion(enum.Enum):
    """Why something is sent, as far as it decides when."""

    ANSWER = "answer"
    """A person answers what the family wrote."""
    URGENT = "urgent"
    OFFER = "offer"
    NOTICE = "notice"
    """Broadcasts, and what a program announces, nudges about or wants confirmed: as soon as it can be read."""
    DIGEST = "digest"
    REMINDER = "reminder"
    """Once for each thing: on the evening before, or as the family works (docs/decisions/0009)."""
    BEFORE_WORK = "before work"
    """Once more before leaving, for who said that it is welcome."""


@dataclass(frozen=True)
class Event:
    """What the text is about: when it begins and on whose clock."""

    begins: dt.datetime
    zone: str
    after_shift: bool = False
    """An evening class or the like, for those who work themselves: they come to it from their shift."""


@dataclass(frozen=True)
class Urgency:
    """Why the family's hours may be broken, and who says so."""

    reason: str
    by: str


@dataclass(frozen=True)
class Matter:
    """What there is to tell. Instants are aware."""

    occasion: Occasion
    event: Event | None = None
    deadline: dt.datetime | None = None
    """From when on it is of no use: when they must leave, or a stop is passed. None: when the event begins."""
    earliest: dt.datetime | None = None
    """Not before: two weeks ahead for an announcement. A digest has the Sunday that it is for, or, asked again on the
    day after, it would be the next one's."""
    heard_at: dt.datetime | None = None
    """When the family last wrote to us."""
    urgency: Urgency | None = None

    @property
    def useful_until(self) -> dt.datetime | None:
        """From when on it is of no use; None: it always is."""
        return self.deadline or (self.event.begins if self.event else None)


@dataclass(frozen=True)
class Send:
    """Send at `at`; from `until` on that is no longer right, and `decide` is to be asked again."""

    at: dt.datetime
    until: dt.datetime
    wording: Wording | None
    """None where nothing was said of an event."""
    reason: str
    breaks_hours: bool = False
    """Outside of the family's windows: it wrote just now, comes from its shift, or it is urgent."""


@dataclass(frozen=True)
class Drop:
    """Do not send; the reason is for staff."""

    reason: str
