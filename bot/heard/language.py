"""Which language a text is in, and which language it asks for."""

import math
from collections import Counter
from functools import cache, lru_cache

from bot.heard.lexicon import load
from bot.heard.sound import sound
from bot.heard.words import fold, words

LANGUAGES = ("en", "es", "pt", "ht")
_LONGEST_GRAM = 4
_LIKELY, _STRONG = 1.2, 5.0  # log of how many times likelier than the second best
_SURE_FROM_WORDS = 4

Scores = tuple[float, ...]


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [
        padded[start : start + length]
        for length in range(2, _LONGEST_GRAM + 1)
        for start in range(len(padded) - length + 1)
    ]


def _learnt(language: str) -> Counter[str]:
    """How often each letter sequence occurs in what the lexicon holds of a language."""
    table = load("language")
    texts = [table["words"][language], *table["sentences"][language], *table["alone"][language]]
    return Counter(gram for text in texts for word in words(text) for gram in _grams(word))


@cache
def _model() -> tuple[dict[str, Scores], Scores]:
    """Log probability of each letter sequence per language; that of one never seen."""
    counts = [_learnt(language) for language in LANGUAGES]
    seen = set().union(*counts)
    totals = [count.total() + 0.5 * len(seen) for count in counts]
    scores = {
        gram: tuple(math.log((count[gram] + 0.5) / total) for count, total in zip(counts, totals, strict=True))
        for gram in seen
    }
    return scores, tuple(math.log(0.5 / total) for total in totals)


@lru_cache(maxsize=1 << 14)
def _word_scores(word: str) -> Scores:
    scores, unseen = _model()
    rows = [scores.get(gram, unseen) for gram in _grams(word)]
    # A long word says more than a short one, not in proportion to all the sequences it holds.
    weight = 1 / math.sqrt(len(rows))
    return tuple(sum(column) * weight for column in zip(*rows, strict=True))


@cache
def _alone() -> dict[str, str]:
    table = load("language")
    shared = set(table["shared"]["words"]) - {"si"}
    return {word: language for language, known in table["alone"].items() for word in known if word not in shared}


@cache
def _everyday() -> frozenset[str]:
    return frozenset(word for text in load("language")["words"].values() for word in words(text)) | frozenset(_alone())


@lru_cache(maxsize=256)
def tells(text: str) -> tuple[str | None, bool]:
    """The language of a text (en, es, pt, ht; None: it does not tell), and whether that is clear.

    Clear means four words or more and one language far ahead: enough to change a family's language.
    """
    said = [word for word in words(text) if not any(map(str.isdecimal, word))]
    if not said:
        return None, False
    known = _alone().get(" ".join(said))
    if known or len(said) == 1:
        return known, False
    return _compared(said)


def _compared(said: list[str]) -> tuple[str | None, bool]:
    columns = [sum(column) for column in zip(*map(_word_scores, said), strict=True)]
    ranked = sorted(range(len(columns)), key=columns.__getitem__, reverse=True)
    ahead = columns[ranked[0]] - columns[ranked[1]]
    familiar = sum(word in _everyday() for word in said)
    if ahead < _LIKELY or not familiar:
        return _from_alone(said), False
    sure = len(said) >= _SURE_FROM_WORDS and ahead >= _STRONG and familiar * 2 >= len(said)
    return LANGUAGES[ranked[0]], sure


def _from_alone(said: list[str]) -> str | None:
    """The one language of the words that decide alone; None if there is none or more than one."""
    languages = {_alone()[word] for word in said if word in _alone()}
    return languages.pop() if len(languages) == 1 else None


@cache
def _names() -> dict[str, str]:
    return {_key(name): code for code, names in load("language_names").items() for name in names}


def _key(name: str) -> str:
    return " ".join(sound(word) for word in fold(name).split())


def requested_language(text: str) -> str | None:
    """The code of the language that a text names (`english please` -> en); None if none or several.

    "No English, Spanish": a language said to be not understood is not the one asked for.
    """
    heard = [sound(word) for word in words(text)]
    named = [code for code in _named(heard) if code]
    return named[0] if len(set(named)) == 1 else None


def _named(heard: list[str]) -> list[str | None]:
    codes: list[str | None] = []
    position = after = 0
    while position < len(heard):
        for length in (2, 1):
            code = _names().get(" ".join(heard[position : position + length]))
            if code:
                refused = _REFUSALS & set(heard[max(after, position - 4) : position])
                codes.append(None if refused else code)
                after = position + length
                position = after - 1
                break
        position += 1
    return codes


_REFUSALS = frozenset(sound(word) for word in ("no", "not", "dont", "nao", "pa", "cant", "never"))
