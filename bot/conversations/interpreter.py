"""Which language somebody wants an interpreter for."""

from __future__ import annotations

from bot.talk import Choice, Talk
from locales import _
from locales.languages import LANGUAGES, language_name
from models.program import Program

OTHER = "other"


def language_choices(codes: list[str]) -> list[Choice]:
    """The languages, each with its own name and ours, and one for any other."""
    choices = []
    for code in codes:
        own = LANGUAGES[code].endonym if code in LANGUAGES else code
        choices.append(Choice(code, own, (code, language_name(code), LANGUAGES[code].english_name)))
    return [*choices, Choice(OTHER, _("Other"))]


def ask_interpreter(talk: Talk, program: Program) -> str:
    """English 2 Español 3 K'iche' …: the code of a language, or `other`."""
    codes = [code for code in dict.fromkeys(["en", *program.languages]) if code in LANGUAGES]
    return talk.choose("interpreter", language_choices(codes), ask=_("Which language for the interpreter?"))


def interpreter_noted(code: str | None) -> str:
    """Done: Spanish interpreter."""
    if code is None:
        return ""
    if code == OTHER:
        return _("Someone will call you about the interpreter.")
    return _("Interpreter: %(language)s.", language=language_name(code))
