"""Who is signed up: children we know, new ones one after the other, ages only, or the youth who is writing."""

from __future__ import annotations

from typing import Any

from bot.conversations.enrolling import Child
from bot.conversations.offerings import Offering
from bot.heard.told import ages_told, children_told
from bot.talk import Choice, Talk
from bot.wording import child_in_words, listing, years
from locales import _, n_
from locales.dates import ordinal_grade

ANOTHER = (
    "otro hijo",
    "otra hija",
    "otro nino",
    "otra nina",
    "nuevo",
    "another one",
    "outro filho",
    "outra crianca",
    "yon lot timoun",
)
OWN_CONTACT_FROM = 14
"""From this age on a youth may sign up without a guardian."""


def ask_who(talk: Talk, offering: Offering) -> list[Child]:
    """The youth who is writing, the children that we know from before, or new ones."""
    if _is_for_youth(offering) and _for_whom(talk) == "me":
        return [_myself(talk)]
    known = [student for student in talk.students if student.name]
    if not known or "how many" in talk.place.answers:
        return _new_children(talk)
    choices = [Choice(str(student.id), student.name or "", _parts(student.name or "")) for student in known]
    picked = talk.choose_some(
        "who", [*choices, Choice("new", _("Another child"), ANOTHER)], ask=_("Who?"), overhear=True
    )
    children = [Child(name=s.name, age=s.age, grade=s.grade, student_id=s.id) for s in known if str(s.id) in picked]
    return children + (_new_children(talk) if "new" in picked else [])


def _is_for_youth(offering: Offering) -> bool:
    rooms = [room for program in offering.programs for room in program.rooms]
    return bool(rooms) and min(room.youngest for room in rooms) >= OWN_CONTACT_FROM


def _for_whom(talk: Talk) -> str:
    choices = [
        Choice("me", _("For me"), ("para mi", "yo", "mi mismo", "for myself", "me", "pra mim", "para mim", "pou mwen")),
        Choice("child", _("For my child"), ("mi hijo", "mi hija", "my son", "my daughter", "pitit mwen", "meu filho")),
    ]
    return talk.choose("for whom", choices, ask=_("Who is it for?"), overhear=True)


def _myself(talk: Talk) -> Child:
    told: dict[str, Any] = talk.value(
        "child 1",
        "age",
        ask=_("How old are you?"),
        again=_("Only the number, please. Example: 17"),
        overheard=lambda text: _nth_of(ages_told(text), 1, 1),
    )
    talk.acknowledge("child 1", _age_and_grade(told.get("age"), told.get("grade")))
    name = told.get("name") or talk.value(
        "child 1 name",
        "name",
        ask=_("What shall we call you on the list? First name or nickname, no last name."),
        again=_("Only a first name or nickname, please. Example: Ana"),
    )
    return Child(name=name, age=told.get("age"), grade=told.get("grade"), is_writing=True)


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
    if level is None:
        return f"{age}." if short else f"{years(age)}."
    return f"{age}: {ordinal_grade(level)}." if short else f"{years(age)}, {ordinal_grade(level)}."


def _nth_of(told: list[dict[str, Any]] | None, number: int, count: int) -> dict[str, Any] | None:
    """The age of one of several children that were all told in one text; names are asked, not guessed from it."""
    one = told[number - 1] if told and len(told) == count else None
    return {key: value for key, value in one.items() if key != "name"} if one else None


def ask_ages(talk: Talk) -> list[Child]:
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


def ages_in_words(children: list[Child]) -> str:
    """12 years and 9 years."""
    return listing([years(child.age) for child in children])


def _parts(name: str) -> tuple[str, ...]:
    """Ana of Ana Maria: children are called by one of their names."""
    return tuple(name.split()) if " " in name else ()
