"""Signing up children: how many, who they are, ride, food, and the coordinator's own questions."""

from __future__ import annotations

from typing import Any

from bot.conversations.coordinator_questions import coordinator_questions
from bot.conversations.enrolling import Child, enroll_children
from bot.conversations.offerings import Offering
from bot.conversations.read_back import Answers, looks_right
from bot.conversations.ride import ask_ride
from bot.heard.answers import diet as read_diet
from bot.heard.told import ages_told, children_told
from bot.talk import Choice, Talk
from bot.wording import child_in_words, listing, years
from locales import _, n_
from locales.dates import ordinal_grade


def sign_up_children(talk: Talk, offering: Offering) -> None:
    """> 2   < Bien, 2. El primero: ¿cuántos años tiene?   > 8 va en 3   < 8 años, 3er grado. ¿Cómo le decimos …"""
    asks = offering.first.asks
    children = _who(talk) if "name" in asks else _ages_at_once(talk)
    ride = ask_ride(talk, offering, children) if "ride" in asks else None
    food = _ask_diet(talk, children) if "diet" in asks else {}
    answers = Answers(children=children, ride=ride, diet=food, own=coordinator_questions(talk, offering.first))
    if "name" in asks and not looks_right(talk, offering, answers):
        sign_up_children(talk, offering)
        return
    enroll_children(talk, offering, answers)


def _who(talk: Talk) -> list[Child]:
    """The children that we know from before, or new ones, one after the other."""
    known = [student for student in talk.students if student.name]
    if not known:
        return _new_children(talk)
    choices = [Choice(str(s.id), s.name or "", ()) for s in known]
    picked = talk.choose_some("who", [*choices, Choice("new", _("Another child"))], ask=_("Who?"), overhear=True)
    children = [Child(name=s.name, age=s.age, grade=s.grade, student_id=s.id) for s in known if str(s.id) in picked]
    return children + (_new_children(talk) if "new" in picked else [])


def _new_children(talk: Talk) -> list[Child]:
    count = _how_many(talk)
    talk.acknowledge("how many", n_("OK, 1.", "OK, %(n)s.", count) if count > 1 else "")
    return [_child(talk, number, count) for number in range(1, count + 1)]


def _how_many(talk: Talk) -> int:
    return talk.number(
        "how many",
        ask=_("How many children do you want to sign up? Write a number."),
        again=_("Only the number, please. Example: 2"),
        most=12,
        overheard=children_told,
    )


def _child(talk: Talk, number: int, count: int) -> Child:
    """One child: age and perhaps grade and name in one text, as people say them; then the name if it is missing."""
    key = f"child {number}"
    told: dict[str, Any] = talk.value(
        key,
        "age",
        ask=_which_child(number, count),
        again=_("That's fine. How many years old? Only the number. Example: 4"),
        overheard=lambda text: _nth_of(ages_told(text), number, count),
    )
    age, grade = told.get("age"), told.get("grade")
    name = told.get("name")
    if name is None:
        talk.acknowledge(key, _age_and_grade(age, grade))
        name = talk.value(
            f"{key} name",
            "name",
            ask=_("What shall we call them on the list? First name or nickname, no last name."),
            again=_("Only a first name or nickname, please. Example: Ana"),
        )
        talk.acknowledge(f"{key} name", f"{child_in_words(name, None)}, {age}.")
    else:
        talk.acknowledge(key, f"{name}, {_age_and_grade(age, grade, short=True)}")
    return Child(name=name, age=age, grade=grade)


def _which_child(number: int, count: int) -> str:
    if count == 1:
        return _("How old is your child?")
    if number == 1:
        return _("The first one: how old?")
    if number == 2:
        return _("Now the second one: how old?")
    return _("Now child %(number)s: how old?", number=number)


def _age_and_grade(age: int | None, grade: int | None, *, short: bool = False) -> str:
    """What we understood: 8 years, 3rd grade. A small child's level follows from the age."""
    level = grade if grade is not None else {3: -1, 4: -1}.get(age or 0)
    old = str(age) if short else years(age)
    return f"{old}, {ordinal_grade(level)}." if level is not None else f"{old}."


def _nth_of(told: list[dict[str, Any]] | None, number: int, count: int) -> dict[str, Any] | None:
    """The age of one of several children that were all told in one text."""
    return told[number - 1] if told and len(told) == count else None


def _ages_at_once(talk: Talk) -> list[Child]:
    """For a list that needs no names: all ages in one text."""
    count = _how_many(talk)
    talk.acknowledge("how many", n_("1 child.", "%(n)s children.", count))
    told = talk.value(
        "ages",
        "ages",
        ask=n_("How old? Example: 9", "How old are they? Example: 12 and 9", count),
        fits=lambda ages: len(ages) == count,
        overheard=ages_told,
    )
    children = [Child(name=one.get("name"), age=one.get("age"), grade=one.get("grade")) for one in told]
    talk.acknowledge("ages", _("Thank you: %(ages)s.", ages=ages_in_words(children)))
    return children


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


def ages_in_words(children: list[Child]) -> str:
    """12 years and 9 years."""
    return listing([years(child.age) for child in children])
