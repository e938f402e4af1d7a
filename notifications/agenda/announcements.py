"""Telling families of a program that their children fit into: ahead of it, a week ahead, and to who comes late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from locales import written_in
from models.agenda import AgendaItem, ItemKind, ItemState, put_on_agenda
from models.family import Family, Student
from models.message import MessageState, Purpose
from models.offers import begins_at
from models.place import Place
from models.program import Attends, Program, ProgramStatus
from models.seats import room_for, seats_taken
from models.sign_up import SignUp
from notifications.agenda.announcement_words import announcement_text
from notifications.agenda.look import MOST_A_WEEK, Look
from notifications.family_clock import decide
from notifications.family_matters import Drop, Matter, Occasion
from notifications.family_windows import midnight, zone_of
from notifications.outbox import Notice

AHEAD = {ItemKind.ANNOUNCE: dt.timedelta(days=14), ItemKind.NUDGE: dt.timedelta(days=7)}
"""How long before a program begins its families are told of it, and once more."""
FOR_STUDENTS = (Attends.CHILDREN, Attends.PAIRS, Attends.VISIT)
LAST = dt.timedelta(days=1)
"""So long before it begins nobody is invited any more."""


def plan_program(look: Look, program: Program) -> None:
    """A program was made or changed: when its families are told of it."""
    if not _is_to_be_told(look, program):
        return
    told = [kind for kind in AHEAD if kind in (program.tells or ())]
    put_on_agenda(
        look.session.connection(),
        [
            {
                "key": _key(kind, program),
                "kind": kind,
                "program_id": program.id,
                "begins_at": begins_at(program),
                "look_at": _opens(kind, program),
                "created_at": look.now,
            }
            for kind in told
        ],
    )


def plan_student(look: Look, student: Student) -> None:
    """A child was added: where the others were told already, or the sign-up season is over, it is told now."""
    family = look.session.get_one(Family, student.family_id)
    district = look.catalogue.district_of(family.organization_id)
    for program in look.catalogue.open_programs:
        mine = district is not None and program.organization_id == district.id
        if mine and _is_to_be_told(look, program) and _is_late(look, program, student):
            put_on_agenda(look.session.connection(), [_for_family(look, ItemKind.ANNOUNCE, program, family.id)])


def _is_to_be_told(look: Look, program: Program) -> bool:
    is_open = program.status is ProgramStatus.OPEN and program.attends in FOR_STUDENTS
    return is_open and begins_at(program) - LAST > look.now


def _is_late(look: Look, program: Program, student: Student) -> bool:
    """Whether a child came after the sign-up season, or after the others had been told."""
    if program.sign_up_by is not None and student.told_on > program.sign_up_by:
        return True
    return ItemKind.ANNOUNCE in (program.tells or ()) and look.now >= _opens(ItemKind.ANNOUNCE, program)


def _opens(kind: ItemKind, program: Program) -> dt.datetime:
    """When families are first told, or told once more."""
    return midnight(program.starts_on - AHEAD[kind], zone_of(program.zone))


def _key(kind: ItemKind, program: Program) -> str:
    """What it is about: a program that begins on another day is told of anew."""
    return f"{kind}:{program.id}:{program.starts_on:%Y%m%d}"


def _for_family(look: Look, kind: ItemKind, program: Program, family_id: int) -> dict[str, Any]:
    return {
        "key": f"{_key(kind, program)}:{family_id}",
        "kind": kind,
        "program_id": program.id,
        "family_id": family_id,
        "begins_at": begins_at(program),
        "look_at": look.now,
        "created_at": look.now,
    }


def look_at_announcement(look: Look, item: AgendaItem) -> None:
    """The program's item finds its families; a family's item tells it."""
    program = look.catalogue.programs.get(item.program_id or 0)
    if program is None or not item.key.startswith(_key(item.kind, program)) or not _is_to_be_told(look, program):
        look.end(item, ItemState.WITHDRAWN, "It has begun, begins on another day, or is not open any more.")
    elif item.family_id is None:
        _find_families(look, item, program)
    elif item.state is ItemState.TOLD:
        _after_telling(look, item, program, item.family_id)
    else:
        _tell_family(look, item, program, item.family_id)


def _find_families(look: Look, item: AgendaItem, program: Program) -> None:
    if look.now < _opens(item.kind, program):  # looked at since the program has changed
        look.later(item, _opens(item.kind, program))
        return
    families = _families_of(look, program)
    put_on_agenda(look.session.connection(), [_for_family(look, item.kind, program, each) for each in families])
    look.end(item, ItemState.DONE)


def _families_of(look: Look, program: Program) -> Iterable[int]:
    """The families of the program's district that have children."""
    belongs = [
        organization.id
        for organization in look.catalogue.organizations.values()
        if (district := look.catalogue.district_of(organization.id)) and district.id == program.organization_id
    ]
    with_children = sa.select(Student.id).where(Student.family_id == Family.id).exists()
    return look.session.scalars(sa.select(Family.id).where(Family.organization_id.in_(belongs), with_children)).all()


