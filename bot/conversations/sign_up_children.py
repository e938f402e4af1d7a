"""Signing up children: who they are, ride, food, and the coordinator's own questions."""

from __future__ import annotations

from bot.conversations.children import ask_ages, ask_who
from bot.conversations.coordinator_questions import coordinator_questions
from bot.conversations.enrolling import Child, enroll_children
from bot.conversations.offerings import Offering
from bot.conversations.read_back import Answers, looks_right
from bot.conversations.ride import ask_ride
from bot.heard.answers import diet as read_diet
from bot.talk import Talk
from locales import _


def sign_up_children(talk: Talk, offering: Offering) -> None:
    """> 2   < Bien, 2. El primero: ¿cuántos años tiene?   > 8 va en 3   < 8 años, 3er grado. ¿Cómo le decimos …"""
    asks = offering.first.asks
    children = ask_who(talk, offering) if "name" in asks else ask_ages(talk)
    ride = ask_ride(talk, offering, children) if "ride" in asks else None
    food = _ask_diet(talk, children) if "diet" in asks else {}
    answers = Answers(children=children, ride=ride, diet=food, own=coordinator_questions(talk, offering.first))
    if "name" in asks and not looks_right(talk, offering, answers):
        sign_up_children(talk, offering)
        return
    enroll_children(talk, offering, answers)


def _ask_diet(talk: Talk, children: list[Child]) -> dict[str, list[str]]:
    """What each child must not eat: {name: codes}; under "" what holds for all."""
    names = [child.name or "" for child in children]

    def understood(text: str) -> dict[str, list[str]] | None:
        told = read_diet(text, names)
        return None if told is None else {name or "": codes for name, codes in told.per_name.items()}

    food: dict[str, list[str]] = talk.words(
        "diet", ask=_("Any food they cannot eat, or an allergy? Write which, or NO"), understood=understood
    )
    return food
