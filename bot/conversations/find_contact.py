"""Find the bilingual contact: by school, town or district, however it is spelled."""

from __future__ import annotations

from bot.contacts import best_contact
from bot.conversations.call_back import AFTER_WORK, NO_CALL, ask_when_to_call, call_choices, noted
from bot.directory import places_spoken_of
from bot.heard.language import requested_language
from bot.talk import WORDS, Choice, Question, Talk, numbered
from bot.tasks import add_task
from bot.welcome import short_notices
from locales import _, current_language
from locales.dates import clock_range, weekdays
from locales.languages import language_name
from locales.sms import fold as fold_for_sms
from locales.sms import segments
from models.organization import Contact, Organization, OrganizationKind
from models.phone_number import spoken
from models.task import TaskKind
from notifications.program_words import in_words, yes_or_no

LONGEST_NAME = 30
"""Letters that a school and its town may take in a text; a longer one is called by its short name."""


def find_contact(talk: Talk) -> None:
    """> mwen bezwen pale ak yon moun lekol la   < Nan ki lekòl …?   > cobet lynn   < Cobbet Elementary, Lynn. …"""
    if talk.asked == "who":
        talk.asked = None  # "who is the contact" asks for the contact, not who we are
    school = _which_school(talk)
    talk.caller.organization_id = school.id
    language = requested_language(talk.place.opening) or talk.caller.language or current_language()
    contact = best_contact(talk.catalogue, school.id, language)
    if contact is None:
        talk.go_on("person")
    elif language in contact.languages:
        _speaks_their_language(talk, school, contact)
    else:
        _needs_interpreter(talk, school, contact, language)


def _speaks_their_language(talk: Talk, school: Organization, contact: Contact) -> None:
    ask = _("Should they call you?")
    choices = numbered([*call_choices(AFTER_WORK), Choice(NO_CALL, _("No"))])
    said = _that_fits(talk, school, contact, f"{ask} {choices}")
    when = ask_when_to_call(talk, ask=ask, about=said, may_refuse=True)
    if when:
        add_task(talk, TaskKind.CALL_BACK, contact=contact, when=when, words=talk.place.opening)
        talk.say(_("Done.") + " " + noted(when))
    else:
        talk.say(_("All right. You can call that number."))


def _needs_interpreter(talk: Talk, school: Organization, contact: Contact, code: str) -> None:
    ask = _("Do you need an interpreter for %(language)s?", language=language_name(code))
    said = _that_fits(talk, school, contact, f"{ask} {yes_or_no()}")
    wants = talk.yes("interpreter", ask=f"{said} {ask}", again=ask)
    if not wants:
        talk.say(_("All right. You can call that number."))
        return
    talk.acknowledge("interpreter", _("OK. They will call you with an interpreter."))
    when = ask_when_to_call(talk, ask=_("When is a good time?"))
    add_task(talk, TaskKind.CALL_BACK, contact=contact, when=when, interpreter=code, words=talk.place.opening)
    talk.say(noted(when))


def _which_school(talk: Talk) -> Organization:
    """The school or district they mean; where several fit, they choose."""

    def ids(text: str) -> list[int] | None:
        found = places_spoken_of(text, talk.catalogue, talk.caller.organization_id)
        return [place.id for place in found] or None

    known = talk.catalogue.organizations.get(talk.caller.organization_id or 0)
    if known is not None and known.kind is OrganizationKind.SCHOOL and "school" not in talk.place.answers:
        named = ids(talk.place.opening) or [known.id]
        talk.place.overhear("school", named)
    found: list[int] = talk.answer(
        Question(
            "school",
            WORDS,
            _("Which school does your child go to? Write the name of the school or the town."),
            _("Write only the name of the school or the town. Example: Lynn"),
        ),
        understood=lambda heard: ids(heard.text),
        overheard=ids,
    )
    if len(found) == 1:
        return talk.catalogue.organizations[found[0]]
    choices = [_as_choice(talk.catalogue.organizations[found_id]) for found_id in found]
    return talk.catalogue.organizations[int(talk.choose("which", choices, ask=_("Which one?")))]


def _as_choice(place: Organization) -> Choice:
    name = f"{place.known_as}, {place.town}" if place.town and place.town not in place.known_as else place.known_as
    return Choice(str(place.id), name, (place.name, *place.also_known_as))


def _that_fits(talk: Talk, school: Organization, contact: Contact, question: str) -> str:
    """The contact in full where notice, contact and question take one segment; else by the school's short name."""
    notice = "" if talk.caller.welcomed_at else short_notices(None)[-1]
    town = f", {school.town}" if school.town and school.town not in school.name else ""
    full = school.name if len(school.name + town) <= LONGEST_NAME else school.known_as
    said = [
        _in_words(f"{full}{town}", contact),
        _in_words(school.known_as, contact),
        _in_words(school.known_as, contact, with_days=False),
    ]
    fitting = (one for one in said if segments(fold_for_sms(f"{notice} {one} {question}")).count == 1)
    return next(fitting, said[-1])


def _in_words(school: str, contact: Contact, *, with_days: bool = True) -> str:
    """Cobbet Elementary, Lynn. Kontak: moun ki ede fanmi yo, (781) 555-0112, lendi-vandredi 7:30am-3:30pm."""
    said = _(
        "%(school)s. Contact: %(role)s, %(phone)s, %(days)s %(hours)s.",
        school=school,
        role=in_words(contact.role),
        phone=spoken(contact.phone),
        days=weekdays(contact.weekdays) if with_days else "",
        hours=clock_range(contact.opens, contact.closes),
    )
    return said.replace("  ", " ")
