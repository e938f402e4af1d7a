"""Offers: a freed seat goes to who is next on the room's waiting list, and is held while the family decides.

Everything here runs under the program's row lock, as every claim does (models/seats.py). An offered seat is a held
seat, so that it can be promised to one family only. Whether an offer still stands is what its sign-up says, never a
comparison of times: it stands until the family answers, the clock passes it on, or the program begins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import seats
from models.agenda import ItemKind, look_at_waiting_list, put_on_agenda
from models.program import Program, ProgramStatus, Room, Slot
from models.seats import AlreadyEnrolled, Enrolled, Outcome, Wish
from models.sign_up import SEATED, SignUp, SignUpStatus

WHAT_WAS_TOLD = "guardian_role needs_ride stop_id hand_over diet interpreter available answers source".split()
"""What a family has told at its sign-up and need not tell again."""
A_WHILE = 29
"""Days from its first date within which a program meets, also where it begins with a vacation."""


@dataclass(frozen=True)
class Declined:
    """The family does not want the seat."""

    sign_up: SignUp


@dataclass(frozen=True)
class PassedOn:
    """The offer is over: the seat was passed on, given back, or the program is not held."""

    sign_up: SignUp


@dataclass(frozen=True)
class HasBegun:
    """The program has begun: there is nothing to take any more."""

    sign_up: SignUp


Taken = Enrolled | AlreadyEnrolled | PassedOn | HasBegun
GivenBack = Declined | AlreadyEnrolled | PassedOn


def begins_at(program: Program, slot: Slot | None = None) -> dt.datetime:
    """Return when a program begins for who has a seat in it: at their slot, else at its first meeting."""
    if slot is not None:
        return slot.starts_at
    at = dt.datetime.combine(first_day(program), program.begins or dt.time(), ZoneInfo(program.zone))
    return at.astimezone(dt.UTC)


def first_day(program: Program) -> dt.date:
    """Return the first day on which a program meets."""
    days = (program.starts_on + dt.timedelta(days=number) for number in range(A_WHILE))
    return next(filter(program.meets_on, days), program.starts_on)


def offer_next(session: Session, room_id: int, *, now: dt.datetime) -> SignUp | None:
    """Offer a free seat to the first of the waiting list whose group fits; None: nothing is free, or nobody fits.

    The seat is held from now on, and the clock has it on its agenda to tell the family. Until when it is held is
    decided when they are told (`hold`).
    """
    program_id = session.get_one(Room, room_id).program_id
    program = seats.locked(session, program_id)
    room = session.get_one(Room, room_id, populate_existing=True)
    if program.status is ProgramStatus.CANCELLED:
        return None
    sign_up = session.scalar(_who_is_next(session, program, room, now))
    if sign_up is not None:
        _change(session, sign_up, SignUpStatus.OFFERED, now)
        _put_on_agenda(session, sign_up, now)
    return sign_up


def hold(session: Session, sign_up: SignUp, until: dt.datetime) -> None:
    """The family has been told, or is being called: the seat is held until then."""
    sign_up.hold_until = until
    session.flush()


def take(session: Session, sign_up: SignUp, *, now: dt.datetime) -> Taken:
    """Give the family the seat that it was offered, if that is still its own."""
    program = _locked_with(session, sign_up)
    if sign_up.status is SignUpStatus.ENROLLED:
        return AlreadyEnrolled(sign_up)
    if sign_up.status is not SignUpStatus.OFFERED or program.status is ProgramStatus.CANCELLED:
        return PassedOn(sign_up)
    if begins_at(program, sign_up.slot) <= now:
        return HasBegun(sign_up)
    _change(session, sign_up, SignUpStatus.ENROLLED, now)
    return Enrolled(sign_up)


def decline(session: Session, sign_up: SignUp, *, now: dt.datetime) -> GivenBack:
    """Give the seat back, for who is next. One that was taken meanwhile (by the other parent) stays taken."""
    _locked_with(session, sign_up)
    if sign_up.status is SignUpStatus.ENROLLED:
        return AlreadyEnrolled(sign_up)
    return Declined(sign_up) if _free(session, sign_up, SignUpStatus.DECLINED, now) else PassedOn(sign_up)


def let_lapse(session: Session, sign_up: SignUp, *, now: dt.datetime) -> bool:
    """Pass on a seat whose family did not answer. Tells whether it was still offered to them."""
    _locked_with(session, sign_up)
    return _free(session, sign_up, SignUpStatus.UNREACHED, now)


def wait_again(session: Session, sign_up: SignUp, *, now: dt.datetime) -> Outcome:
    """Sign up anew for what a lapsed offer was about, at the end of the list; where nobody waits, there is a seat."""
    again = Wish(
        program_id=sign_up.program_id,
        family_id=sign_up.family_id,
        phone_id=sign_up.phone_id,
        student=sign_up.student,
        slot_id=sign_up.slot_id,
        heads=sign_up.heads,
        seats=sign_up.seats,
        details={name: getattr(sign_up, name) for name in WHAT_WAS_TOLD},
    )
    return seats.enroll(session, again, now=now)


def _who_is_next(session: Session, program: Program, room: Room, now: dt.datetime) -> sa.Select[SignUp]:
    """The first in the program's order for whom there is enough, that has not begun yet, and who will still be here.

    A group too large for what is free does not keep the seats empty: who comes after it may have them.
    """
    waits = sa.select(SignUp).where(SignUp.room_id == room.id, SignUp.status == SignUpStatus.WAITING)
    if room.seats is not None:
        waits = waits.where(SignUp.seats <= room.seats - seats.seats_taken(session, room.id))
    stays = sa.or_(SignUp.leaves_on.is_(None), SignUp.leaves_on > program.starts_on)
    no_slot = SignUp.slot_id.is_(None) if begins_at(program) > now else sa.false()
    in_time = sa.or_(no_slot, sa.and_(Slot.starts_at > now, Slot.seats - _held_in_slot() >= SignUp.seats))
    waits = waits.outerjoin(Slot, Slot.id == SignUp.slot_id).where(stays, in_time)
    return waits.order_by(*seats.waiting_order()).limit(1).execution_options(populate_existing=True)


def _held_in_slot() -> sa.ScalarSelect[int]:
    others = aliased(SignUp)
    held = sa.select(sa.func.coalesce(sa.func.sum(others.seats), 0))
    return held.where(others.slot_id == Slot.id, others.status.in_(SEATED)).correlate(Slot).scalar_subquery()


def _put_on_agenda(session: Session, sign_up: SignUp, now: dt.datetime) -> None:
    offer = {
        "key": f"offer:{sign_up.id}",
        "kind": ItemKind.OFFER,
        "look_at": now,
        "created_at": now,
        "family_id": sign_up.family_id,
        "program_id": sign_up.program_id,
        "room_id": sign_up.room_id,
        "sign_up_id": sign_up.id,
        "begins_at": begins_at(sign_up.program, sign_up.slot),
    }
    put_on_agenda(session.connection(), [offer])


def _locked_with(session: Session, sign_up: SignUp) -> Program:
    program = seats.locked(session, sign_up.program_id)
    session.refresh(sign_up)
    return program


def _free(session: Session, sign_up: SignUp, status: SignUpStatus, now: dt.datetime) -> bool:
    if sign_up.status is not SignUpStatus.OFFERED:
        return False
    _change(session, sign_up, status, now)
    if sign_up.room_id is not None:
        look_at_waiting_list(session.connection(), sign_up.program_id, sign_up.room_id, now)
    return True


def _change(session: Session, sign_up: SignUp, status: SignUpStatus, now: dt.datetime) -> None:
    sign_up.status, sign_up.changed_at = status, now
    session.flush()
