"""A person calls: who, when, in which language."""

from __future__ import annotations

from bot.contacts import best_contact
from bot.conversations.call_back import ask_when_to_call, noted
from bot.directory import places_spoken_of
from bot.talk import Talk
from bot.tasks import add_task
from bot.welcome import likely_organization_id
from locales import _
from models.phone_number import spoken
from models.place import Place
from models.task import TaskKind


def person(talk: Talk) -> None:
    """> quiero hablar con una persona   < ¿Cuándo le llaman? 1 Antes 6am 2 Después 6pm 3 Sábado   > 2   < Listo …"""
    program = talk.catalogue.program(str(talk.place.about.get("program", "")))
    if program is None and places_spoken_of(talk.place.opening, talk.catalogue, talk.caller.organization_id):
        talk.go_on("find_contact", opening=talk.place.opening)  # "someone at roosvelt"
        return
    where = likely_organization_id(talk.caller, talk.catalogue)
    talk.caller.places[:] = [place for place in talk.caller.places if place is talk.place or not _asked_before(place)]
    interpreter = talk.place.about.get("interpreter")
    contact = best_contact(talk.catalogue, where, interpreter or talk.caller.language)
    if interpreter is None and contact is not None and talk.caller.language not in contact.languages:
        interpreter = talk.caller.language
    when = ask_when_to_call(talk, ask=_("When should they call you?"), told_already=True)
    add_task(
        talk,
        TaskKind(talk.place.about.get("kind", TaskKind.CALL_BACK)),
        program=program,
        contact=contact,
        when=when,
        interpreter=interpreter,
        words=talk.place.opening,
    )
    talk.say(_("Done.") + " " + noted(when))
    if contact is not None:
        talk.say(_("The call comes from %(phone)s.", phone=spoken(contact.phone)))


def _asked_before(place: Place) -> bool:
    """An earlier wish for a call about nothing else, or for a contact: one call is enough."""
    return place.conversation == "find_contact" or (place.conversation == "person" and "program" not in place.about)
