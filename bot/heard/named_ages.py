"""Children told as names with their ages: `ana 7, leo 9 y toño 12`, `Beto de 8 y Ana de 6`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from bot.heard.answers.children import OLDEST
from bot.heard.answers.names import cues, is_name, spelt
from bot.heard.answers.tokens import Token, tokens
from bot.heard.lexicon import load
from bot.heard.words import words


class _Pair(NamedTuple):
    name: str
    age: int
    start: int


def named_ages(text: str) -> list[dict[str, Any]] | None:
    """The names with their ages that a text ends with, two or more; None where it does not."""
    found = tokens(text)
    pairs: list[_Pair] = []
    end = len(found)
    while pair := _pair_before(found, end):
        pairs.insert(0, pair)
        end = pair.start
        while end and found[end - 1].plain in _words("and"):
            end -= 1
    different = len({pair.name for pair in pairs}) == len(pairs)
    return [{"age": pair.age, "name": pair.name} for pair in pairs] if len(pairs) > 1 and different else None


def stands_by_its_age(text: str, name: str) -> bool:
    """Whether a name is told as one (`se llama beto`) or right before an age, and is no program's (`en robotics`)."""
    found = tokens(text)
    plain = [token.plain for token in found]
    if cues(plain):
        return True
    last = words(name)[-1:]
    return any(
        [found[place].plain] == last and _age_after(found, place + 1) is not None for place in range(len(found) - 1)
    )


def _age_after(found: Sequence[Token], place: int) -> int | None:
    while place < len(found) and found[place].plain in _words("links"):
        place += 1
    return found[place].figure if place < len(found) else None


def _pair_before(found: Sequence[Token], end: int) -> _Pair | None:
    while end and found[end - 1].plain in _words("years"):
        end -= 1
    age = found[end - 1].figure if end else None
    if age is None or age > OLDEST:
        return None
    place = end - 2
    while place >= 0 and found[place].plain in _words("links"):
        place -= 1
    if place < 0 or not _may_be_a_child(found[place]):
        return None
    return _Pair(spelt(found[place : place + 1]), age, place)


def _may_be_a_child(token: Token) -> bool:
    return token.figure is None and is_name(token) and token.plain not in _words("no_child") | _days()


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(load("told")[key])


@cache
def _days() -> frozenset[str]:
    days: dict[str, list[str]] = load("answers_calendar")["weekdays"]
    return frozenset(day for named in days.values() for day in named)
