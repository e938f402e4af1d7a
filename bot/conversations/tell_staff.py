"""What a family tells us that a person must take up: it is noted in their words, and somebody calls."""

from __future__ import annotations

from bot.contacts import best_contact
from bot.conversations.call_back import ask_when_to_call, noted
from bot.talk import Talk
from bot.tasks import add_task
from bot.welcome import likely_organization_id
from locales import _
from models.phone_number import spoken
from models.task import TaskKind


def enrol(talk: Talk) -> None:
    """> donde inscribo a mi hijo en la escuela   School enrolment, which is done with a person."""
    said = _("A person helps you enrol in school. You can enrol without papers.")
    _tell(talk, TaskKind.ENROL, said)


def resources(talk: Talk) -> None:
    """> ayuda con la renta   A person calls; 211 answers at any hour."""
    _tell(talk, TaskKind.RESOURCES, _("You can call 211 at any hour for help with food, rent or health."))


def _tell(talk: Talk, kind: TaskKind, said: str) -> None:
    where = likely_organization_id(talk.caller, talk.catalogue)
    contact = best_contact(talk.catalogue, where, talk.caller.language)
    when = ask_when_to_call(talk, ask=_("When should they call you?"), about=said)
    add_task(talk, kind, contact=contact, when=when, words=talk.place.opening)
    talk.say(_("Done.") + " " + noted(when))
    if contact is not None:
        talk.say(_("The call comes from %(phone)s.", phone=spoken(contact.phone)))
