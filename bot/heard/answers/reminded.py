"""What a family answers to a reminder: that they come, do not come, want another time, or come late."""

import datetime as dt
import enum
import re
from dataclasses import dataclass
from functools import cache

from bot.heard.answers.lateness import late_until
from bot.heard.answers.yes_no import yes_no
from bot.heard.intents import meanings, recognize, without_politeness
from bot.heard.lexicon import load
from bot.heard.patterns import Phrases
from bot.heard.questions import asked
from bot.heard.sound import spoken

_ASKED_CLAUSE = re.compile(r"[^.?!;,\n]*\?")
_CLAUSE = re.compile(r"[.!;,\n]+")
_A_FEW = 2
_TOLD_BESIDES = frozenset({("work_day", True), ("my_sign_ups", True)})
"""What is told or asked in words that may also sound like coming: `i go work at 5`."""
_OF_A_REMINDER = frozenset({"late", "not_coming", "change", "thanks", "greeting", "work_day", "menu", "my_sign_ups"})
"""Intents that an answer to a reminder may sound like; any other that is sure is what the text is about."""

_INTENTS = {"late": "late", "not_coming": "not_coming", "change": "another_time"}


class Reply(enum.StrEnum):
    """What the answer to a reminder says."""

    COMING = "coming"
    NOT_COMING = "not_coming"
    ANOTHER_TIME = "another_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Reminded:
    """An answer to a reminder. `time`: for LATE, when they will be there, as far as it was told."""

    reply: Reply
    time: dt.time | None = None


def reminded(text: str, *, begins: dt.time | None = None) -> Reminded | None:
    """Read the answer to a reminder of something that begins at the wall time `begins`.

    None for anything else: a greeting, a question, another request, or an answer that hangs on something.
    """
    intent, sure = recognize(text)
    heard = _heard(text)
    if "another_thing" in heard or "unsure" in heard:
        return None
    if intent is not None and sure and intent not in _OF_A_REMINDER:
        books = intent == "sign_up" and "another_time" in heard  # "put us down for Saturday"
        return Reminded(Reply.ANOTHER_TIME) if books else None
    until = late_until(text, begins)
    late = "late" in heard and (until is not None or "another_time" not in heard)
    if late or ("arriving" in heard and _is_after(until, begins)):
        return Reminded(Reply.LATE, until)
    reply = _reply(text, heard)
    return None if reply is None else Reminded(reply)


def _reply(text: str, heard: frozenset[str]) -> Reply | None:
    if "another_time" in heard:
        return Reply.ANOTHER_TIME
    said = _ASKED_CLAUSE.sub(" ", text)
    left = _heard(said)
    if "not_coming" in left or any(map(_refuses, _CLAUSE.split(said))):
        return Reply.NOT_COMING
    if recognize(said) in _TOLD_BESIDES or yes_no(said) is False:
        return None
    return Reply.COMING if yes_no(said) or ("coming" in left and asked(said) is None) else None


def _refuses(clause: str) -> bool:
    """Whether a clause is a no and little else: `no come carne` refuses nothing that we asked."""
    return yes_no(clause) is False and len(without_politeness(spoken(clause))) <= _A_FEW


def _is_after(until: dt.time | None, begins: dt.time | None) -> bool:
    return until is not None and (begins is None or until > begins)


def _heard(text: str) -> frozenset[str]:
    """What the words speak for, those of the intents as well."""
    phrases, exceptions = _lexicon()
    said = phrases.corrected(spoken(text))
    excused = exceptions.heard(exceptions.places(said))
    of_intents = {_INTENTS[meant] for meant in meanings(text) if meant in _INTENTS}
    return frozenset((phrases.heard(phrases.places(said)) | of_intents) - excused)


@cache
def _lexicon() -> tuple[Phrases, Phrases]:
    """The phrases, and those that take one back."""
    phrases, exceptions = Phrases(), Phrases()
    for section, by_language in load("answers_reminded").items():
        kept = exceptions if section.startswith("unless_") else phrases
        for phrase in (phrase for written in by_language.values() for phrase in written):
            kept.add(section.removeprefix("unless_"), phrase)
    phrases.settle()
    exceptions.settle()
    return phrases, exceptions
