"""A family writes from a number that we do not know: its code and one fact about it link the number, or a person calls.

Whoever guesses learns nothing: the answer is the same for a code that nobody has and for a fact that is not true, and
after a few tries only a person helps (models/code_tries.py).
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.contacts import best_contact
from bot.conversations.call_back import ask_when_to_call, noted
from bot.family_codes import code_told, fact_told, has_none, is_true
from bot.heard import Heard
from bot.linking import give_up, let_share, link, take_over, tell_the_others
from bot.talk import WORDS, Choice, Question, Talk, own_words
from bot.tasks import add_task
from bot.welcome import likely_organization_id
from locales import _
from models import code_tries
from models.family import Family, Phone, Student, new_family_code
from models.family_phones import phones_of, shared_with
from models.phone_number import spoken
from models.task import Task, TaskKind

NO_CODE = "none"


def new_number(talk: Talk) -> None:
    """> este es mi número nuevo   < ¿Cuál es su código de familia? …   > bx7k2m   < … uno de sus hijos? …   > beto

    About it: `shares`, where they have said already that another family uses the phone as well; `tried` after a try
    that was wrong; `words` that it began with; `then`, the text to be taken once it is known who writes.
    """
    _close_older(talk)
    if code_tries.are_spent(talk.writing.session, talk.caller.phone_id, talk.now):
        _a_person_calls(talk)
        return
    code = _ask_code(talk)
    if code == NO_CODE:
        _without_a_code(talk)
        return
    family = _recognized(talk, code, _ask_fact(talk))
    if family is None:
        talk.go_on("new_number", **talk.place.about | {"tried": True, "words": _words(talk)})
    else:
        _belongs_to(talk, family)


def _close_older(talk: Talk) -> None:
    """What was being asked for before is the same code: it need not come back."""
    for place in [one for one in talk.caller.places if one.conversation == "new_number" and one is not talk.place]:
        talk.place.about = {"words": place.opening} | place.about | talk.place.about
        talk.caller.places.remove(place)


def _ask_code(talk: Talk) -> str:
    ask = _("What is your family code? It has 6 letters and numbers. If you do not have it, write NO.")
    if talk.place.about.get("tried"):
        ask = _("That does not match what we have. Write your family code again. If you do not have it, write NO.")
    elif talk.place.about.get("shares"):
        ask = _("Does your family have a code from us? Write it: 6 letters and numbers. If not, write NO.")
    again = _("The code has 6 letters and numbers, for example BX7K2M. If you do not have it, write NO.")

    def understood(heard: Heard) -> str | None:
        return code_told(heard.text) or (NO_CODE if has_none(heard.text) else None)

    return str(talk.answer(Question("code", WORDS, ask, again), understood=understood, overheard=code_told))


def _ask_fact(talk: Talk) -> str:
    ask = _("And what do you call one of your children? First name or nickname. If we do not have it: the age.")
    again = _("Only one name, please. Example: Ana. If you did not give us a name: the age of one child.")

    def understood(heard: Heard) -> str | None:
        return fact_told(heard.text) if own_words(heard, 160) else None

    return str(talk.answer(Question("fact", WORDS, ask, again), understood=understood))


def _recognized(talk: Talk, code: str, fact: str) -> Family | None:
    """The family that has this code and of which this is true.

    The try is counted first, and the same is looked up whether there is such a family or not.
    """
    session = talk.writing.session
    one_try = code_tries.note_try(session, talk.caller.phone_id, code, talk.now)
    guessed_at = code_tries.is_guessed_at(session, code, talk.now)
    family = session.scalar(sa.select(Family).where(Family.code == code))
    students = session.scalars(sa.select(Student).join(Family).where(Family.code == code)).all()
    if not is_true(fact, students, talk.now.year) or guessed_at:
        return None
    session.delete(one_try)
    return family


def _belongs_to(talk: Talk, family: Family) -> None:
    """It is this family's phone: as a new one, as one that it shares, or as it was already."""
    caller = talk.caller
    if family.id in {caller.family_id, *shared_with(talk.writing.session, caller.phone_id)}:
        take_over(caller, family)
        talk.say(_("This number is linked to your family already."))
        go_on_as_family(talk)
    elif caller.family_id is None:
        link(talk, family)
        talk.say(_("Done. This number is linked to your family."))
        ask_about_old_numbers(talk, family)
    elif talk.place.about.get("shares"):
        let_share(talk, family)
        talk.say(_("Done. Both families can write from this phone."))
        ask_about_old_numbers(talk, family)
    else:
        talk.go_on("both_families", family_id=family.id, words=_words(talk))