def _tell_family(look: Look, item: AgendaItem, program: Program, family_id: int) -> None:
    children = [one for one in _not_signed_up(look, program, family_id) if _has_room(look, program, one)]
    if not children:
        look.end(item, ItemState.WITHDRAWN, "No child of theirs that there is room for is without a place.")
        return
    if item.kind is ItemKind.NUDGE and _has_declined(look, program, family_id):
        look.end(item, ItemState.WITHDRAWN, "They have said that they do not want it.")
        return
    matter = Matter(Occasion.NOTICE, deadline=begins_at(program) - LAST)
    decision = decide(look.work_day(family_id, program.zone), matter, look.now)
    if isinstance(decision, Drop):
        look.end(item, ItemState.WITHDRAWN, decision.reason)
    elif decision.at > look.now:
        look.later(item, decision.at)
    elif look.texts_this_week(family_id) >= MOST_A_WEEK - 1:  # the last one is kept for a reminder or an offer
        look.later(item, look.now + dt.timedelta(days=1))
    else:
        _put(look, item, program, children, decision.reason, decision.until)


def _put(
    look: Look, item: AgendaItem, program: Program, children: list[Student], reason: str, until: dt.datetime
) -> None:
    phone = look.phone_of(children[0].family_id)
    if phone is None or phone.paused_at is not None:
        look.end(item, ItemState.WITHDRAWN, "No phone of theirs can be texted with news.")
        return
    language = written_in(phone.language)
    said = announcement_text(program, children, language, again=item.kind is ItemKind.NUDGE)
    about = {"offering": program.offering, "family_id": item.family_id}
    place = Place("announced", about=about, waiting="want", kind="yes_no")
    look.tell(item, phone, Notice(Purpose.BROADCAST, said, language, expires_at=until, reason=reason), place)
    look.later(item, max(until, look.now + dt.timedelta(minutes=1)))


def _after_telling(look: Look, item: AgendaItem, program: Program, family_id: int) -> None:
    """One that could not leave in time is told in the next good hour; a family that is silent is left in peace."""
    message = look.newest_text(item)
    if message.state in (MessageState.EXPIRED, MessageState.QUEUED):
        look.take_back(message, MessageState.EXPIRED, "It had not left in time, and was decided anew.")
        item.state = ItemState.OPEN
        _tell_family(look, item, program, family_id)
    else:
        look.end(item, ItemState.DONE)


def _has_declined(look: Look, program: Program, family_id: int) -> bool:
    """Whether the family was told of it and said no (models.agenda.decline)."""
    said_no = sa.select(AgendaItem.id).where(
        AgendaItem.family_id == family_id,
        AgendaItem.program_id.in_(_offered_with(look, program)),
        AgendaItem.kind.in_(AHEAD),
        AgendaItem.state == ItemState.DECLINED,
    )
    return look.session.scalar(said_no.limit(1)) is not None


def _offered_with(look: Look, program: Program) -> list[int]:
    """The programs that are one thing to a family."""
    return [one.id for one in look.catalogue.programs.values() if one.offering == program.offering]


def _not_signed_up(look: Look, program: Program, family_id: int) -> list[Student]:
    """The family's children that have never been on a list of the offering: who declined is not asked again."""
    offered = SignUp.program_id.in_(_offered_with(look, program))
    ever = sa.select(SignUp.id).where(SignUp.student_id == Student.id, offered).exists()
    mine = sa.select(Student).where(Student.family_id == family_id, ~ever).order_by(Student.id)
    return list(look.session.scalars(mine))


def _has_room(look: Look, program: Program, student: Student) -> bool:
    if not program.rooms:
        return True
    room = room_for(program, student)
    return room is not None and (room.seats is None or seats_taken(look.session, room.id) < room.seats)
