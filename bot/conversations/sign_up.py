"""Signing up: find the program, make sure they want it, and go the way that its kind needs."""

from __future__ import annotations

from bot.conversations.children import LISTED, is_for_youth
from bot.conversations.offerings import Offering, choose_offering, was_chosen
from bot.conversations.sign_up_children import sign_up_children
from bot.conversations.sign_up_people import sign_up_people
from bot.conversations.sign_up_visit import sign_up_visit
from bot.heard import Heard, hear
from bot.heard.told import children_listed
from bot.talk import Question, Talk
from locales import _
from locales.dates import clock_range, weekday_and_day
from models.program import Attends, Program
from notifications.program_words import in_words, yes_or_no

TOLD_BY_ANSWER = {"time", "place", "what"}
"""Side questions whose answer says what an event is."""


def sign_up(talk: Talk) -> None:
    """> quiero apuntar a mis hijos al verano   < ¿Cuántos hijos quiere apuntar? …   < ¿Bien? …   < Listo."""
    if not talk.catalogue.open_programs:
        talk.say(_("There is nothing to sign up for now. Write PERSON and someone will call you."))
        return
    offering = choose_offering(talk)
    talk.subject = offering.first
    if talk.caller.organization_id is None:
        talk.caller.organization_id = offering.first.organization_id
    if offering.first.attends is Attends.CALL_BACK:
        talk.go_on("person", program=offering.first.code)
    elif _wants(talk, offering):
        _go_its_way(talk, offering)
    else:
        talk.say(_("All right. Write MENU to see other programs."))


def _go_its_way(talk: Talk, offering: Offering) -> None:
    if offering.first.attends is Attends.PEOPLE:
        sign_up_people(talk, offering.first)
    elif offering.first.attends is Attends.VISIT:
        sign_up_visit(talk, offering.first)
    else:
        sign_up_children(talk, offering)


def _wants(talk: Talk, offering: Offering) -> bool:
    """Someone who only asked about a program is told about it, and asked whether they want it."""
    if was_chosen(talk):
        return True
    about = _about(offering.first, asked=talk.asked)
    which = _("Want to sign up for %(what)s?", what=in_words(offering.first.title))
    wanted = _do_you_want(offering)
    ask, again = f"{about} {wanted}" if about else which, f"{which} {yes_or_no()}"
    return bool(
        talk.answer(
            Question("want", "yes_no", f"{ask} {yes_or_no()}", again, repeat=again),
            understood=lambda heard: _wanted(talk, heard),
            overheard=lambda text: _asks_for(talk, text, offering) or None,
        )
    )


def _wanted(talk: Talk, heard: Heard) -> bool | None:
    """Yes or no; who tells of a child instead ("5 zoe") wants it."""
    if isinstance(heard.answer, bool) or heard.question:
        return heard.answer if isinstance(heard.answer, bool) else None
    listed = children_listed(heard.text)
    if not listed or heard.sure:
        return None
    talk.place.about[LISTED] = listed
    talk.place.overhear("how many", len(listed))
    return True


def _do_you_want(offering: Offering) -> str:
    program = offering.first
    if program.slots:
        return _("Want a time?")
    if program.attends in (Attends.CHILDREN, Attends.PAIRS) and not is_for_youth(offering):
        return _("Do you want to sign up your children?")
    return _("Do you want to sign up?")


def _about(program: Program, *, asked: str | None) -> str:
    """What a program is: an event with its day, hours and place; anything else in the coordinator's words.

    Less where the answer to a side question (`asked`, its topic) comes before it.
    """
    if asked in TOLD_BY_ANSWER:
        return ""
    if program.starts_on == program.ends_on and program.begins and program.ends:
        when = f"{weekday_and_day(program.starts_on)}, {clock_range(program.begins, program.ends)}"
        title = "" if asked else in_words(program.title)
        told = ", ".join(filter(None, [title, when, program.place]))
        return f"{told[:1].upper()}{told[1:]}."
    if asked:
        return ""
    return in_words(program.words.get("what", {})) or f"{in_words(program.title)}."


def _asks_for(talk: Talk, text: str, offering: Offering) -> bool:
    """Whether a text asks for the program itself, not about it; also where it tells of work beside.

    A visit is always explained first.
    """
    heard = hear(text, language=talk.caller.language, today=talk.now.date())
    asks = heard.intent in {"sign_up", "work_day"} and heard.sure and heard.question is None and "?" not in text
    return asks and offering.first.attends is not Attends.VISIT
