"""The languages families speak, and the one being spoken now.

Four are written in full (en, es, pt, ht). The others occur as languages of people and programs;
whoever is addressed in one of them gets the English catalog, unless a person or a recording speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ENGLISH = "en"
MOST_READ = "es"
"""What most families read, where nobody has told us a language."""


@dataclass(frozen=True)
class Language:
    """A language: `catalog` is its folder under locales/, `endonym` its name for itself.

    `written` is False where people speak it but seldom read it: call or play, do not text. `read_in` is the language
    of ours that its speakers are most likely to read.
    """

    code: str
    catalog: str
    endonym: str
    english_name: str
    written: bool = True
    read_in: str = ENGLISH

    @property
    def in_full(self) -> bool:
        """Whether every sentence of ours exists in this language."""
        return self.code == ENGLISH or self.catalog != ENGLISH


# Mixtec, Zapotec and Triqui call themselves differently from town to town; the name given here is
# the one that speakers of every variety know.
LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("en", "en", "English", "English"),
        Language("es", "es", "Español", "Spanish"),
        Language("pt", "pt_BR", "Português", "Portuguese"),
        Language("ht", "ht", "Kreyòl", "Haitian Creole"),
        Language("quc", ENGLISH, "K'iche'", "K'iche'", written=False, read_in="es"),
        Language("mix", ENGLISH, "Mixteco", "Mixtec", written=False, read_in="es"),
        Language("trc", ENGLISH, "Triqui", "Triqui", written=False, read_in="es"),
        Language("zap", ENGLISH, "Zapoteco", "Zapotec", written=False, read_in="es"),
        Language("tsz", ENGLISH, "P'urhépecha", "Purépecha", written=False, read_in="es"),
        Language("kea", ENGLISH, "Kriolu", "Cape Verdean Creole", written=False, read_in="pt"),
        Language("fr", ENGLISH, "Français", "French"),
        Language("ar", ENGLISH, "العربية", "Arabic"),
        Language("vi", ENGLISH, "Tiếng Việt", "Vietnamese"),
        Language("ne", ENGLISH, "नेपाली", "Nepali"),
    )
}

_NAMES: dict[str, dict[str, str]] = {
    "es": {
        "en": "inglés",
        "es": "español",
        "pt": "portugués",
        "ht": "criollo haitiano",
        "mix": "mixteco",
        "trc": "triqui",
        "zap": "zapoteco",
        "tsz": "purépecha",
        "kea": "criollo caboverdiano",
        "fr": "francés",
        "ar": "árabe",
        "vi": "vietnamita",
        "ne": "nepalí",
    },
    "pt_BR": {
        "en": "inglês",
        "es": "espanhol",
        "pt": "português",
        "ht": "crioulo haitiano",
        "mix": "mixteco",
        "trc": "triqui",
        "zap": "zapoteco",
        "tsz": "purépecha",
        "kea": "crioulo cabo-verdiano",
        "fr": "francês",
        "ar": "árabe",
        "vi": "vietnamita",
        "ne": "nepalês",
    },
    "ht": {
        "en": "angle",
        "es": "panyòl",
        "pt": "pòtigè",
        "ht": "kreyòl",
        "mix": "mistèk",
        "trc": "triki",
        "zap": "zapotèk",
        "tsz": "purepecha",
        "kea": "kreyòl Kap Vè",
        "fr": "franse",
        "ar": "arab",
        "vi": "vyetnamyen",
        "ne": "nepalè",
    },
}

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


def written_in(code: str | None) -> str:
    """Return the language of ours that a family is texted in: its own, else the one it most likely reads.

    Of a family that has not told its language, what most families read.
    """
    language = LANGUAGES.get(code or MOST_READ)
    if language is None:
        return MOST_READ
    return language.code if language.in_full else language.read_in


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside in `language`: a code of ours, or any other, which is said in English.

    Holds for this thread or task only, and may be nested.
    """
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def current_language() -> str:
    """The code that `speaking` was asked for, even where we have no words in it; English outside."""
    return _current.get()


def current_catalog() -> str:
    """The folder name of the catalog that the current language is said from."""
    language = LANGUAGES.get(_current.get())
    return language.catalog if language else ENGLISH


def language_name(code: str) -> str:
    """What the language `code` is called in the current language; an unknown code names itself."""
    language = LANGUAGES.get(code)
    if language is None:
        return code
    return _NAMES.get(current_catalog(), {}).get(code, language.english_name)
