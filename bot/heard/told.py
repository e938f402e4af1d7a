"""What a text tells on the way, while it is about something else: ages, how many children, how many people."""

from __future__ import annotations

import re
from typing import Any

from bot.heard import answers
from bot.heard.lexicon import load
from bot.heard.words import fold


def ages_told(text: str) -> list[dict[str, Any]] | None:
    """The ages in a text that says so ("de 8 y 4 años"), not the numbers of one that merely holds some."""
    said = fold(text)
    if not re.search(rf"\d+ ?(?:y medio )?(?:{_any('years')})\b", said) and not _ages_of_count(said):
        return None
    numbers = re.sub(rf"^.*?\b(?:{_any('of')}) (?=\d)", "", said)
    ages = answers.ages(numbers)
    return ages if isinstance(ages, list) and ages else None


def children_told(text: str) -> int | None:
    """How many children a text speaks of: "mis 2 hijos", "de timoun"; one where it is clearly one child."""
    said = fold(text)
    found = re.search(rf"\b(\w+) (?:{_any('children')})\b", said)
    number = answers.number(found[1]) if found else None
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return number
    return 1 if re.search(rf"\b(?:{_any('my')}) (?:{_any('child')})\b", said) else None


def people_told(text: str) -> int | None:
    """How many people a text speaks of: "yes 4 person", "somos 5", "for 3 of us"."""
    said = fold(text)
    found = re.search(rf"\b(\w+) (?:{_any('people')})\b", said) or re.search(rf"\b(?:{_any('we_are')}) (\w+)\b", said)
    number = answers.number(found[1]) if found else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _ages_of_count(said: str) -> bool:
    """Two numbers after "of": "mis hijos de 8 y 4"."""
    return re.search(rf"\b(?:{_any('of')}) \d+ (?:{_any('and')}) \d+\b", said) is not None


def _any(key: str) -> str:
    return "|".join(re.escape(word) for word in load("told")[key])
