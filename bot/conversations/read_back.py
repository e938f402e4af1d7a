"""The sign-up read back before anything is written, and what to change in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.conversations.enrolling import Child
from bot.conversations.offerings import Offering
from bot.conversations.ride import Ride, stops_of
from bot.talk import Choice, Question, Talk
from bot.wording import food, relation
from locales import _, n_
from locales.dates import listing
from notifications.program_words import child_in_words, stop_in_words

CHANGE = "change"
RIGHT = "right"


@dataclass(frozen=True)
class Answers:
    """All that a family told for one sign-up. `diet` is {child's name: codes}, under "" what holds for all."""

    children: list[Child]
    ride: Ride | None = None
    diet: dict[str, list[str]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)


PARTS = {
    "children": ("who", "how many", "child "),
    "bus": ("ride", "stop", "hand over"),
    "food": ("diet",),
    "answers": ("own ",),
}
"""What can be changed -> the beginnings of the keys of its answers."""


def looks_right(talk: Talk, offering: Offering, answers: Answers) -> bool:
    """Read everything back once. False: something was dropped to be asked again, and the flow starts over."""
    said = talk.answer(
        Question("confirm", "yes_no", summary(offering, answers) + " " + _("Right? 1 Yes 2 Change")),
        understood=lambda heard: (
            CHANGE if heard.answer is False or heard.intent == CHANGE else (RIGHT if heard.answer else None)
        ),
    )
    if said == RIGHT:
        return True
    part = talk.choose("change", _parts(offering, answers), ask=_("What do you want to change?"))
    talk.forget("confirm", "change", *PARTS[part])
    return False


def _parts(offering: Offering, answers: Answers) -> list[Choice]:
    asks, own = offering.first.asks, offering.first.questions
    myself = any(child.is_writing for child in answers.children)
    parts = [
        ("children", _("Name and age") if myself else _("Children"), True),
        ("bus", _("Bus"), "ride" in asks),
        ("food", _("Food"), "diet" in asks),
        ("answers", _("The other questions"), bool(own)),
    ]
    return [Choice(key, label, ()) for key, label, asked in parts if asked]


def summary(offering: Offering, answers: Answers) -> str:
    """Revise: Beto 8 y Lupita 4. Bus Brightwood 6:00am, los sube abuela. Lupita: alergia: cacahuate. …"""
    children = listing([child_in_words(child.name, child.age) for child in answers.children])
    sentences = [_("Check: %(children)s.", children=children)]
    if answers.ride is not None:
        sentences.append(_ride_in_words(offering, answers.ride, len(answers.children)))
    sentences += [_diet_in_words(name, codes, answers) for name, codes in answers.diet.items() if codes]
    return " ".join(sentences)


def _ride_in_words(offering: Offering, ride: Ride, children: int) -> str:
    if not ride.needed:
        return _("No bus.")
    stop = stops_of(offering).get(ride.stop or "")
    if stop is None:
        told_later = _("We will tell you which stop is closest.")
        noted = _("Noted: %(who)s.", who=relation(ride.hand_over)) if ride.hand_over else ""
        return f"{told_later} {noted}".strip()
    where = stop_in_words(stop).removeprefix("Bus ")
    if ride.hand_over is None:
        return _("Bus %(stop)s.", stop=where)
    if ride.hand_over == "self":
        return _("Bus %(stop)s, on their own.", stop=where)
    who = relation(ride.hand_over)
    return n_("Bus %(stop)s, with %(who)s.", "Bus %(stop)s, with %(who)s.", children, stop=where, who=who)


def _diet_in_words(name: str, codes: list[str], answers: Answers) -> str:
    foods = listing([food(code) for code in codes])
    return f"{name or _all_of(answers.children)}: {foods}."


def _all_of(children: list[Child]) -> str:
    if len(children) == 1:
        return children[0].name or _("All")
    return _("Both") if len(children) == 2 else _("All")
