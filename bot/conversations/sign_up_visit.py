"""A visit at home: the family says when it can, the children's ages, the language; then a real free time."""

from __future__ import annotations

from typing import Any

from bot.conversations.enrolling import Child, enroll_visit
from bot.conversations.interpreter import language_choices
from bot.conversations.visit_times import fitting_slots
from bot.heard.answers import availability
from bot.heard.mentions import strength
from bot.heard.told import ages_told
from bot.talk import Choice, Question, Talk
from bot.wording import times_in_words
from locales import _, current_language, n_
from locales.dates import listing
from locales.languages import LANGUAGES, language_name
from models.program import Program, Slot
from notifications.program_words import slot_in_words, years

OTHER_TIME = "none"


def sign_up_visit(talk: Talk, program: Program) -> None:
    """> sim mas so depois das 6 e meia   < Anotei: … Quantos anos tem a criança?   …   < Marcado: ter 12 jan, 18:45."""
    when = _when(talk)
    children = _children(talk, program)
    language = _language(talk, program)
    slot = _which_slot(talk, program, when)
    enroll_visit(talk, program, children, slot, {"available": when, "interpreter": language})


def _when(talk: Talk) -> list[dict[str, Any]]:
    times: list[dict[str, Any]] = talk.value(
        "when",
        "availability",
        ask=_("When are you at home? Example: after 6, or Saturday morning"),
        overheard=availability,
    )
    if times != [{}]:
        noted = _("Noted: %(when)s.", when=times_in_words(times))
        talk.acknowledge("when", noted)
        talk.acknowledge("want", noted)
    return times


def _children(talk: Talk, program: Program) -> list[Child]:
    told = talk.value(
        "ages",
        "ages",
        ask=_("How old is the child? If there are more: 4 and 1"),
        again=_("Only the ages, please. Example: 4 and 1"),
        overheard=lambda text: _known(talk, text) or ages_told(text),
    )
    children = [
        Child(name=one.get("name"), age=one.get("age"), grade=one.get("grade"), student_id=one.get("student"))
        for one in told
    ]
    ages = listing([years(child.age) for child in children])
    talk.acknowledge("ages", _("Thank you: %(ages)s.", ages=ages))
    if "kit" in program.promises:
        talk.acknowledge("ages", n_("You get an activity kit.", "You get an activity kit for each age.", len(children)))
    return children


def _known(talk: Talk, text: str) -> list[dict[str, Any]]:
    """The children that a text names and that we know from before: "para lupita"."""
    named = [one for one in talk.students if one.name and one.age is not None and strength(text, (one.name,))]
    return [{"age": one.age, "name": one.name, "student": one.id} for one in named]


def _language(talk: Talk, program: Program) -> str:
    """The visit is in the family's language where the program has it; else they choose."""
    mine = current_language()
    offered = [code for code in program.languages if code in LANGUAGES]
    if mine in offered:
        ask = _("Can the visit be in %(language)s? 1 Yes 2 Other language", language=language_name(mine))
        if talk.answer(Question("language fits", "yes_no", ask)):
            return mine
    return talk.choose("language", language_choices(offered), ask=_("In which language?"))


def _which_slot(talk: Talk, program: Program, when: list[dict[str, Any]]) -> Slot | None:
    """Propose the first time that fits; else three others; else a person finds one."""
    free = fitting_slots(talk, program, when)
    if not free:
        return None
    first = next((slot for slot in free if str(slot.id) == talk.place.about.get("proposed")), free[0])
    talk.place.about["proposed"] = str(first.id)
    ask = _("We could come %(when)s. Is that good?", when=slot_in_words(first.starts_at, program))
    if talk.yes("slot fits", ask=ask):
        return first
    return choose_slot(talk, program, [slot for slot in free if slot.id != first.id])


def choose_slot(talk: Talk, program: Program, free: list[Slot]) -> Slot | None:
    """1) sáb 16 jan, 9:30 2) ter 19 jan, 18:45 3) Nenhum"""
    choices = [Choice(str(slot.id), slot_in_words(slot.starts_at, program)) for slot in free[:3]]
    chosen = talk.choose("slot", [*choices, Choice(OTHER_TIME, _("None"))], ask=_("Which one?"))
    return next((slot for slot in free if str(slot.id) == chosen), None)
