"""Who hands a child over, as a key seen from the child: `mi suegra` -> `grandmother`."""

from bot.heard.answers.tokens import plain_words
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_RELATIONS: Vocabulary[str] = Vocabulary(by_meaning(load("answers_relations")["relations"]))
_UNSURE = Vocabulary(all_languages(load("answers")["unsure"]), fuzzy_from=99)
_WEAK = frozenset({"parent", "self"})
_SAME_SPELLING = {"avô": "grandfather", "vô": "grandfather", "vovô": "grandfather"}


def relation(text: str) -> str | None:
    """The key of locales/lexicon/answers_relations.toml for the person named first; None if none is named.

    The person who writes counts as `parent`, but only where nobody else is named.
    """
    for written, key in _SAME_SPELLING.items():
        if written in text.casefold().split():
            return key
    matches = list(_RELATIONS.matches(_without_doubt(plain_words(text))))
    named = [match for match in matches if match.meaning not in _WEAK]
    return _meaning(named) or _meaning(matches)


def _without_doubt(words: list[str]) -> list[str]:
    """The words without `no se`, `i dont know`, which hold words for a sister and for the parent."""
    for match in _UNSURE.matches(words):
        words[match.start : match.end] = [""] * match.length
    return words


def _meaning(matches: list[Match[str]]) -> str | None:
    return matches[0].meaning if matches else None
