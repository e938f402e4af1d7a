"""Phrases of the lexicon, compiled so that a text is compared only with those that share a rare word.

How a phrase is written (locales/lexicon/README.md has examples for translators):
`word` a word, by its sound; `=word` only in this spelling; `begin*` any word that begins so; `a/b` either;
`[group]` any word of that group; `..` up to five other words; `^` and `$` the message's beginning and end;
` + ` between parts that may stand in any order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.heard.lexicon import load
from bot.heard.sound import sound, stem_sound
from bot.heard.words import fold

_GAP = 6
_EDGES = {"^": 0, "$": 1}

Places = dict[int, list[int]]
"""Slot -> the positions in the text where a word of that slot stands."""
Part = tuple[tuple[int, int], ...]
"""Slots in their order, each with how many words after the one before it may stand."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a phrase means (an intent, a topic), its parts, and the slots that it needs."""

    meaning: str
    parts: tuple[Part, ...]
    needs: frozenset[int]

    def found(self, places: Places) -> bool:
        """Whether all parts occur, each in its order."""
        return all(_follows(part, places) for part in self.parts)


def _follows(part: Part, places: Places) -> bool:
    reached: Collection[int] = places.get(part[0][0], ())
    for slot, far in part[1:]:
        here = places.get(slot)
        if not here or not reached:
            return False
        reached = {position for position in here if any(position - back in reached for back in range(1, far + 1))}
    return bool(reached)


@cache
def _group(name: str) -> tuple[str, ...]:
    by_language: dict[str, list[str]] = load("groups")[name]
    return tuple(word for words in by_language.values() for word in words)


def _alternatives(written: str) -> Iterator[str]:
    for choice in written.split("/"):
        if choice.startswith("["):
            yield from _group(choice[1:-1])
        else:
            yield choice


class Phrases:
    """A set of compiled phrases. Add all, settle, then ask `heard`; from then on only read, by any thread."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = dict(_EDGES)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._spelled: dict[str, list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        self._patterns: dict[int, list[Pattern]] = defaultdict(list)
        self._pending: list[Pattern] = []
        self._by_letter: dict[str, list[str]] = {}
        self._slots_at = lru_cache(maxsize=1 << 14)(self._find_slots)
        self._nearest = lru_cache(maxsize=1 << 13)(self._find_nearest)

    def add(self, meaning: str, phrase: str) -> None:
        """Compile one phrase."""
        parts = tuple(self._part(part) for part in phrase.split(" + "))
        needs = frozenset(slot for part in parts for slot, _ in part)
        self._pending.append(Pattern(meaning, parts, needs))

    def _part(self, written: str) -> Part:
        far, slots = 1, []
        for piece in written.split():
            if piece == "..":
                far = _GAP
            else:
                slots.append((self._slot(piece), far))
                far = 1
        return tuple(slots)

    def _slot(self, written: str) -> int:
        if written not in self._slots:
            number = self._slots[written] = len(self._slots)
            for choice in _alternatives(written):
                self._learn(choice, number)
        return self._slots[written]

    def _learn(self, choice: str, slot: int) -> None:
        if choice.startswith("="):
            self._spelled[fold(choice)].append(slot)
        elif choice.endswith("*"):
            self._stems[stem_sound(fold(choice))].append(slot)
        else:
            self._exact[sound(fold(choice))].append(slot)

    def settle(self) -> None:
        """File each added phrase under the slot that fewest phrases share."""
        shared: dict[int, int] = defaultdict(int)
        for pattern in self._pending:
            for slot in _slots_of(pattern):
                shared[slot] += 1
        for pattern in self._pending:
            rarest = min(_slots_of(pattern), key=lambda slot: shared[slot])
            self._patterns[rarest].append(pattern)
        self._pending.clear()
        for known in self._exact:
            self._by_letter.setdefault(known[:1], []).append(known)

    def places(self, said: Sequence[str]) -> Places:
        """Where which slots stand in these folded words."""
        places: Places = defaultdict(list, {0: [-1], 1: [len(said)]})
        for position, word in enumerate(said):
            for slot in self._slots_at(word):
                places[slot].append(position)
        return places

    def _find_slots(self, word: str) -> tuple[int, ...]:
        slots = set(self._exact.get(sound(word), ())) | set(self._spelled.get(word, ()))
        heard = stem_sound(word)
        for length in range(2, len(heard) + 1):
            slots.update(self._stems.get(heard[:length], ()))
        return tuple(slots)

    def heard(self, places: Places) -> set[str]:
        """What the phrases found in a text mean."""
        meanings: set[str] = set()
        there = frozenset(places)
        for slot in places:
            for pattern in self._patterns.get(slot, ()):
                if pattern.needs <= there and pattern.meaning not in meanings and pattern.found(places):
                    meanings.add(pattern.meaning)
        return meanings

    def knows(self, word: str) -> bool:
        """Whether a folded word stands in any phrase."""
        return bool(self._slots_at(word))

    def corrected(self, said: Sequence[str]) -> list[str]:
        """The words, those that no phrase knows replaced by the nearest known word, if one is near."""
        return [word if self._slots_at(word) else self._nearest(word) for word in said]

    def _find_nearest(self, word: str) -> str:
        heard = sound(word)
        if len(heard) < 5 or not heard.isalpha():
            return word
        off_by = 1 if len(heard) < 8 else 2
        known = self._by_letter.get(heard[0], ())
        near: Any = extractOne(heard, known, scorer=OSA.distance, score_cutoff=off_by)
        return str(near[0]) if near and len(near[0]) > 3 else word


def _slots_of(pattern: Pattern) -> Iterable[int]:
    return [slot for part in pattern.parts for slot, _ in part if slot not in _EDGES.values()]
