"""Side questions: `pero a q ora es??` in the middle of something else."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bot.heard.lexicon import load
from bot.heard.patterns import Phrases
from bot.heard.sound import spoken
from bot.heard.words import words

TOPICS: tuple[str, ...] = tuple(load("questions")["order"])
"""What can be asked, in the order in which a text that fits several is taken."""

_CLAUSE = re.compile(r"[.?!;,\n]+(?=\s|$)")
_REACH = 3
"""Words between a question word and what it asks about: `cuanto me va a costar`."""
_LONGEST = 12
"""Words of a question, more than any phrase needs."""


class _Lexicon(NamedTuple):
    phrases: Phrases
    exceptions: Phrases


@cache
def _lexicon() -> _Lexicon:
    table = load("questions")
    lexicon = _Lexicon(Phrases(), Phrases())
    for topic in TOPICS:
        for phrases in table[topic].values():
            for phrase in phrases:
                lexicon.phrases.add(topic, phrase)
    for phrases in table["unless"].values():
        for phrase in phrases:
            lexicon.exceptions.add("unless", phrase)
    lexicon.phrases.settle()
    lexicon.exceptions.settle()
    return lexicon


@lru_cache(maxsize=256)
def asked(text: str) -> str | None:
    """The topic of the question that a text asks (one of TOPICS), with or without a question mark."""
    said = spoken(text)
    if all(word.isdecimal() for word in said):
        return None
    lexicon = _lexicon()
    found = lexicon.phrases.heard(lexicon.phrases.places(said))
    if not found:
        return None
    if "?" not in text and lexicon.exceptions.heard(lexicon.exceptions.places(said)):
        return None
    return next(topic for topic in TOPICS if topic in found)


def beside(text: str, topic: str) -> str:
    """What else stands in a text that asks about a topic: `14 y 16 pero a que hora es?` -> `14 y 16`."""
    clauses = [clause for clause in map(str.strip, _CLAUSE.split(text)) if clause]
    rest = [_before_the_question(clause, topic) if asked(clause) else clause for clause in clauses]
    return ". ".join(filter(None, rest))


def asks_openly(text: str) -> bool:
    """Whether a text has a question mark or a question word."""
    return "?" in text or not _question_words().isdisjoint(words(text))


@cache
def _question_words() -> frozenset[str]:
    lists: dict[str, list[str]] = load("answers")["questions"]
    return frozenset(phrase for phrases in lists.values() for phrase in phrases if " " not in phrase)


def _before_the_question(clause: str, topic: str) -> str:
    if topic == "eligible":
        return ""  # "si califico o no": here `si` is "if"
    typed = clause.split()
    start = _question_starts([spoken(word) for word in typed])
    while start and not set(words(typed[start - 1])).isdisjoint(load("questions")["leading_in"]["all"]):
        start -= 1
    return " ".join(typed[:start])


def _question_starts(said: Sequence[Sequence[str]]) -> int:
    """The first word of the last question in these words, with the question word that opens it."""
    phrases = _lexicon().phrases
    start = len(said) - 1
    while start > 0:
        rest = [word for words_ in said[start : start + _LONGEST] for word in words_]
        if phrases.heard(phrases.places(rest)):
            break
        start -= 1
    while opening := [place for place in range(max(0, start - _REACH), start) if _opens(said[place])]:
        start = opening[0]
    return start


def _opens(said: Sequence[str]) -> bool:
    return not _question_words().isdisjoint(said)
