"""Writing a sign-up down, once everything has been asked, and telling each child's outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.talk import Talk
from bot.tasks import add_task, agreed_times
from bot.wording import times_in_words
from locales import _, n_
from locales.dates import listing
from locales.sms import fold as fold_for_sms
from locales.sms import segments
from models.family import Family, Student, new_family_code
from models.program import Program, Slot
from models.seats import (
    AlreadyEnrolled,
    Closed,
    Enrolled,
    NoRoomForAge,
    Outcome,
    Waitlisted,
    Wish,
    enroll,
    lock_in_order,
    room_for,
)
from models.task import TaskKind
from notifications.agenda.meetings import next_meeting
from notifications.program_words import in_words, slot_in_words, years

if TYPE_CHECKING:
    from bot.conversations.offerings import Offering
    from bot.conversations.read_back import Answers


@dataclass(frozen=True)
class Child:
    """A child as told; with its id where we knew it before."""

    name: str | None
    age: int | None
    grade: int | None = None
    student_id: int | None = None
    is_writing: bool = False
    """A youth who signs up alone, from their own phone."""


def family_of(talk: Talk) -> int:
    """The family of the phone, made at its first sign-up; its row is locked, as two phones may sign up at once."""
    session = talk.writing.session
    if talk.caller.family_id is None:
        family = Family(
            code=new_family_code(),
            language=talk.caller.language,
            organization_id=talk.caller.organization_id,
            created_at=talk.now,
        )
        session.add(family)
        session.flush()
        talk.caller.family_id = family.id
    else:
        session.execute(sa.select(Family.id).where(Family.id == talk.caller.family_id).with_for_update(key_share=True))
    return talk.caller.family_id


def enroll_children(talk: Talk, offering: Offering, answers: Answers) -> None:
    """Give each child its outcome, and say all of them in one reply."""
    family_id = family_of(talk)
    lock_in_order(talk.writing.session, [program.id for program in offering.programs])
    told: list[tuple[Child, Program, Outcome]] = []
    for child in answers.children:
        student = _student(talk, family_id, child)
        program = _program_for(offering, student)
        wish = Wish(
            program_id=program.id,
            family_id=family_id,
            phone_id=talk.caller.phone_id,
            student=student,
            heads=2 if program.attends == "pairs" else 1,
            details=_details(program, child, answers),
        )
        told.append((child, program, enroll(talk.writing.session, wish, now=talk.now)))
    if offering.first.confirmed_by_staff:
        add_task(talk, TaskKind.CONFIRM, program=offering.first, when=agreed_times(talk))
    _tell(talk, offering, told, answers)


def _student(talk: Talk, family_id: int, child: Child) -> Student:
    """The child's row: the one we know (also by name), brought up to date, or a new one."""
    session = talk.writing.session
    mine = session.scalars(sa.select(Student).where(Student.family_id == family_id)).all()
    same_name = (s for s in mine if child.name and s.name and s.name.casefold() == child.name.casefold())
    student = next((s for s in mine if s.id == child.student_id), None) or next(same_name, None)
    if student is None:
        student = Student(family_id=family_id, name=child.name, told_on=talk.now.date())
        session.add(student)
    if child.age is not None and child.age != student.age:
        student.age, student.told_on = child.age, talk.now.date()
    if child.grade is not None:
        student.grade = child.grade
    session.flush()
    return student


def _program_for(offering: Offering, student: Student) -> Program:
    """The program of the offering that has a room for this child."""
    fitting = (program for program in offering.programs if not program.rooms or room_for(program, student))
    return next(fitting, offering.first)


def _details(program: Program, child: Child, answers: Answers) -> dict[str, Any]:
    ride = answers.ride
    stop = next((stop for stop in program.stops if ride and stop.name == ride.stop), None)
    return {
        "guardian_role": "self" if child.is_writing else None,
        "needs_ride": ride.needed if ride else None,
        "stop_id": stop.id if stop else None,
        "hand_over": ride.hand_over if ride else None,
        "diet": [*answers.diet.get(child.name or "?", []), *answers.diet.get("", [])],
        "answers": answers.own,
    }


