"""How a word sounds, so that `kiero`, `quiero` and `inskribir`, `inscribir` are the same word."""

import re
from functools import lru_cache

from bot.heard.lexicon import load
from bot.heard.words import fold

_STEPS = (
    # One spelling for one sound in Spanish, Portuguese and Creole; English only has to agree with itself.
    ("qu", "k"), ("q", "k"), ("ch", "x"), ("sh", "x"), ("ph", "f"),
    ("ce", "se"), ("ci", "si"), ("c", "k"),
    ("ge", "je"), ("gi", "ji"), ("gue", "ge"), ("gui", "gi"), ("gw", "w"), ("hu", "w"),
    ("z", "s"), ("v", "b"), ("w", "u"), ("ll", "y"), ("y", "i"), ("h", ""),
    ("mp", "np"), ("mb", "nb"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1")


def _spelled(word: str) -> str:
    for written, heard in _STEPS:
        if written in word:
            word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=1 << 15)
def sound(word: str) -> str:
    """The sound of one folded word. Words of one or two letters keep their spelling."""
    if len(word) < 3 or not word.isalpha():
        return word
    heard = _spelled(word)
    if len(heard) > 3 and heard[-1] == "m":
        heard = heard[:-1] + "n"
    return heard[:-1] if len(heard) > 4 and heard[-1] == "s" else heard


def stem_sound(stem: str) -> str:
    """The sound of the beginning of a word, or of a word with its ending kept as it is."""
    return _spelled(stem)


def _shorthand() -> dict[str, tuple[str, ...]]:
    table = load("shorthand")["words"]
    return {short: tuple(fold(full).split()) for short, full in table.items()}


_SHORTHAND = _shorthand()
_SIGNS: dict[str, str] = load("shorthand")["signs"]


def spoken(text: str) -> list[str]:
    """The folded words of a text with text-speak written out (`xfa` -> `por favor`) and signs as words."""
    if not text.isascii():
        for sign, word in _SIGNS.items():
            if sign in text:
                text = text.replace(sign, f" {word} ")
    said: list[str] = []
    for word in fold(text).split():
        said.extend(_SHORTHAND.get(word, (word,)))
    return said