def ask_about_old_numbers(talk: Talk, family: Family) -> None:
    """Tell the family's other phones, and ask whether they are still its own."""
    told = tell_the_others(talk, family)
    if told:
        talk.go_on("old_number", family_id=family.id, told=told, words=_words(talk), then=talk.place.about.get("then"))
    else:
        go_on_as_family(talk)


def go_on_as_family(talk: Talk) -> None:
    """Take the text that came before it was known who writes; else show what there is."""
    if talk.place.about.get("then"):
        talk.anew = str(talk.place.about["then"])
    elif not talk.caller.places[:-1]:
        talk.go_on("menu")


def old_number(talk: Talk) -> None:
    """< ¿Todavía usa el número que termina en 0142? 1 Sí, los dos 2 No   > 2   < Listo. …"""
    told: dict[str, int] = talk.place.about["told"]
    family = talk.writing.session.get_one(Family, talk.place.about["family_id"])
    others = [phone for phone in phones_of(talk.writing.session, family.id) if str(phone.id) in told]
    if not others or talk.caller.family_id != family.id:
        go_on_as_family(talk)
        return
    gone = _which_is_gone(talk, others)
    if gone is None:
        talk.say(_("OK, we write to all your numbers."))
    else:
        give_up(talk, gone, family, told[str(gone.id)])
        add_task(talk, TaskKind.NEW_NUMBER, words=f"{_words(talk)} (-{_end_of(gone)})")
        talk.say(_("Done. We send nothing more to the number that ends in %(end)s.", end=_end_of(gone)))
    go_on_as_family(talk)


def _which_is_gone(talk: Talk, others: list[Phone]) -> Phone | None:
    """The number that is no longer theirs."""
    if len(others) == 1:
        choices = [Choice("all", _("Yes, both")), Choice(str(others[0].id), _("No"))]
        ask = _("Do you still use the number that ends in %(end)s?", end=_end_of(others[0]))
    else:
        choices = [Choice(str(phone.id), _area_and_end_of(phone), (_end_of(phone),)) for phone in others]
        choices.append(Choice("all", _("I use them all")))
        ask = _("Which number do you not use any more?")
    chosen = talk.choose("gone", choices, ask=ask)
    return next((phone for phone in others if str(phone.id) == chosen), None)


def _end_of(phone: Phone) -> str:
    return phone.number[-4:]


def _area_and_end_of(phone: Phone) -> str:
    """Enough to tell a family's numbers apart, and too little to call one."""
    return f"({phone.number[2:5]}) ...{_end_of(phone)}"


def _without_a_code(talk: Talk) -> None:
    """A family that is new to us has its own place on the phone; one that we know is called."""
    if not talk.place.about.get("shares"):
        _a_person_calls(talk)
        return
    if talk.caller.family_id is not None:
        let_share(talk, _new_family(talk))
    talk.say(_("OK. What you write now is for your own family."))
    go_on_as_family(talk)


def _new_family(talk: Talk) -> Family:
    caller = talk.caller
    family = Family(
        code=new_family_code(),
        language=caller.language,
        organization_id=caller.organization_id,
        created_at=talk.now,
    )
    talk.writing.session.add(family)
    talk.writing.session.flush()
    return family


def _a_person_calls(talk: Talk) -> None:
    """Who has no code, or has tried too often. One call is enough."""
    about = _("Thank you. A person will call to link this number to your family.")
    waiting = sa.select(Task.id).where(
        Task.phone_id == talk.caller.phone_id, Task.kind == TaskKind.NEW_NUMBER, Task.done_at.is_(None)
    )
    if talk.writing.session.scalar(waiting.limit(1)) is not None:
        talk.say(about)
        return
    contact = best_contact(talk.catalogue, likely_organization_id(talk.caller, talk.catalogue), talk.caller.language)
    when = ask_when_to_call(talk, ask=_("When should they call you?"), about=about)
    add_task(talk, TaskKind.NEW_NUMBER, contact=contact, when=when, words=_words(talk))
    talk.say(_("Done.") + " " + noted(when))
    if contact is not None:
        talk.say(_("The call comes from %(phone)s.", phone=spoken(contact.phone)))


def _words(talk: Talk) -> str:
    """What it all began with."""
    return str(talk.place.about.get("words") or talk.place.opening)
