"""We moved, we are moving, we are back, we stay after all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from bot.contacts import best_contact
from bot.conversations.enrolling import family_of
from bot.conversations.moved_sign_ups import (
    ALL,
    ONE,
    Deeds,
    Standing,
    ask_what_becomes,
    carry_over,
    given_up,
    read_back,
    standing,
)
from bot.conversations.moved_where import (
    STATE,
    WHEN,
    WHERE,
    Here,
    Leaving,
    There,
    ask_when,
    ask_where,
    district_named,
    read_when,
    told_at_first,
)
from bot.heard import Heard
from bot.heard.answers.move import Step, ToldMove, read_move, read_place
from bot.heard.answers.move_when import Exact
from bot.heard.words import words
from bot.talk import Question, Talk
from bot.tasks import add_task
from bot.welcome import likely_organization_id
from locales import _
from locales.dates import short_day, weekday_and_day
from locales.sms import fold as fold_for_sms
from locales.sms import segments
from models.moving import OUTSIDE, Move, announce, last_move_away, move_ahead, take_back
from models.organization import Contact, Organization
from models.phone_number import spoken
from models.sign_up import SignUp
from models.task import TaskKind
from notifications.program_words import in_words

RIGHT = "right"
LONGEST_WORDS = 320


def moved(talk: Talk) -> None:
    """> nos vamos a Yuma el viernes   < Se van a Yuma, vie 27 nov. ¿Bien? …   > 1   < Gracias. Le llaman …"""
    here = Here(talk)
    told = told_at_first(talk, here.today)
    home = _home_again(talk, here, told)
    if told.step is Step.STAYING or _stays_after_all(talk, here):
        _stay(talk, here)
    elif home is not None:
        _welcome_back(talk, here, home)
    else:
        _talk_it_through(talk, here, told)


# --- moving ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """A move as the family has told it, and what becomes of its sign-ups."""

    there: There
    leaving: Leaving
    affected: list[Standing] = field(default_factory=list)
    deeds: Deeds = field(default_factory=dict)


def _talk_it_through(talk: Talk, here: Here, told: ToldMove) -> None:
    there = ask_where(talk, here, told)
    if there is None:
        _move_house(talk, here)
        return
    leaving = ask_when(talk, here, told)
    plan = Plan(there, leaving)
    if leaving.day is not None:
        affected = standing(talk, max(leaving.day, here.today), there)
        plan = Plan(there, leaving, affected, ask_what_becomes(talk, affected, there))
    said = _ask_whether_right(talk, here, plan)
    if said[RIGHT]:
        _make(talk, here, plan)
        return
    talk.forget(WHERE, STATE, WHEN, ALL, ONE, RIGHT)
    talk.place.answers |= said["instead"]
    _talk_it_through(talk, here, told)


def _ask_whether_right(talk: Talk, here: Here, plan: Plan) -> dict[str, Any]:
    """Read it back. A no may say what is right: "no, el 20"."""
    kept = {key: value for key, value in talk.place.answers.items() if key != RIGHT}

    def understood(heard: Heard) -> dict[str, Any] | None:
        instead = _instead(heard.text, here.today) if len(words(heard.text)) > 1 and heard.answer is not True else {}
        if instead:
            rest = {key: value for key, value in kept.items() if key != STATE or WHERE not in instead}
            return {RIGHT: False, "instead": rest | instead}
        if heard.answer is False or heard.intent == "change":
            return {RIGHT: False, "instead": {}}
        return {RIGHT: True} if heard.answer else None

    said = [_plan_in_words(plan), *read_back(plan.affected, plan.deeds, plan.there), _("Right? 1 Yes 2 Change")]
    answer: dict[str, Any] = talk.answer(Question(RIGHT, "yes_no", " ".join(said)), understood=understood)
    return answer


def _instead(text: str, today: dt.date) -> dict[str, Any]:
    """What is right instead: a day, a place."""
    when, where = read_when(text, today), read_place(text)
    return ({WHEN: when} if when and when["on"] else {}) | ({WHERE: where} if where else {})


def _plan_in_words(plan: Plan) -> str:
    """Se van a Yuma, vie 27 nov."""
    place, leaving = plan.there.in_words(), plan.leaving
    if leaving.there:
        return _("You are in %(place)s now.", place=place) if place else _("You have moved.")
    if leaving.day is None:
        return _("You will move to %(place)s.", place=place) if place else _("You will move.")
    day = weekday_and_day(leaving.day)
    if not place:
        return _("You move on %(day)s.", day=day)
    if leaving.exact is not Exact.DAY:
        return _("You move to %(place)s around %(day)s.", place=place, day=short_day(leaving.day))
    return _("You move to %(place)s on %(day)s.", place=place, day=day)


def _make(talk: Talk, here: Here, plan: Plan) -> None:
    """Write it down: the move, what becomes of the sign-ups, and who must know."""
    family_id = family_of(talk)
    ended = given_up(talk, plan.affected, plan.deeds)
    outcomes = carry_over(talk, plan.affected, plan.deeds)
    _write(talk, here, family_id, plan, ended)
    contact = _tell_both(talk, here, plan)
    for outcome in outcomes:
        talk.say(outcome)
    _thank(talk, plan, contact)


def _write(talk: Talk, here: Here, family_id: int, plan: Plan, ended: list[SignUp]) -> None:
    session, there = talk.writing.session, plan.there
    to_id = there.district.id if there.district else None
    before = move_ahead(session, family_id)
    only_the_day = before is not None and to_id is not None and before.to_organization_id == to_id
    told_at = before.told_at if before is not None and only_the_day else talk.now
    if before is not None:
        take_back(session, before, talk.now, stays=not only_the_day)
    move = Move(
        family_id=family_id,
        from_organization_id=here.district.id if here.district else None,
        to_organization_id=to_id,
        place=there.kept_as,
        zone=there.zone,
        moves_on=plan.leaving.day,
        words="" if there.abroad else talk.place.opening[:LONGEST_WORDS],
        told_at=told_at,
    )
    announce(session, move, ended, here.zone, talk.now)
    if move.settled_at is not None and move.place is not None:
        talk.caller.organization_id = move.to_organization_id


def _thank(talk: Talk, plan: Plan, contact: Contact | None) -> None:
    place = plan.there.in_words()
    if contact is not None:
        role, phone = in_words(contact.role), spoken(contact.phone)
        talk.say(_("Thank you. Your contact in %(place)s: %(role)s, %(phone)s.", place=place, role=role, phone=phone))
    elif plan.leaving.day is None:
        talk.say(_("Thank you. When you know the day, write to me."))
    else:
        talk.say(_("Thank you. Someone will call you."))
    courtesy = _("Your language and your hours stay the same.")
    if segments(fold_for_sms(" ".join([*talk.said, courtesy]))).count == 1:
        talk.say(courtesy)


def _move_house(talk: Talk, here: Here) -> None:
    """Another house in the same town: nothing ends, but a stop may be another one."""
    _task_at(talk, TaskKind.MOVED, _calls_from(talk, here), talk.place.opening)
    talk.say(_("Thank you, I noted it. Your sign-ups stay the same. For another bus stop, send CHANGE."))


# --- staying, coming back -------------------------------------------------------------------------------------------


def _stays_after_all(talk: Talk, here: Here) -> bool:
    """Whether they answer a question about the move so: `ya no nos vamos`."""
    if talk.text is None or talk.place.waiting not in (WHERE, STATE, WHEN, RIGHT):
        return False
    said = read_move(talk.text, here.today)
    return said is not None and said.step is Step.STAYING


def _stay(talk: Talk, here: Here) -> None:
    """> ya no nos vamos   What was told of a move is taken back, and those who were told of it hear that."""
    session, family_id = talk.writing.session, talk.caller.family_id
    move = move_ahead(session, family_id) if family_id is not None else None
    if move is None:
        talk.say(_("All right, nothing changes."))
        return
    told = [_calls_from(talk, here), *([move.to_organization_id] if move.to_organization_id else [])]
    take_back(session, move, talk.now)
    for organization_id in told:
        _task_at(talk, TaskKind.MOVED, organization_id, talk.place.opening)
    talk.say(_("Good, you stay. Your sign-ups are as they were."))


def _home_again(talk: Talk, here: Here, told: ToldMove) -> Organization | None:
    """The district that they left and are in again: the one they name, else the one that they left last."""
    family_id = talk.caller.family_id
    if told.step not in (Step.BACK, Step.MOVED) or family_id is None:
        return None
    named = district_named(talk, told.where) if told.where else None
    if named is None and (told.where or told.step is Step.MOVED):
        return None
    away = last_move_away(talk.writing.session, family_id, named.id if named else None)
    home = talk.catalogue.district_of(away.from_organization_id) if away else None
    return home if home is not here.district else None


def _welcome_back(talk: Talk, here: Here, home: Organization) -> None:
    """> regresamos   < Qué bueno que regresaron a Springfield. …   What is open there follows."""
    there = There(home.known_as, home, talk.catalogue.zone(home.id))
    _write(talk, here, family_of(talk), Plan(there, Leaving(here.today, there=True)), [])
    contact = best_contact(talk.catalogue, home.id, talk.caller.language)
    for kind in (TaskKind.MOVED, TaskKind.RECORDS):
        add_task(talk, kind, contact=contact, words=talk.place.opening)
    talk.say(_("Welcome back to %(place)s.", place=there.in_words()))
    if any(program.organization_id == home.id for program in talk.catalogue.open_programs):
        talk.say(_("This is open now."))
        talk.go_on("sign_up")
    else:
        talk.go_on("menu")


# --- who must know --------------------------------------------------------------------------------------------------


def _tell_both(talk: Talk, here: Here, plan: Plan) -> Contact | None:
    """Tasks for the contact there, the contact here, and the records; returns the contact there."""
    said = _for_staff(talk, plan)
    contact = None
    if plan.there.district is not None:
        contact = _task_at(talk, TaskKind.MOVED, plan.there.district.id, said)
    from_id = _calls_from(talk, here)
    _task_at(talk, TaskKind.MOVED, from_id, said)
    _task_at(talk, TaskKind.RECORDS, from_id, said)
    return contact


def _calls_from(talk: Talk, here: Here) -> int | None:
    """Who takes it up here: the district they declared, else the one they are likely from."""
    return here.district.id if here.district else likely_organization_id(talk.caller, talk.catalogue)


def _task_at(talk: Talk, kind: TaskKind, organization_id: int | None, said: str) -> Contact | None:
    contact = best_contact(talk.catalogue, organization_id, talk.caller.language)
    task = add_task(talk, kind, contact=contact, words=said)
    if contact is None:
        task.organization_id = organization_id
    return contact


def _for_staff(talk: Talk, plan: Plan) -> str:
    """Their words with what was asked beside them: nos mudamos (Yuma, 2026-11-27)."""
    place = OUTSIDE if plan.there.abroad else plan.there.in_words()
    day = plan.leaving.day.isoformat() if plan.leaving.day else ""
    asked = ", ".join(filter(None, [place, day]))
    return f"({asked})" if plan.there.abroad else f"{talk.place.opening} ({asked})"
