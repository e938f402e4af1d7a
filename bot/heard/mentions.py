"""Which of our own things a text speaks of: programs, schools and towns, as people misspell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from bot.heard.words import words

CLOSE = 80
"""How alike (0-100) two words of five letters or more must be to be taken for the same."""
_SOUNDS = (
    ("ch", "x"),
    ("sh", "x"),
    ("ph", "f"),
    ("qu", "k"),
    ("gu", "g"),
    ("w", "gu"),
    ("ll", "y"),
    ("h", ""),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("v", "b"),
    ("y", "i"),
)


def strength(text: str, names: Iterable[str]) -> int:
    """How strongly a text speaks of a thing with these names: the letters of the longest name it holds; 0: not."""
    said = _sounds(text)
    return max((_held(said, _sounds(name)) for name in names), default=0)


def strongest(text: str, things: Sequence[Sequence[str]]) -> list[int]:
    """The indexes of the things (each given by its names) that the text speaks of most strongly; empty: of none."""
    strengths = [strength(text, names) for names in things]
    most = max(strengths, default=0)
    return [index for index, found in enumerate(strengths) if found == most] if most else []


def _held(said: tuple[str, ...], name: tuple[str, ...]) -> int:
    if not name:
        return 0
    if len(name) > 1:  # words that belong together stand together
        spans = [said[start : start + len(name)] for start in range(len(said) - len(name) + 1)]
        held = any(all(_same(a, b) for a, b in zip(span, name, strict=True)) for span in spans)
    else:
        held = any(_same(word, name[0]) for word in said)
    return sum(map(len, name)) if held else 0


@lru_cache(maxsize=65536)
def _same(said: str, meant: str) -> bool:
    if said == meant:
        return True
    if min(len(said), len(meant)) < 4:
        return False
    if len(meant) == 4 or len(said) == 4:
        return said[0] == meant[0] and fuzz.ratio(said, meant) >= 85
    return fuzz.ratio(said, meant) >= CLOSE


@lru_cache(maxsize=8192)
def _sounds(text: str) -> tuple[str, ...]:
    """The words of a text as they sound, doubled letters once."""
    return tuple(_sound(word) for word in words(text))


def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1", r"\1", word)
