"""Which of our own things a text speaks of: programs, schools and towns, as people misspell them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.heard.words import words

_SOUNDS = (
    ("sch", "sk"), ("ch", "x"), ("sh", "x"), ("ph", "f"), ("ght", "t"), ("ee", "i"), ("qu", "k"), ("gu", "g"),
    ("w", "gu"), ("ll", "y"), ("h", ""), ("ce", "se"), ("ci", "si"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "b"),
    ("y", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1")
_OPENED = re.compile(r"^es(?=[^aeiou])")
"""`esprinfil`: no Spanish word begins with s and another consonant."""
_LONG = 8
"""Letters of a name from which two slips are forgiven, and a wrong first letter."""
_VOWELS = str.maketrans("", "", "aeiou")
_MIDDLING = 6
"""Letters below which another consonant makes another word: `wife`, `White`."""
_SHORT = 4
"""Letters below which a word has to be spelt as the name is: fewer sound like too many other words."""


def strength(text: str, names: Iterable[str]) -> int:
    """How strongly a text speaks of a thing with these names; 0: not at all.

    It is the length of the longest name that the text holds, less for each letter that is misspelt.
    """
    return max(_strengths(text, (tuple(names),)))


def strongest(text: str, things: Sequence[Sequence[str]]) -> list[int]:
    """The indexes of the things (each given by its names) that the text speaks of most strongly; empty: of none."""
    strengths = _strengths(text, tuple(map(tuple, things)))
    most = max(strengths, default=0)
    return [index for index, found in enumerate(strengths) if found == most] if most else []


def similar(one: str, other: str) -> bool:
    """Whether two names are the same but for spelling: `guatsonvil`, `Watsonville`."""
    return bool(_strengths(one, ((other,),))[0])


class _Names:
    """The names of several things, prepared once, to be found in many texts."""

    def __init__(self, things: tuple[tuple[str, ...], ...]) -> None:
        self.count = len(things)
        self.longest = 1
        self._spelt: dict[str, set[int]] = defaultdict(set)
        self._heard: dict[str, set[int]] = defaultdict(set)
        self._parts: dict[str, int] = {}
        for index, names in enumerate(things):
            for name in names:
                self._add(index, tuple(words(name)))
        self._nearby = list(self._heard)
        self.held_by = lru_cache(maxsize=8192)(self._held_by)

    def _add(self, index: int, name: tuple[str, ...]) -> None:
        whole = "".join(name)
        if not whole:
            return
        self.longest = max(self.longest, len(name))
        self._spelt[_light(whole)].add(index)
        if len(whole) >= _SHORT:
            heard = "".join(map(_sound, name))
            self._heard[heard].add(index)
            self._parts[heard] = len(name)

    def _held_by(self, span: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """(thing, strength) for what these words name together."""
        whole = "".join(span)
        found = dict.fromkeys(self._spelt.get(_light(whole), ()), len(whole) * 4 + 1)
        if len(whole) >= _SHORT:
            heard = "".join(map(_sound, span))
            for name, slips in self._near(heard, len(span)):
                for index in self._heard[name]:
                    found[index] = max(found.get(index, 0), len(name) * 4 - slips)
        return tuple(found.items())

    def _near(self, heard: str, parts: int) -> list[tuple[str, int]]:
        """The names that sound so, or nearly so."""
        if heard in self._heard:
            return [(heard, 0)]
        if len(heard) < _SHORT:
            return []
        far = 1 if len(heard) < _LONG else 2
        close = extract(heard, self._nearby, scorer=OSA.distance, score_cutoff=far, limit=8)
        return [
            (name, int(slips))
            for name, slips, _ in close
            if _plausible(heard, name, int(slips), parted_alike=self._parts[name] == parts)
        ]


def _plausible(heard: str, name: str, slips: int, *, parted_alike: bool) -> bool:
    """Whether so many slips are believed in words so long. No slip is a whole word more or less."""
    short = min(len(heard), len(name))
    if not parted_alike and (slips > 1 or short < _LONG):
        return False
    if short < _SHORT:
        return False
    if short < _MIDDLING and len(heard) == len(name) and heard.translate(_VOWELS) != name.translate(_VOWELS):
        return False
    if short == _SHORT:
        return (heard[0], heard[-1]) == (name[0], name[-1])
    return (slips == 1 or short >= _LONG - 1) and (short >= _LONG or heard[0] == name[0])


@lru_cache(maxsize=64)
def _prepared(things: tuple[tuple[str, ...], ...]) -> _Names:
    return _Names(things)


@lru_cache(maxsize=1024)
def _strengths(text: str, things: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """How strongly a text speaks of each thing."""
    names = _prepared(things)
    found = [0] * max(1, names.count)
    said = words(text)
    for start in range(len(said)):
        for end in range(start + 1, min(start + 1 + max(2, names.longest), len(said) + 1)):
            for index, held in names.held_by(tuple(said[start:end])):
                found[index] = max(found[index], held)
    return tuple(found)


@lru_cache(maxsize=8192)
def _light(spelt: str) -> str:
    """The spelling without what is not heard in any of our languages: doubled letters, `y` for `i`."""
    return _DOUBLED.sub(r"\1", spelt.replace("y", "i"))


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return _OPENED.sub("s", _DOUBLED.sub(r"\1", word))
