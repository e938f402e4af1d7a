"""What a text is most like, learnt from the examples under locales/lexicon/intents/."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from bot.heard.lexicon import load
from bot.heard.likeness import Example, Guess, Likeness
from bot.heard.patterns import Phrases
from bot.heard.sound import spoken

NONE = "none"
"""What an example stands for that is about none of the intents."""

_LONGEST = 40  # words


@cache
def _groups() -> Phrases:
    groups = Phrases()
    for name in load("groups"):
        groups.add(name, f"[{name}]")
    groups.settle()
    return groups


@lru_cache(maxsize=1 << 14)
def groups_of(word: str) -> tuple[str, ...]:
    """The groups of locales/lexicon/groups.toml that a folded word belongs to, each as `[name]`."""
    return tuple(sorted(_groups().heard(_groups().places([word]))))


def examples_of(intent: str) -> list[tuple[str, str]]:
    """The texts of an intent's examples, each with its language."""
    by_language: dict[str, list[str]] = load(f"intents/{intent}")["examples"]
    return [(text, language) for language, texts in by_language.items() for text in texts]


def _learnt_from(intent: str) -> Iterator[Example]:
    whole: dict[str, list[str]] = load(f"intents/{intent}").get("whole", {})
    for message in (message for messages in whole.values() for message in messages):
        yield Example(tuple(spoken(message)), intent)
    for text, _language in examples_of(intent):
        yield Example(tuple(_said(spoken(text))), intent)


def _said(words: Sequence[str]) -> list[str]:
    return [word for word in words[:_LONGEST] if not word.isdecimal()]


@cache
def _likeness(intents: tuple[str, ...]) -> Likeness:
    known = (example for intent in intents for example in _learnt_from(intent))
    return Likeness(known, groups_of)


def most_like(said: Sequence[str], intents: tuple[str, ...]) -> Guess | None:
    """Which of these intents, or NONE, the spoken words are most like; None where they are like nothing."""
    words = _said(said)
    return _likeness((*intents, NONE)).guess(words) if len(words) > 1 else None
