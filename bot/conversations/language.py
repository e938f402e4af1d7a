"""The language of the conversation. Languages that are spoken more than read get a person who calls."""

from __future__ import annotations

from bot.conversations.interpreter import OTHER, language_choices
from bot.talk import Talk
from locales import _
from locales.languages import LANGUAGES, language_name

IN_FULL = ["en", "es", "pt", "ht"]
SPOKEN = ["quc", "mix"]


def language(talk: Talk) -> None:
    """> otro idioma   < ¿En qué idioma? 1 English 2 Español … 5 K'iche' …"""
    wanted = talk.place.about.get("wanted") or talk.choose(
        "language", language_choices([*IN_FULL, *SPOKEN]), ask=_("In which language?")
    )
    if wanted in IN_FULL:
        talk.caller.language = wanted
        talk.go_on("menu")
    elif wanted == OTHER or wanted not in LANGUAGES:
        talk.go_on("person", interpreter="other")
    else:
        talk.say(_("Someone who speaks %(language)s will call you.", language=language_name(wanted)))
        talk.go_on("person", interpreter=wanted)
