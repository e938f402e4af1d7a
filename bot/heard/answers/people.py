"""People named one by one instead of counted: `nomas mi hija`, `yo y mi esposo`."""

from collections.abc import Sequence

from bot.heard.answers.vocabulary import Vocabulary, by_meaning
from bot.heard.lexicon import load

_PEOPLE: Vocabulary[str] = Vocabulary(by_meaning(load("answers_numbers")["people"]), fuzzy_from=6)


def people_named(words: Sequence[str]) -> int | None:
    """How many people the words name, if they name people and do nothing else."""
    named, place = 0, 0
    while place < len(words):
        match = _PEOPLE.at(words, place)
        if match is None:
            return None
        named += match.meaning == "one"
        place = match.end
    return named or None
