"""The seat ledger: who gets a seat, who waits, in which order.

A seat is taken by the rows that hold it; nothing is counted apart from them. Claims for one program are made one
after the other, under its row lock (PostgreSQL) or the single writer (SQLite), so a seat is never given twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.agenda import look_at_waiting_list
from models.family import Student
from models.program import Program, ProgramStatus, Room, Slot
from models.sign_up import ACTIVE, SEATED, SignUp, SignUpStatus


@dataclass(frozen=True)
class Enrolled:
    """Has a seat."""

    sign_up: SignUp


@dataclass(frozen=True)
class Waitlisted:
    """Stands on the waiting list of the room; position 1 is next."""

    sign_up: SignUp
    position: int


@dataclass(frozen=True)
class AlreadyEnrolled:
    """Was on the list before, and stays as it was."""

    sign_up: SignUp


@dataclass(frozen=True)
class Closed:
    """The program takes no sign-ups any more."""


@dataclass(frozen=True)
class NoRoomForAge:
    """No room of the program is for a child of this age or grade."""


@dataclass(frozen=True)
class SlotTaken:
    """The time has no seats left for so many."""


Outcome = Enrolled | Waitlisted | AlreadyEnrolled | Closed | NoRoomForAge | SlotTaken


@dataclass(frozen=True)
class Wish:
    """What a family asks for. `details` are columns of the sign-up: stop_id, hand_over, diet, answers, …"""

    program_id: int
    family_id: int
    phone_id: int | None
    student: Student | None = None
    slot_id: int | None = None
    heads: int = 1
    seats: int | None = None
    """Seats it takes, where that is neither its heads nor one: 0 for a sibling who shares a visit."""
    details: dict[str, Any] = field(default_factory=dict)


def enroll(session: Session, wish: Wish, *, now: dt.datetime) -> Outcome:
    """Give the family what it asks for, or say why not."""
    program = locked(session, wish.program_id)
    if program.status is not ProgramStatus.OPEN:
        return Closed()
    before = _active_sign_up(session, wish)
    if before is not None:
        return AlreadyEnrolled(before)
    room = room_for(program, wish.student)
    if wish.student is not None and program.rooms and room is None:
        return NoRoomForAge()
    seats = _seats_for(program, wish)
    if wish.slot_id is not None and seats > free_in_slot(session, wish.slot_id):
        return SlotTaken()
    seated = room is None or _may_be_seated(session, room, seats)
    sign_up = SignUp(
        program_id=program.id,
        room_id=room and room.id,
        slot_id=wish.slot_id,
        family_id=wish.family_id,
        phone_id=wish.phone_id,
        student_id=wish.student and wish.student.id,
        status=SignUpStatus.ENROLLED if seated else SignUpStatus.WAITING,
        heads=wish.heads,
        seats=seats,
        priority=wish.student is not None and wish.student.priority_for_services,
        late_added=_is_late(program, now),
        signed_up_at=now,
        changed_at=now,
        **wish.details,
    )
    session.add(sign_up)
    session.flush()
    if seated:
        return Enrolled(sign_up)
    _look_who_is_next(session, sign_up, now)  # a larger group may wait for more than is free: this one may fit
    return Waitlisted(sign_up, position(session, sign_up))


def _seats_for(program: Program, wish: Wish) -> int:
    if wish.seats is not None:
        return wish.seats
    return wish.heads if program.seat_for == "person" else 1


def _is_late(program: Program, now: dt.datetime) -> bool:
    """Whether the sign-up season of the program is over, on its own calendar."""
    return program.sign_up_by is not None and now.astimezone(ZoneInfo(program.zone)).date() > program.sign_up_by


def withdraw(session: Session, sign_up: SignUp, *, now: dt.datetime) -> None:
    """Take a sign-up off the list; its seat is free from now on. One that is off it already stays as it is."""
    locked(session, sign_up.program_id)
    session.refresh(sign_up)
    if sign_up.status not in ACTIVE:
        return
    sign_up.status = SignUpStatus.WITHDRAWN
    sign_up.changed_at = now
    session.flush()
    _look_who_is_next(session, sign_up, now)


def move_to_slot(session: Session, sign_up: SignUp, slot_id: int, *, now: dt.datetime) -> Outcome:
    """Move a booking to another time, keeping the old one where the new is taken. Closed: it holds no time now."""
    locked(session, sign_up.program_id)
    session.refresh(sign_up)
    if sign_up.status not in SEATED:
        return Closed()
    if sign_up.slot_id != slot_id and sign_up.seats > free_in_slot(session, slot_id):
        return SlotTaken()
    sign_up.slot_id = slot_id
    sign_up.changed_at = now
    session.flush()
    _look_who_is_next(session, sign_up, now)
    return Enrolled(sign_up)


def lock_in_order(session: Session, program_ids: Iterable[int]) -> None:
    """Lock several programs before claiming in them: always in the same order, so that no two families wait
    for each other.
    """
    wanted = (
        sa.select(Program.id).where(Program.id.in_(program_ids)).order_by(Program.id).with_for_update(key_share=True)
    )
    session.execute(wanted).all()


def locked(session: Session, program_id: int) -> Program:
    """Return the program as it is now, with its row locked until the transaction ends."""
    return session.get_one(Program, program_id, with_for_update={"key_share": True}, populate_existing=True)


def room_for(program: Program, student: Student | None) -> Room | None:
    """Return the room for a student (the first that fits), or the only one where nobody is named."""
    if student is None:
        return program.rooms[0] if program.rooms else None
    return next((room for room in program.rooms if room.takes(student.age, student.grade)), None)


def seats_taken(session: Session, room_id: int) -> int:
    """Return how many seats of a room are held."""
    held = sa.select(sa.func.coalesce(sa.func.sum(SignUp.seats), 0))
    return session.scalar(held.where(SignUp.room_id == room_id, SignUp.status.in_(SEATED))) or 0


def free_in_slot(session: Session, slot_id: int) -> int:
    """Return how many seats a slot has left."""
    return free_in_slots(session, [slot_id]).get(slot_id, 0)


_free = (
    sa.select(Slot.id, Slot.seats - sa.func.coalesce(sa.func.sum(SignUp.seats), 0))
    .outerjoin(SignUp, (SignUp.slot_id == Slot.id) & SignUp.status.in_(SEATED))
    .where(Slot.id.in_(sa.bindparam("slot_ids", expanding=True)))
    .group_by(Slot.id, Slot.seats)
)


def free_in_slots(session: Session, slot_ids: list[int]) -> dict[int, int]:
    """Return how many seats each slot has left, in one query."""
    return {row[0]: row[1] for row in session.connection().execute(_free, {"slot_ids": slot_ids})}


def waiting_order() -> tuple[sa.UnaryExpression[bool], InstrumentedAttribute[int]]:
    """Return the order of a waiting list: priority for services first, then first come.

    First come is the order of the claims themselves (their ids, given out under the program's lock): the clocks of
    two machines may disagree.
    """
    return SignUp.priority.desc(), SignUp.id


def position(session: Session, sign_up: SignUp) -> int:
    """Return the place of a waiting sign-up on its room's list; 1 is next."""
    list_ = sa.select(SignUp.id, sa.func.row_number().over(order_by=waiting_order()).label("position"))
    list_ = list_.where(
        SignUp.room_id == sign_up.room_id,
        SignUp.program_id == sign_up.program_id,
        SignUp.status == SignUpStatus.WAITING,
    )
    ranked = list_.subquery()
    return session.scalar(sa.select(ranked.c.position).where(ranked.c.id == sign_up.id)) or 0


def _may_be_seated(session: Session, room: Room, seats: int) -> bool:
    """Tell whether there are seats, and nobody waits for them already."""
    if room.seats is None:
        return True
    waiting = sa.select(SignUp.id).where(SignUp.room_id == room.id, SignUp.status == SignUpStatus.WAITING).limit(1)
    return seats_taken(session, room.id) + seats <= room.seats and session.scalar(waiting) is None


def _look_who_is_next(session: Session, sign_up: SignUp, now: dt.datetime) -> None:
    """Have the clock look at the waiting list, where a seat of the sign-up's room may be for somebody else now."""
    if sign_up.room_id is not None:
        look_at_waiting_list(session.connection(), sign_up.program_id, sign_up.room_id, now)


def _active_sign_up(session: Session, wish: Wish) -> SignUp | None:
    """Find the sign-up this one would repeat: of the same student, or of the same family where nobody is named."""
    same = sa.select(SignUp).where(SignUp.program_id == wish.program_id, SignUp.status.in_(ACTIVE))
    if wish.student is not None:
        return session.scalar(same.where(SignUp.student_id == wish.student.id))
    return session.scalar(same.where(SignUp.family_id == wish.family_id, SignUp.student_id.is_(None)))
