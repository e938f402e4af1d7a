"""Rosters and seats, as queries that only read: who stands where, and what is left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.family import Family, Phone
from models.organization import Organization
from models.phone_number import masked
from models.program import Program, Room, Slot
from models.seats import waiting_order
from models.sign_up import SignUp, SignUpStatus


@dataclass(frozen=True)
class RosterRow:
    """One sign-up as staff read it. Moments are in the program's zone; codes (diet, languages) are as stored."""

    student: str | None
    """Nickname; None where a program counts heads or nobody was named."""
    age: int | None
    grade: int | None
    """-1 preschool, 0 kindergarten, 1 to 12."""
    school: str | None
    status: str
    position: int | None
    """Place on the waiting list of the room, 1 being next; None for those who do not wait."""
    guardian_role: str | None
    phone: str | None
    """Masked, unless asked for in full: E.164 then."""
    reach: str
    """`text`, `phone call only` (wants no texts), `no phone`, or why texts do not arrive (`reassigned`, ...)."""
    language: str | None
    interpreter: str | None
    stop: str | None
    pick_up: dt.time | None
    hand_over: str | None
    meals: list[str]
    diet: list[str]
    heads: int
    slot: dt.datetime | None
    room: str | None
    answers: dict[str, Any]
    source: str
    late_added: bool
    """Signed up after the sign-up season: the district's own list does not have it."""
    signed_up_at: dt.datetime


@dataclass(frozen=True)
class ProgramSeats:
    """A program in one line. `seats` is None where there is no limit.

    `enrolled`, `offered` and `waiting` count seats, in the unit of `seats`: heads, or families where the program
    has a seat for each family. So `seats - enrolled - offered` is what is left.
    """

    code: str
    title: str
    district: str
    district_code: str
    kind: str
    seats: int | None
    enrolled: int
    offered: int
    waiting: int
    starts: dt.date
    ends: dt.date


def roster(session: Session, program: Program, *, full: bool = False) -> list[RosterRow]:
    """The roster: the enrolled by name, then the waiting by position, then the others by name.

    Four queries, however long it is. `full` shows telephone numbers whole.
    """
    found = _sign_ups(session, program)
    schools = _schools(session, found)
    positions = _positions(found)
    rows = [_row(sign_up, program, schools, positions.get(sign_up.id), full=full) for sign_up in found]
    return sorted(rows, key=_place_on_the_roster)


def seats(session: Session) -> list[ProgramSeats]:
    """All programs by code, with what is taken. Four queries, however many there are."""
    limits = _limits(session)
    taken = _taken(session)
    programs = session.scalars(sa.select(Program).options(joinedload(Program.organization)).order_by(Program.code))
    return [_seats(program, limits.get(program.id), taken) for program in programs]


def _sign_ups(session: Session, program: Program) -> list[SignUp]:
    """In the order of the waiting list, which the positions are counted in."""
    wanted = sa.select(SignUp).where(SignUp.program_id == program.id).order_by(*waiting_order())
    one_each = (SignUp.student, SignUp.phone, SignUp.stop, SignUp.slot, SignUp.room)
    several = joinedload(SignUp.family).selectinload(Family.phones)
    return list(session.scalars(wanted.options(*map(joinedload, one_each), several)))


def _schools(session: Session, sign_ups: Iterable[SignUp]) -> dict[int, str]:
    ids = {sign_up.student.school_id for sign_up in sign_ups if sign_up.student and sign_up.student.school_id}
    found = session.scalars(sa.select(Organization).where(Organization.id.in_(ids)))
    return {school.id: school.known_as for school in found}


def _positions(sign_ups: Iterable[SignUp]) -> dict[int, int]:
    """The place of each waiting sign-up on the list of its room."""
    seen: Counter[int | None] = Counter()
    positions = {}
    for sign_up in sign_ups:
        if sign_up.status is SignUpStatus.WAITING:
            seen[sign_up.room_id] += 1
            positions[sign_up.id] = seen[sign_up.room_id]
    return positions


def _row(sign_up: SignUp, program: Program, schools: dict[int, str], position: int | None, *, full: bool) -> RosterRow:
    student, stop, slot = sign_up.student, sign_up.stop, sign_up.slot
    phone = sign_up.phone or next(iter(sign_up.family.phones), None)
    zone = ZoneInfo(program.zone)
    return RosterRow(
        student=student.name if student else None,
        age=student.age if student else None,
        grade=student.grade if student else None,
        school=schools.get(student.school_id or 0) if student else None,
        status=sign_up.status.value,
        position=position,
        guardian_role=sign_up.guardian_role,
        phone=_number(phone, full=full),
        reach=_reach(phone),
        language=(phone and phone.language) or sign_up.family.language,
        interpreter=sign_up.interpreter,
        stop=stop.name if stop else None,
        pick_up=stop.pick_up if stop else None,
        hand_over=sign_up.hand_over,
        meals=program.meals,
        diet=sign_up.diet,
        heads=sign_up.heads,
        slot=slot.starts_at.astimezone(zone) if slot else None,
        room=_title(sign_up.room),
        answers=sign_up.answers,
        source=sign_up.source,
        late_added=sign_up.late_added,
        signed_up_at=sign_up.signed_up_at.astimezone(zone),
    )


def _number(phone: Phone | None, *, full: bool) -> str | None:
    if phone is None:
        return None
    return phone.number if full else masked(phone.number)


def _reach(phone: Phone | None) -> str:
    if phone is None:
        return "no phone"
    if phone.unreachable:
        return phone.unreachable
    return "phone call only" if phone.opted_out_at else "text"


def _title(room: Room | None) -> str | None:
    return (room.title.get("en") or None) if room else None


def _place_on_the_roster(row: RosterRow) -> tuple[int, int, str, dt.datetime]:
    order = {SignUpStatus.ENROLLED.value: 0, SignUpStatus.WAITING.value: 1}
    name = (row.student or "").casefold()
    return order.get(row.status, 2), row.position or 0, name, row.slot or row.signed_up_at


def _limits(session: Session) -> dict[int, int | None]:
    """Seats by program: those of its rooms; where a room has no limit, those of its slots; None without either."""
    rooms = _totals(session, Room)
    slots = _totals(session, Slot)
    return {program: rooms.get(program) or slots.get(program) for program in {*rooms, *slots}}


def _totals(session: Session, part: type[Room] | type[Slot]) -> dict[int, int | None]:
    """Seats by program, summed; None where one of the parts has no limit."""
    unlimited = sa.func.count() - sa.func.count(part.seats)
    totals = sa.select(part.program_id, sa.func.sum(part.seats), unlimited).group_by(part.program_id)
    return {program: None if without else total for program, total, without in session.execute(totals)}


def _taken(session: Session) -> dict[tuple[int, SignUpStatus], int]:
    counts = sa.select(SignUp.program_id, SignUp.status, sa.func.sum(SignUp.seats))
    grouped = session.execute(counts.group_by(SignUp.program_id, SignUp.status))
    return {(program, status): total for program, status, total in grouped}


def _seats(program: Program, limit: int | None, taken: dict[tuple[int, SignUpStatus], int]) -> ProgramSeats:
    return ProgramSeats(
        code=program.code,
        title=program.title.get("en", program.code),
        district=program.organization.name,
        district_code=program.organization.code,
        kind=program.kind,
        seats=limit,
        enrolled=taken.get((program.id, SignUpStatus.ENROLLED), 0),
        offered=taken.get((program.id, SignUpStatus.OFFERED), 0),
        waiting=taken.get((program.id, SignUpStatus.WAITING), 0),
        starts=program.starts_on,
        ends=program.ends_on,
    )
