"""Phrases and what they mean, found in a text by their spelling, by their sound, or nearly."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.heard.lexicon import load
from bot.heard.sound import sound
from bot.heard.words import fold

Meaning = TypeVar("Meaning")
_FUZZY_FROM = 5
_VERY_LONG = 8


_DOUBLED = re.compile(r"([^l])\1")
_SHORT_FOR: dict[str, str] = load("answers")["short_for"]


def _key(word: str) -> str:
    """The sound of a word; nearly its spelling where so little is left that other words would sound so too."""
    word = _SHORT_FOR.get(word, word)
    heard = sound(word)
    if len(heard) > 2:
        return heard
    return _DOUBLED.sub(r"\1", word.replace("z", "s").replace("ci", "si").replace("ce", "se"))


class Match(NamedTuple, Generic[Meaning]):
    """A phrase found: its meaning, where it starts and how many words it took."""

    meaning: Meaning
    start: int
    length: int

    @property
    def end(self) -> int:
        """The place of the first word after it."""
        return self.start + self.length


class Vocabulary(Generic[Meaning]):
    """Phrases with a meaning. The first phrase given wins where two sound alike; exact spelling beats sound."""

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], *, fuzzy_from: int = _FUZZY_FROM) -> None:
        self._exact: dict[tuple[str, ...], Meaning] = {}
        self._heard: dict[tuple[str, ...], Meaning] = {}
        self._fuzzy_from = fuzzy_from
        for phrase, meaning in phrases:
            words = tuple(fold(phrase).split())
            self._exact.setdefault(words, meaning)
            # `pa` alone is "not" in Creole; that it is short for `para` is no reason to take `para` for it.
            if len(words) != 1 or words[0] not in _SHORT_FOR:
                self._heard.setdefault(tuple(_key(word) for word in words), meaning)
        self.longest = max((len(words) for words in self._exact), default=0)
        known = {word for words in self._heard for word in words}
        self._known = known
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            if len(word) >= fuzzy_from - 1:
                self._near[word[0]].append(word)
        self._starts = {words[0] for words in self._exact} | {words[0] for words in self._heard}
        self._spell = lru_cache(maxsize=4096)(self._nearest)

    def _nearest(self, word: str) -> str:
        """The sound of the word, or the one known sound that it nearly is."""
        heard = _key(word)
        if heard in self._known or len(heard) < self._fuzzy_from:
            return heard
        far = 2 if len(heard) >= _VERY_LONG else 1
        near = extract(heard, self._near.get(heard[0], ()), scorer=OSA.distance, score_cutoff=far, limit=2)
        if not near or (len(near) > 1 and near[0][1] == near[1][1] and not self._agree(near[0][0], near[1][0])):
            return heard
        return str(near[0][0])

    def _agree(self, one: str, other: str) -> bool:
        meaning = self._heard.get((one,))
        return meaning is not None and meaning == self._heard.get((other,))

    def at(self, words: Sequence[str], start: int) -> Match[Meaning] | None:
        """The longest phrase that begins at this word."""
        first = words[start]
        if first not in self._starts and self._spell(first) not in self._starts:
            return None
        for length in range(min(self.longest, len(words) - start), 0, -1):
            slice_ = tuple(words[start : start + length])
            meaning = self._exact.get(slice_)
            if meaning is None:
                meaning = self._heard.get(tuple(self._spell(word) for word in slice_))
            if meaning is not None:
                return Match(meaning, start, length)
        return None

    def matches(self, words: Sequence[str]) -> Iterator[Match[Meaning]]:
        """All phrases from left to right, the longest at each place, none inside another."""
        place = 0
        while place < len(words):
            match = self.at(words, place)
            if match:
                yield match
            place = match.end if match else place + 1

    def first(self, words: Sequence[str]) -> Match[Meaning] | None:
        """The leftmost phrase."""
        return next(self.matches(words), None)

    def whole(self, words: Sequence[str]) -> Meaning | None:
        """The meaning of the words if together they are one phrase and nothing else."""
        match = self.at(words, 0) if words else None
        return match.meaning if match and match.length == len(words) else None

    def spells(self, word: str) -> bool:
        """Whether this word alone is a phrase, in this very spelling."""
        return (word,) in self._exact

    def __contains__(self, word: str) -> bool:
        """Whether this word alone is a phrase."""
        return self.whole([word]) is not None


def all_languages(table: Mapping[str, Iterable[str]]) -> list[tuple[str, bool]]:
    """Phrases of a table {language: [phrase, ...]}, each meaning True."""
    return [(phrase, True) for phrases in table.values() for phrase in phrases]


def by_meaning(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Phrases of a table {meaning: [phrase, ...]} or {meaning: {language: [phrase, ...]}}."""
    pairs: list[tuple[str, str]] = []
    for meaning, phrases in table.items():
        lists = phrases.values() if isinstance(phrases, Mapping) else [phrases]
        pairs.extend((phrase, meaning) for one in lists for phrase in one)
    return pairs
