"""Side questions: `pero a q ora es??` in the middle of something else."""

from functools import cache, lru_cache
from typing import NamedTuple

from bot.heard.lexicon import load
from bot.heard.patterns import Phrases
from bot.heard.sound import spoken

TOPICS: tuple[str, ...] = tuple(load("questions")["order"])
"""What can be asked, in the order in which a text that fits several is taken."""


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
