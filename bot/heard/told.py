"""What a text tells on the way, while it is about something else: ages, how many children, how many people."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.heard import answers
from bot.heard.lexicon import load
from bot.heard.named_ages import named_ages, stands_by_its_age
from bot.heard.words import fold

_GROWN = 22
_FEW = 3
"""Words up to which a number with a name is a child's age: `6 lily`."""


def ages_told(text: str) -> list[dict[str, Any]] | None:
    """The ages in a text that says so ("de 8 y 4 años"), not the numbers of one that merely holds some."""
    if named := named_ages(text):
        return named
    said = _holding(r"\b(?:{since}) \d+ (?:{years})\b").sub("", fold(text))
    in_years = _holding(r"\d+ ?(?:y medio )?(?:{years})\b").search(said)
    of_two = _holding(r"\b(?:{of}) \d+ (?:{and}) \d+\b").search(said)
    if not in_years and not of_two:
        return _one_age(said)
    ages = answers.ages(_holding(r"^.*?\b(?:{of}) (?=\d)").sub("", said))
    return [_believed(text, child) for child in ages] if ages else None


def _believed(text: str, child: dict[str, Any]) -> dict[str, Any]:
    """Without a name that is none: "mi hijo de 8 años en robotics"."""
    called = child.get("name")
    if called is None or stands_by_its_age(text, called):
        return child
    return {key: value for key, value in child.items() if key != "name"}


def _one_age(said: str) -> list[dict[str, Any]] | None:
    """The age of the one child that a text speaks of: "mi otra hija tiene 9"."""
    before = r"\b(?:{has}|(?:{child}) (?:de|of))"
    found = _holding(before + r" (\d\d?)\b(?! (?:{children}|{child}|{people}|{months})\b)").findall(said)
    return [{"age": int(found[0])}] if len(found) == 1 and 0 < int(found[0]) < _GROWN else None


def own_age_told(text: str) -> int | None:
    """The age of the person who writes: "im 17", "tengo 17 años"; "tengo 2 hijos" tells none."""
    found = _holding(r"\b(?:{i_am}) (\d\d)\b(?! (?:{children}|{child})\b)").search(fold(text))
    return int(found[1]) if found else None


def children_listed(text: str) -> list[dict[str, Any]] | None:
    """Children told one by one where only their number was asked: "8 y 4", "6 lily", "una niña de 7 años"."""
    told = ages_told(text) or answers.ages(text)
    if not isinstance(told, list) or not told:
        return None
    one_of_few_words = len(told) == 1 and (len(fold(text).split()) <= _FEW and bool(told[0].get("name")))
    with_years = bool(ages_told(text)) or ("grade" in told[0] and answers.number(text) is None)
    return told if len(told) > 1 or one_of_few_words or with_years else None


def children_told(text: str) -> int | None:
    """How many children a text speaks of: "mis 2 hijos", "1 niño y 2 niñas"; one for "mi hijo", "otro hijo"."""
    said = fold(text)
    counted = [_count(found) for found in _holding(r"\b(\w+) (?:{children}|{child})\b").findall(said)]
    numbers = [number for number in counted if number]
    own = len(_holding(r"\b(?:{mine}) (?:{child})\b").findall(said))
    own += len(_holding(r"\b(?:{one_more}) (?:(?:{child})\b|(?:{one_or_more})\b(?! yo\b))").findall(said))
    if numbers:
        return sum(numbers) + own
    return own or None


def people_told(text: str) -> int | None:
    """How many people a text speaks of: "yes 4 person", "somos 5", "for 3 of us"; "una persona me dijo" of none."""
    said = fold(text)
    found = _holding(r"\b(\w+) (?:{people})\b").search(said) or _holding(r"\b(?:{we_are}) (\w+)\b").search(said)
    if found is None:
        return None
    number = _count(found[1])
    rest = bool(said[found.end() :].strip())
    return None if rest and found[1] in load("told")["articles"] else number


def _count(word: str) -> int | None:
    """The number from 1 that a word is."""
    number = answers.number(word)
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


@cache
def _holding(pattern: str) -> re.Pattern[str]:
    """A pattern with the words of locales/lexicon/told.toml in the place of their {key}; the longest first."""
    lists = {
        key: "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        for key, words in load("told").items()
    }
    return re.compile(re.sub(r"\{(\w+)\}", lambda key: lists[key[1]], pattern))
