"""Planning: what has changed since the clock last looked, and what is therefore on its agenda.

Sign-ups say of themselves that they are to be planned (`planned_at`), programs (`to_plan`) and children that were
added as well: whoever changes one need not know of the agenda.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.agenda import ItemKind, agenda, look_again, look_at_waiting_list, put_on_agenda
from models.family import Student
from models.program import TELLS, Program, ProgramStatus
from models.sign_up import ACTIVE, TO_PLAN, SignUp, SignUpStatus
from notifications.agenda import announcements
from notifications.agenda.look import Look
from notifications.agenda.meetings import Meeting, next_meeting

ABOUT_A_MEETING = (ItemKind.CONFIRM, ItemKind.REMINDER, ItemKind.BEFORE_WORK)
AHEAD = {ItemKind.CONFIRM: dt.timedelta(days=3), ItemKind.REMINDER: dt.timedelta(days=4)}
"""How long before a meeting the family's clock is first asked: earlier than it would ever answer."""
BEFORE_WORK_AHEAD = dt.timedelta(hours=36)

programs = cast("sa.Table", Program.__table__)
sign_ups = cast("sa.Table", SignUp.__table__)
students = cast("sa.Table", Student.__table__)
_changed_sign_ups = sa.text(TO_PLAN)
_new_students = sa.text("students.planned_at IS NULL")  # as the partial indexes say it
_changed_programs = sa.text("to_plan")


def is_due(session: Session) -> bool:
    """Tell whether anything has changed since the clock last looked."""
    looks = (
        sa.select(sign_ups.c.id).where(_changed_sign_ups),
        sa.select(programs.c.id).where(_changed_programs),
        sa.select(students.c.id).where(_new_students),
    )
    return any(session.scalar(look.limit(1)) is not None for look in looks)


def lock_changed_programs(session: Session, most: int) -> list[int]:
    """Return programs that have changed, locked: what the catalogue says of them afterwards is what is planned."""
    changed = sa.select(programs.c.id).where(_changed_programs).order_by(programs.c.id).limit(most)
    return list(session.scalars(changed.with_for_update(skip_locked=True, key_share=True)))


def plan(look: Look, changed_programs: Sequence[int], most: int) -> int:
    """Bring the agenda up to date with these programs and up to `most` changes of each other kind; returns how many.

    What breaks is left as planned until it changes again: trying it at each tick would stand in the way of others.
    """
    for program_id in changed_programs:
        _plan_program(look, program_id)
    return len(changed_programs) + _plan_students(look, most) + _plan_sign_ups(look, most)


def ahead(kind: ItemKind) -> dt.timedelta:
    """Return how long before a meeting the clock first looks at an item of a kind."""
    return AHEAD.get(kind, BEFORE_WORK_AHEAD)


def plan_meeting(look: Look, family_id: int, program: Program, signed_up: Sequence[SignUp], since: dt.datetime) -> None:
    """Put on the agenda what a family is told of its next meetings after `since`."""
    meetings = {meeting for one in signed_up for meeting in _next_of(program, one, since)}
    put_on_agenda(
        look.session.connection(),
        [
            _item(look, kind, family_id, program, meeting)
            for meeting in sorted(meetings, key=lambda each: each.begins)
            for kind in told_of_meetings(program)
        ],
    )


def told_of_meetings(program: Program) -> list[ItemKind]:
    """Return what a program tells of each meeting: who is not told before work, is told the evening before."""
    tells = TELLS if program.tells is None else program.tells
    either = tuple(tells) + ((ItemKind.REMINDER,) if ItemKind.BEFORE_WORK in tells else ())
    return [kind for kind in ABOUT_A_MEETING if kind in either]


def _next_of(program: Program, sign_up: SignUp, since: dt.datetime) -> list[Meeting]:
    """The next meeting, and with it what follows so soon that its own reminder is due before this one has begun."""
    slot = next((slot for slot in program.slots if slot.id == sign_up.slot_id), None)
    slot_at = slot.starts_at if slot else None
    found: list[Meeting] = []
    meeting = next_meeting(program, slot_at, since)
    while meeting is not None and (not found or meeting.begins - AHEAD[ItemKind.REMINDER] < found[-1].begins):
        found.append(meeting)
        meeting = next_meeting(program, slot_at, meeting.begins)
    return found


def _item(look: Look, kind: ItemKind, family_id: int, program: Program, meeting: Meeting) -> dict[str, Any]:
    return {
        "key": f"{kind}:{family_id}:{program.id}:{meeting.begins:%Y%m%dT%H%M}",
        "kind": kind,
        "family_id": family_id,
        "program_id": program.id,
        "begins_at": meeting.begins,
        "look_at": max(look.now, meeting.begins - ahead(kind)),
        "created_at": look.now,
    }


def _plan_sign_ups(look: Look, most: int) -> int:
    """What families are told of their sign-ups that are new or have changed."""
    changed = sa.select(SignUp).where(_changed_sign_ups).order_by(SignUp.id).limit(most)
    found = look.session.scalars(changed.options(joinedload(SignUp.stop)).with_for_update(of=SignUp, skip_locked=True))
    by_program: dict[tuple[int, int], list[SignUp]] = {}
    for sign_up in found.all():
        by_program.setdefault((sign_up.family_id, sign_up.program_id), []).append(sign_up)
        # Not now: a family that is changing it this very moment says that it did so a little before.
        sign_up.planned_at = sign_up.changed_at
    look.session.flush()
    for (family_id, program_id), mine in by_program.items():
        look.attempt(partial(_plan_family, look, family_id, program_id, mine), family=family_id, program=program_id)
        look.counts["planned"] += len(mine)
    return sum(len(mine) for mine in by_program.values())


def _plan_family(look: Look, family_id: int, program_id: int, changed: Sequence[SignUp]) -> None:
    program = look.catalogue.programs[program_id]
    enrolled = [one for one in changed if one.status is SignUpStatus.ENROLLED]
    if program.status is not ProgramStatus.CANCELLED:
        plan_meeting(look, family_id, program, enrolled, look.now)
    changed_too = sa.and_(agenda.c.family_id == family_id, agenda.c.program_id == program_id)
    look_again(look.session.connection(), changed_too, look.now)


def _plan_program(look: Look, program_id: int) -> None:
    """A program was made or changed: all its sign-ups are planned anew, its lists looked at, its families told."""
    # Not through the session: that would raise the version of the catalogue once more.
    look.session.connection().execute(sa.update(programs).where(programs.c.id == program_id).values(to_plan=False))
    look.attempt(partial(_plan_all_of, look, look.catalogue.programs[program_id]), program=program_id)
    look.counts["planned"] += 1


def _plan_all_of(look: Look, program: Program) -> None:
    connection = look.session.connection()
    mine = sa.and_(sign_ups.c.program_id == program.id, sign_ups.c.status.in_(ACTIVE))
    connection.execute(sa.update(sign_ups).where(mine).values(planned_at=None))
    look_again(connection, agenda.c.program_id == program.id, look.now)
    for room in program.rooms:
        look_at_waiting_list(connection, program.id, room.id, look.now)
    announcements.plan_program(look, program)


def _plan_students(look: Look, most: int) -> int:
    """A child was added: what is late already is offered to it now."""
    added = sa.select(Student).where(_new_students).order_by(Student.id).limit(most)
    found = look.session.scalars(added.with_for_update(skip_locked=True)).all()
    for student in found:
        student.planned_at = look.now
    look.session.flush()
    for student in found:
        look.attempt(partial(announcements.plan_student, look, student), student=student.id)
    return len(found)
