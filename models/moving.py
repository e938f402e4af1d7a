"""Families on the move: where they went and when, and phones that several of them share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.agenda import ItemKind, agenda, look_again_at_family, put_on_agenda
from models.base import Base
from models.family import Family, Phone
from models.seats import lock_in_order, withdraw
from models.sign_up import ACTIVE, SignUp
from models.workday import ToldWorkDay

MEMORY = dt.timedelta(days=3 * 365 + 1)
"""How long a move counts: the 36 months of the program. Shown to recruiters only."""


class Move(Base):
    """One move of a family, as it told it. `moves_on` is the day, or about when."""

    __tablename__ = "moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), index=True)
    from_organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), default=None)
    to_organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), default=None)
    """The district there, where it is one of ours."""
    place: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    """Where to, in the family's words."""
    zone: Mapped[str | None] = mapped_column(sa.String(40), default=None)
    """IANA name of the zone there, where the place tells it."""
    moves_on: Mapped[dt.date | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(sa.String(320), default="")
    """What they wrote."""
    told_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When the day had come and what they gave up was ended."""


class SharedPhone(Base):
    """A family that writes from a phone which others use as well; `phones.family_id` is the one that wrote last."""

    __tablename__ = "shared_phones"

    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), primary_key=True)
    since: Mapped[dt.datetime]


BY_MOVING = "move"
"""The source of a sign-up that was carried over from the district that they leave."""
MIDDLE = "America/Chicago"
"""Whose midnight begins a day where nobody knows the zone: within two hours of the right one."""
OUTSIDE = "outside the US"
"""All that is kept of a place in another country."""


def moves_within(session: Session, family_id: int, today: dt.date) -> list[Move]:
    """Return the moves of the last 36 months and those to come, newest first. For recruiters only."""
    since = today - MEMORY
    told = sa.select(Move).where(Move.family_id == family_id).order_by(Move.id.desc())
    return [move for move in session.scalars(told) if (move.moves_on or move.told_at.date()) >= since]


def move_ahead(session: Session, family_id: int) -> Move | None:
    """Return the move that a family has told and not made yet."""
    ahead = sa.select(Move).where(Move.family_id == family_id, Move.settled_at.is_(None))
    return session.scalar(ahead.order_by(Move.id.desc()).limit(1))


def last_move_away(session: Session, family_id: int, district_id: int | None = None) -> Move | None:
    """Return the newest move that a family has made away from a district of ours, or from this one."""
    away = sa.select(Move).where(
        Move.family_id == family_id, Move.settled_at.is_not(None), Move.from_organization_id.is_not(None)
    )
    if district_id is not None:
        away = away.where(Move.from_organization_id == district_id)
    return session.scalar(away.order_by(Move.id.desc()).limit(1))


def announce(session: Session, move: Move, given_up: Iterable[SignUp], zone: str | None, now: dt.datetime) -> None:
    """A family moves on a day to come: note it, and free the seats it gives up on that day.

    `zone`: what time it is where it lives until then. A day that has come is settled at once.
    """
    session.add(move)
    for sign_up in given_up:
        sign_up.leaves_on, sign_up.changed_at = move.moves_on, now
    session.flush()
    if move.moves_on is None:
        return
    begins = dt.datetime.combine(move.moves_on, dt.time(), tzinfo=ZoneInfo(zone or move.zone or MIDDLE))
    if begins <= now:
        settle(session, move, zone, now)
        return
    item = {"key": _key(move), "kind": ItemKind.LEAVING, "family_id": move.family_id, "created_at": now}
    look_again_at_family(session.connection(), move.family_id, now)
    put_on_agenda(session.connection(), [item | {"look_at": begins, "begins_at": begins}])


def settle(session: Session, move: Move, zone_before: str | None, now: dt.datetime) -> None:
    """The day has come: what was given up ends, and the family belongs to where it is now.

    Where nobody knows what time it is there, it stays as it was. Language, hours and consent go along.
    """
    for sign_up in _given_up_by(session, move):
        withdraw(session, sign_up, now=now)
    family = session.get_one(Family, move.family_id)
    if move.place is not None:  # where they do not know themselves, those who knew them call
        family.organization_id = move.to_organization_id
        mine = sa.update(Phone).where(Phone.family_id == family.id)
        session.execute(mine.values(organization_id=move.to_organization_id))
    told = session.get(ToldWorkDay, family.id)
    if told is None:
        told = ToldWorkDay(family_id=family.id, told_at=now)
        session.add(told)
    told.place = (move.place or "")[:60] or None
    told.zone = move.zone or told.zone or zone_before
    move.settled_at = now
    session.flush()
    look_again_at_family(session.connection(), family.id, now)


def _given_up_by(session: Session, move: Move) -> list[SignUp]:
    """The sign-ups that end with the move, their programs locked in order."""
    mine = sa.select(SignUp).where(
        SignUp.family_id == move.family_id, SignUp.leaves_on <= move.moves_on, SignUp.status.in_(ACTIVE)
    )
    found = list(session.scalars(mine.order_by(SignUp.id)))
    lock_in_order(session, [sign_up.program_id for sign_up in found])
    return found


def carried_over(session: Session, move: Move) -> list[SignUp]:
    """Return the sign-ups that were made in the district there when a move was told."""
    carried = sa.select(SignUp).where(SignUp.family_id == move.family_id, SignUp.source == BY_MOVING)
    return list(session.scalars(carried.where(SignUp.signed_up_at == move.told_at, SignUp.status.in_(ACTIVE))))


def take_back(session: Session, move: Move, now: dt.datetime, *, stays: bool = True) -> None:
    """What was told of a move holds no longer: the seats are the family's own again.

    Where it `stays`, what was carried over ends as well.
    """
    kept = sa.select(SignUp).where(SignUp.family_id == move.family_id, SignUp.leaves_on.is_not(None))
    for sign_up in session.scalars(kept.where(SignUp.status.in_(ACTIVE))):
        sign_up.leaves_on, sign_up.changed_at = None, now
    for sign_up in carried_over(session, move) if stays else []:
        withdraw(session, sign_up, now=now)
    session.execute(sa.delete(agenda).where(agenda.c.key == _key(move)))
    session.delete(move)
    session.flush()
    look_again_at_family(session.connection(), move.family_id, now)


def move_of(item_key: str) -> int:
    """Return the id of the move that an item of the agenda is about."""
    return int(item_key.partition(":")[2])


def _key(move: Move) -> str:
    return f"{ItemKind.LEAVING}:{move.id}"
