"""How many: `2`, `los dos`, `son tres`, `nomas mi hija`, and no hour, price or age."""

from collections.abc import Sequence

from bot.heard.answers.measures import measures
from bot.heard.answers.numbers import MOST, Said, believed, numbers_said
from bot.heard.answers.people import people_named
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load

_LEXICON = load("answers")
_PHRASES: Vocabulary[int] = Vocabulary(
    ((phrase, int(value)) for value, phrases in _LEXICON["number_phrases"].items() for phrase in phrases),
    fuzzy_from=7,
)
_COUNTED = Vocabulary(all_languages(_LEXICON["counted"]))
_COUNTING = Vocabulary(all_languages(_LEXICON["counting"]), fuzzy_from=99)
_AND_ME = Vocabulary(all_languages(_LEXICON["and_me"]), fuzzy_from=99)
_YEARS = Vocabulary([(phrase, True) for phrase in load("answers_children")["age_words"]["after"]], fuzzy_from=99)
_OTHERS = frozenset({"otro", "otra", "other", "outro", "outra", "lot"})
_BETWEEN = frozenset(_LEXICON["between"]["all"])
_JOINS = frozenset(_LEXICON["joins"]["all"])


def _total(said: Sequence[Said], words: Sequence[str]) -> int | None:
    """`2 ninos y 1 nina`: the sum, if each number counts people and only `and` stands between."""
    for one, following in zip(said, [*said[1:], None], strict=True):
        counted = _COUNTED.at(words, one.end) if one.end < len(words) else None
        if not counted:
            return None
        if following and not set(words[counted.end : following.start]) <= _JOINS:
            return None
    return sum(one.value for one in said)


def _leads(said: Sequence[Said], found: Sequence[Token]) -> bool:
    """Whether the first number stands apart as the answer: `2. uno va ...`, `son 3 de 8 9 y 11`."""
    first, second = said[0], said[1]
    words = [token.plain for token in found]
    if first.end < second.start and _COUNTED.at(words, first.end):
        return True
    if first.start > 0 and any(
        (match := _COUNTING.at(words, start)) and match.end == first.start for start in range(first.start)
    ):
        return words[first.end] not in _BETWEEN
    return first.start == 0 and any(mark in found[first.end].before for mark in ".:;)\n")


def number(text: str) -> int | None:
    """How many, from 0 to MOST: `2`, `los dos`, `son tres`, `6 she have her son`, `ninguno`."""
    found = tokens(text)
    words = [token.plain for token in found]
    every = numbers_said(found)
    if not every and (named := people_named(words)):
        return named
    if not words or _AND_ME.first(words):
        return None
    said = [one for one in believed(every, found) if not _other_measure(one, found, words)]
    phrase = _PHRASES.first(words)
    if not said or (phrase and phrase.start <= said[0].start):
        return phrase.meaning if phrase else None
    value = _one_of(said, found, words)
    return value if value is not None and value <= MOST else None


def _one_of(said: Sequence[Said], found: Sequence[Token], words: Sequence[str]) -> int | None:
    if len(said) == 1:
        return said[0].value
    total = _total(said, words)
    if total is not None:
        return total
    if _leads(said, found):
        return said[0].value
    return len(said) if _OTHERS & set(words) and all(_of_age(one, words) for one in said) else None


def _of_age(one: Said, words: Sequence[str]) -> bool:
    """`uno de 8 y otra de 5`: a child told by its age."""
    return one.start > 1 and words[one.start - 1] in ("de", "is", "tiene", "tem", "gen", "with", "com")


def _other_measure(one: Said, found: Sequence[Token], words: Sequence[str]) -> bool:
    """Whether it is an hour, a price or an age."""
    years = one.end < len(words) and _YEARS.at(words, one.end) is not None
    return years or measures(one, found, words)
