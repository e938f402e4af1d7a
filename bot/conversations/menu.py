"""The menu, the first words of a phone, and help."""

from __future__ import annotations

from bot.talk import Choice, Talk
from locales import _


def menu(talk: Talk) -> None:
    """> menú   < 1 Clases y verano 2 Vacunas y eventos 3 Mi contacto 4 Mis inscripciones"""
    chosen = talk.choose(
        "what",
        [
            Choice("classes", _("Classes and summer")),
            Choice("events", _("Vaccines and events")),
            Choice("contact", _("My contact")),
            Choice("mine", _("My sign-ups")),
        ],
        ask=str(talk.place.about.get("lead", "")),
    )
    if chosen == "contact":
        talk.go_on("find_contact")
    elif chosen == "mine":
        talk.go_on("my_sign_ups")
    else:
        talk.go_on("sign_up", group=chosen)


def first_words(talk: Talk) -> None:
    """A greeting, or a text that says nothing we know: the menu is the answer."""
    if talk.caller.welcomed_at is not None:
        talk.say(_("How can I help? Write a number, or PERSON to talk to someone."))
    talk.go_on("menu")


def help_(talk: Talk) -> None:
    """> ayuda   < what works at every step"""
    talk.say(
        _(
            "School family line. MENU = start. BACK = one step back. PERSON = someone calls you. "
            "PAUSE = fewer messages. STOP = no more messages."
        )
    )
    if talk.caller.family_id is not None and not talk.caller.places[:-1]:
        talk.say(_("CODE = your family code."))
