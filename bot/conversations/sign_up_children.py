"""Signing up children: who they are, ride, food, and the coordinator's own questions."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations.children import ask_ages, ask_who
from bot.conversations.coordinator_questions import coordinator_questions
from bot.conversations.diet import ask_diet
from bot.conversations.enrolling import Child, enroll_children
from bot.conversations.offerings import Offering
from bot.conversations.read_back import Answers, looks_right
from bot.conversations.ride import ask_ride
from bot.talk import Talk
from locales import _
from locales.dates import listing
from models.sign_up import ACTIVE, SignUp
from notifications.program_words import years


def sign_up_children(talk: Talk, offering: Offering) -> None:
    """> 2   < Bien, 2. El primero: ¿cuántos años tiene?   > 8 va en 3   < 8 años, 3er grado. ¿Cómo le decimos …"""
    asks = offering.first.asks
    children = ask_who(talk, offering) if "name" in asks else ask_ages(talk)
    if _all_on_the_list(talk, offering, children) or _no_group_for_any(talk, offering, children):
        return
    ride = ask_ride(talk, offering, children) if "ride" in asks else None
    food = _ask_diet(talk, children) if "diet" in asks else {}
    answers = Answers(children=children, ride=ride, diet=food, own=coordinator_questions(talk, offering.first))
    if "name" in asks and not looks_right(talk, offering, answers):
        sign_up_children(talk, offering)
        return
    enroll_children(talk, offering, answers)


def _ask_diet(talk: Talk, children: list[Child]) -> dict[str, list[str]]:
    myself = any(child.is_writing for child in children)
    return ask_diet(talk, [child.name or "" for child in children], myself=myself)


def _all_on_the_list(talk: Talk, offering: Offering, children: list[Child]) -> bool:
    """Whether there is nothing left to sign up for: tells them so before asking the rest."""
    known = {child.student_id for child in children}
    if None in known or "confirm" in talk.place.answers:
        return False
    there = sa.select(SignUp.student_id).where(
        SignUp.student_id.in_(known),
        SignUp.program_id.in_([program.id for program in offering.programs]),
        SignUp.status.in_(ACTIVE),
    )
    if set(talk.writing.session.scalars(there)) != known:
        return False
    names = listing([child.name or "" for child in children])
    talk.say(_("%(names)s: on the list already. To change, send CHANGE.", names=names))
    return True


def _no_group_for_any(talk: Talk, offering: Offering, children: list[Child]) -> bool:
    """Whether the program is for other ages than all of theirs: tells them so, and what else there is."""
    rooms = [room for program in offering.programs for room in program.rooms]
    if not rooms or any(room.takes(child.age, child.grade) for room in rooms for child in children):
        return False
    for child in children:
        talk.say(_("This program has no group for the age of %(name)s.", name=child.name or years(child.age)))
    talk.go_on("menu")
    return True
