"""What arrived on phones without being asked for, between two instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.family import Phone
from models.message import Message
from web.family_zones import family_zones
from web.handset import Handset, known_families
from web.thread import ON_A_PHONE, Bubble, as_shown

MOST_SHOWN = 50
"""Texts that a page lists; it says how many more there are."""


@dataclass(frozen=True)
class Arrived:
    """A text on somebody's phone."""

    handset: Handset
    whose: str
    bubble: Bubble


@dataclass(frozen=True)
class Arrivals:
    """What arrived: on the phones that are shown, how many; on others, which. `more`: of these, how many besides."""

    here: dict[Handset, int]
    elsewhere: list[Arrived]
    more: int

    @property
    def total(self) -> int:
        """On all phones together."""
        return sum(self.here.values()) + len(self.elsewhere) + self.more


def arrivals(session: Session, shown: Collection[Handset], since: dt.datetime, until: dt.datetime) -> Arrivals:
    """Return what arrived after `since`, until `until`, in the order of its moments."""
    arrived = (
        sa.select(Message, Phone.number)
        .join(Phone, Phone.id == Message.phone_id)
        .where(Message.lane.is_not(None), Message.sent_at > since, Message.sent_at <= until)
        .where(Message.state.in_(ON_A_PHONE))
        .order_by(Message.sent_at, Message.id)
    )
    here, elsewhere = dict.fromkeys(shown, 0), []
    for message, number in session.execute(arrived):
        handset = Handset(number, message.channel)
        if handset in here:
            here[handset] += 1
        else:
            elsewhere.append((handset, message))
    listed = _listed(session, elsewhere[:MOST_SHOWN])
    return Arrivals(here, listed, len(elsewhere) - len(listed))


def _listed(session: Session, found: list[tuple[Handset, Message]]) -> list[Arrived]:
    numbers = [handset.number for handset, _message in found]
    whose, zones = known_families(session, numbers), family_zones(session, numbers)
    return [
        Arrived(handset, whose.get(handset.number, "A new family"), as_shown(message, zones[handset.number]))
        for handset, message in found
    ]