def _tell(talk: Talk, offering: Offering, told: list[tuple[Child, Program, Outcome]], answers: Answers) -> None:
    """Listo. Beto tiene lugar. Preescolar está lleno: Lupita es la 2 en lista de espera. …"""
    seated = [child for child, _program, outcome in told if isinstance(outcome, Enrolled)]
    if seated and offering.first.confirmed_by_staff:
        _tell_on_the_list(talk, seated, answers)
    elif seated:
        names = listing([_called(child) for child in seated])
        talk.say(n_("Done. %(names)s has a place.", "Done. %(names)s have a place.", len(seated), names=names))
    waiting = [one for one in told if isinstance(one[2], Waitlisted)]
    for child, program, outcome in told:
        _tell_other(talk, child, program, outcome)
    if waiting:
        _say_if_it_fits(talk, _("If there is a place, I will text you."))
    if not offering.first.confirmed_by_staff and _is_reminded(talk, told):
        _say_if_it_fits(talk, _("I will remind you the evening before."))


def _is_reminded(talk: Talk, told: list[tuple[Child, Program, Outcome]]) -> bool:
    """Whether there is a day ahead of which somebody seated is reminded: who joins a daily program late has none."""
    programs = [program for _child, program, outcome in told if isinstance(outcome, Enrolled)]
    return any(next_meeting(program, None, talk.now) is not None for program in programs)


def _say_if_it_fits(talk: Talk, said: str) -> None:
    """A courtesy that is not worth a second segment."""
    if segments(fold_for_sms(" ".join([*talk.said, said]))).count == 1:
        talk.say(said)


def _tell_on_the_list(talk: Talk, seated: list[Child], answers: Answers) -> None:
    ages = ", ".join(str(child.age) for child in seated)
    ride = answers.ride is not None and answers.ride.needed
    with_ride = n_(
        "Thank you. 1 child (%(ages)s) is on the list, with a ride.",
        "Thank you. %(n)s children (%(ages)s) are on the list, with a ride.",
        len(seated),
        ages=ages,
    )
    without = n_(
        "Thank you. 1 child (%(ages)s) is on the list.",
        "Thank you. %(n)s children (%(ages)s) are on the list.",
        len(seated),
        ages=ages,
    )
    talk.say(with_ride if ride else without)
    when = agreed_times(talk)
    if when:
        talk.say(_("The school will call you %(when)s to confirm.", when=times_in_words(when)))
    else:
        talk.say(_("The school will call you to confirm."))


def _tell_other(talk: Talk, child: Child, program: Program, outcome: Outcome) -> None:
    name = _called(child)
    if isinstance(outcome, Waitlisted):
        room = next((room for room in program.rooms if room.id == outcome.sign_up.room_id), None)
        where = in_words(room.title) if room and room.title else in_words(program.title)
        talk.say(
            _(
                "%(room)s is full: %(name)s is number %(position)s on the waiting list.",
                room=where,
                name=name,
                position=outcome.position,
            )
        )
    elif isinstance(outcome, AlreadyEnrolled):
        talk.say(_("%(name)s was on the list already.", name=name))
    elif isinstance(outcome, NoRoomForAge):
        talk.say(_("This program has no group for the age of %(name)s.", name=name))
    elif isinstance(outcome, Closed):
        talk.say(_("Sign-up for this program is closed."))


def _called(child: Child) -> str:
    return child.name or years(child.age)


def enroll_visit(
    talk: Talk,
    program: Program,
    children: list[Child],
    slot: Slot | None,
    details: dict[str, Any],
) -> None:
    """One visit for all the children: each stands on the roster, and the first one's row holds the time."""
    family_id = family_of(talk)
    outcomes = [
        enroll(
            talk.writing.session,
            Wish(
                program_id=program.id,
                family_id=family_id,
                phone_id=talk.caller.phone_id,
                student=_student(talk, family_id, child),
                slot_id=slot.id if slot and first else None,
                seats=int(first),
                details=details,
            ),
            now=talk.now,
        )
        for first, child in zip([True] + [False] * len(children), children, strict=False)
    ]
    outcome = outcomes[0]
    if isinstance(outcome, Enrolled) and slot is not None:
        talk.say(_("Booked: %(when)s.", when=slot_in_words(slot.starts_at, program)))
        talk.say(_("The teacher calls first to check the address. I will remind you the day before. To change: CHANGE"))
    elif isinstance(outcome, Enrolled):
        add_task(talk, TaskKind.CALL_BACK, program=program, when=details["available"])
        talk.say(_("You are on the list. Someone will call you to find a time."))
    elif isinstance(outcome, AlreadyEnrolled):
        talk.say(_("You were on the list already. To change, send CHANGE."))
    else:
        _tell_other(talk, children[0], program, outcome)
