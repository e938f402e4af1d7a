"""Who is signed up: children we know, new ones one after the other, ages only, or the youth who is writing."""

from __future__ import annotations

from typing import Any

from bot.conversations.enrolling import Child
from bot.conversations.offerings import Offering
from bot.heard import Heard
from bot.heard.answers import age, ages
from bot.heard.told import ages_told, children_listed, children_told, own_age_told
from bot.talk import Choice, Question, Talk
from locales import _, n_
from locales.dates import listing, ordinal_grade
from notifications.program_words import child_in_words, years

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
LISTED = "listed"
"""Under this stand the children that one text told one by one."""
MOST_AT_ONCE = 12
OWN_CONTACT_FROM = 14
"""From this age on a youth may sign up without a guardian."""


def ask_who(talk: Talk, offering: Offering) -> list[Child]:
    """The youth who is writing, the children that we know from before, or new ones."""
    if is_for_youth(offering) and _for_whom(talk) == "me":
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


def is_for_youth(offering: Offering) -> bool:
    """Whether it is for those who may sign themselves up."""
    rooms = [room for program in offering.programs for room in program.rooms]
    return bool(rooms) and min(room.youngest for room in rooms) >= OWN_CONTACT_FROM


def _for_whom(talk: Talk) -> str:
    choices = [
        Choice("me", _("For me"), ("para mi", "yo", "mi mismo", "for myself", "me", "pra mim", "para mim", "pou mwen")),
        Choice("child", _("For my child"), ("mi hijo", "mi hija", "my son", "my daughter", "pitit mwen", "meu filho")),
    ]
    if (own_age_told(talk.place.opening) or 0) >= OWN_CONTACT_FROM and talk.place.may_overhear("for whom"):
        talk.place.overhear("for whom", ["me"])
    return talk.choose("for whom", choices, ask=_("Who is it for?"), overhear=True)


def _myself(talk: Talk) -> Child:
    told: dict[str, Any] = talk.value(
        "child 1",
        "age",
        ask=_("How old are you?"),
        again=_("Only the number, please. Example: 17"),
        overheard=lambda text: {"age": own_age_told(text)} if own_age_told(text) else _nth_of(ages_told(text), 1, 1),
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
    def understood(heard: Heard) -> int | None:
        listed = None if heard.question else children_listed(heard.text)
        if listed:
            talk.place.about[LISTED] = listed
            return len(listed)
        return heard.answer if isinstance(heard.answer, int) else _told_how_many(heard.text)

    ask = _("How many children do you want to sign up? Write a number.")
    question = Question("how many", "number", ask, _("Only the number, please. Example: 2"))
    fits = range(1, MOST_AT_ONCE + 1)
    return int(talk.answer(question, fits=lambda told: told in fits, understood=understood, overheard=_told_how_many))


def _told_how_many(text: str) -> int | None:
    return children_told(text) or len(ages_told(text) or []) or None


def _child(talk: Talk, number: int, count: int) -> Child:
    """One child: age and perhaps grade and name in one text, as people say them; then the name if it is missing."""
    key = f"child {number}"
    told = _age(talk, key, number, count)
    name = told.get("name")
    if name is None:
        asked_now = talk.place.waiting != f"{key} name" and f"{key} name" not in talk.place.answers
        if key in talk.place.overheard and asked_now:
            talk.just_answered.add(key)  # they told it with other ages: say whose name we ask for
        talk.acknowledge(key, _age_and_grade(told.get("age"), told.get("grade")))
        name = _name(talk, key)
        told = talk.place.answers[key]
        talk.acknowledge(f"{key} name", f"{child_in_words(name, None)}, {told.get('age')}.")
    else:
        talk.acknowledge(key, f"{name}, {_age_and_grade(told.get('age'), told.get('grade'), short=True)}")
    return Child(name=name, age=told.get("age"), grade=told.get("grade"))


def _age(talk: Talk, key: str, number: int, count: int) -> dict[str, Any]:
    """The age of one child; a text that tells all that are left ("8 y 4") is kept for the next ones."""

    def understood(heard: Heard) -> dict[str, Any] | None:
        if isinstance(heard.answer, dict):
            return heard.answer
        several = None if heard.question else ages(heard.text)
        if not isinstance(several, list) or len(several) != count - number + 1:
            return None
        talk.place.about[LISTED] = [{}] * (number - 1) + several
        return several[0]

    again = _("That's fine. How many years old? Only the number. Example: 4")
    told: dict[str, Any] = talk.answer(
        Question(key, "age", _which_child(number, count), again),
        understood=understood,
        overheard=lambda text: _listed(talk, number, count) or _nth_of(ages_told(text), number, count),
    )
    return told


def _listed(talk: Talk, number: int, count: int) -> dict[str, Any] | None:
    listed: list[dict[str, Any]] = talk.place.about.get(LISTED, [])
    return (listed[number - 1] or None) if len(listed) == count else None


def _name(talk: Talk, key: str) -> str:
    """What to call the child; "7 sofi" tells the age anew."""

    def understood(heard: Heard) -> str | None:
        both = age(heard.text) if heard.answer is None and not heard.question else None
        if not isinstance(both, dict) or "name" not in both:
            return heard.answer if isinstance(heard.answer, str) else None
        name = both.pop("name")
        talk.place.answers[key] = both
        return str(name)

    ask = _("What shall we call them on the list? First name or nickname, no last name.")
    again = _("Only a first name or nickname, please. Example: Ana")
    return str(talk.answer(Question(f"{key} name", "name", ask, again), understood=understood))


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
