"""One phone, several families: who is writing today, and how a phone comes to be shared.

Of one family nothing is shown to another but the nickname that it takes to choose.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.conversations.new_number import ask_about_old_numbers
from bot.family_codes import names_a_child, speaks_of_own_family
from bot.heard import Heard
from bot.linking import hand_over, let_share, take_over
from bot.talk import Choice, Stopped, Talk
from bot.writing import Writing
from locales import _
from models.family import Family
from models.family_phones import shared_with
from models.place import Place
from notifications.family_names import families_in_words, nicknames

WHO = "who_is_writing"
ANOTHER = "another"
GAP = dt.timedelta(hours=6)
"""After this it may be another family that writes."""
OF_THE_NUMBER = {"opt_out", "unsure_opt_out", "wrong_number", "pause", "opt_in"}
"""What they want to hear from us is for the number, whoever writes."""
MOST_FAMILIES = 5
"""So many can be told apart in one text."""


def asks_who(caller: Caller, writing: Writing, heard: Heard, now: dt.datetime) -> bool:
    """Put the question who is writing on top where it must be answered before anything else; tell whether it was.

    Who says it by themselves ("soy la mamá de Ana") is taken at their word.
    """
    if not caller.is_shared or heard.intent in OF_THE_NUMBER:
        return False
    waits, is_long_ago = _waits(caller.place), caller.heard_before is None or now - caller.heard_before > GAP
    if not waits and (named := _named(writing.session, caller, heard.text)) is not None:
        take_over(caller, named)
        return False
    if is_long_ago:
        caller.places[:] = [place for place in caller.places if not _waits(place)]
        caller.places.append(Place(WHO, opening="" if heard.intent == "shared_phone" else heard.text))
    return is_long_ago


def holds(place: Place | None, heard: Heard) -> bool:
    """Whether a word that works elsewhere waits until it is known who writes: the menu may show what is another's."""
    if place is None or not _waits(place) or heard.intent not in {"menu", "back"}:
        return False
    place.opening = heard.text
    return True


def _waits(place: Place | None) -> bool:
    return place is not None and place.conversation == WHO


def _named(session: Session, caller: Caller, text: str) -> Family | None:
    """The one of the families on the phone that a text says it comes from."""
    if not speaks_of_own_family(text):
        return None
    children = nicknames(session, shared_with(session, caller.phone_id))
    meant = [family_id for family_id, names in children.items() if names_a_child(text, names)]
    return session.get_one(Family, meant[0]) if len(meant) == 1 else None


def who_is_writing(talk: Talk) -> None:
    """< ¿Quién escribe hoy? 1 La familia de Beto 2 La familia de Ana 3 Otra   > 2   Then the text is taken again."""
    session = talk.writing.session
    sharing = shared_with(session, talk.caller.phone_id)
    called, children = families_in_words(session, sharing), nicknames(session, sharing)
    choices = [Choice(str(one), called[one], tuple(children[one])) for one in sharing]
    chosen = _chosen(talk, [*choices, Choice(ANOTHER, _("Another"), ("otra", "outra", "lot", "otro"))])
    then = talk.place.opening
    if chosen == ANOTHER:
        talk.go_on("shared_phone", another=True, then=then)
        return
    take_over(talk.caller, session.get_one(Family, int(chosen)))
    if then:
        talk.anew = then
    else:
        talk.say(_("Hello."))
        _show_the_menu(talk)


def _chosen(talk: Talk, choices: list[Choice]) -> str:
    """Who it is; whatever else they write waits until that is known."""
    try:
        return talk.choose("who", choices, ask=_("Who is writing today?"))
    except Stopped as stop:
        if stop.heard is None or stop.heard.intent in OF_THE_NUMBER:
            raise
        talk.place.opening = "" if stop.heard.intent == "shared_phone" else stop.heard.text
        talk.place.misses += 1
        person = _("Write a number, or PERSON and someone will call you.") if talk.place.misses > 1 else ""
        raise Stopped(replace(stop.question, text=f"{person} {stop.question.text}".strip())) from None


def shared_phone(talk: Talk) -> None:
    """> este teléfono es de mi vecina   < ¿Su familia es otra que la familia de Beto? 1 Sí 2 No   Then the code."""
    caller, about = talk.caller, talk.place.about
    sharing = shared_with(talk.writing.session, caller.phone_id)
    if caller.family_id is not None and not about.get(ANOTHER) and _says_own(talk, caller.family_id):
        talk.say(_("Hello."))
        _show_the_menu(talk)
    elif sharing and not about.get(ANOTHER):
        talk.go_on(WHO)
    elif len(sharing) >= MOST_FAMILIES:
        talk.go_on("person", opening=talk.place.opening)
    elif sharing or caller.family_id is None or _is_another(talk, caller.family_id):
        words, then = talk.place.opening, about.get("then")
        talk.go_on("new_number", opening=words, shares=True, then=then, words=words)
    else:
        _show_the_menu(talk)


def _show_the_menu(talk: Talk) -> None:
    if not talk.caller.places[:-1]:
        talk.go_on("menu")


def _says_own(talk: Talk, family_id: int) -> bool:
    """Whether they say that they are the family that we take them for."""
    children = nicknames(talk.writing.session, [family_id])[family_id]
    return speaks_of_own_family(talk.place.opening) and names_a_child(talk.place.opening, children)


def _is_another(talk: Talk, family_id: int) -> bool:
    [called] = families_in_words(talk.writing.session, [family_id]).values()
    called = called[:1].lower() + called[1:]
    return talk.yes("another", ask=_("Is your family another one than %(family)s?", family=called))


def both_families(talk: Talk) -> None:
    """< ¿Las dos familias usan este teléfono? 1 Sí 2 No, solo la otra"""
    family = talk.writing.session.get_one(Family, talk.place.about["family_id"])
    choices = [Choice("both", _("Yes")), Choice("only", _("No, only the other"))]
    if talk.choose("both", choices, ask=_("Do both families use this phone?")) == "both":
        let_share(talk, family)
        talk.say(_("Done. Both families can write from this phone."))
    else:
        hand_over(talk, family)
        talk.say(_("Done. This number is linked to your family."))
    ask_about_old_numbers(talk, family)
