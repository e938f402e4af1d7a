"""Which language a family is answered in: the one it writes, kept until it clearly changes it."""

from __future__ import annotations

from bot.caller import Caller
from bot.heard import Heard
from bot.heard.language import requested_language
from bot.heard.words import fold, words
from locales import LANGUAGES


def note_language(caller: Caller, heard: Heard, text: str) -> None:
    """Keep the family's language until they clearly change it, or somebody else seems to have the phone."""
    asked_for = language_asked_for(heard, text) if heard.intent == "language" else None
    told = asked_for or heard.language
    clear = asked_for is not None or heard.language_sure or caller.language is None or heard.intent == "wrong_number"
    if clear and is_in_full(told):
        caller.language = told


def picks_a_language(caller: Caller, heard: Heard, text: str) -> bool:
    """Whether a text is the bare name of a language that the waiting question offers: no wish to change ours."""
    place = caller.place
    bare = heard.intent == "language" and len(words(text)) == 1
    return bare and place is not None and language_asked_for(heard, text) in place.offered


def is_in_full(code: str | None) -> bool:
    """Whether we have all our sentences in a language; who asks for another one gets a person."""
    return code in LANGUAGES and LANGUAGES[code].in_full


def language_asked_for(heard: Heard, text: str) -> str | None:
    """The language a text names; of several, the one it is written in: "in English, my Spanish is not so good"."""
    told = LANGUAGES.get(heard.language or "") if heard.language_sure else None
    names_its_own = told is not None and fold(told.endonym) in fold(text).split()
    return requested_language(text) or (heard.language if names_its_own else None)
