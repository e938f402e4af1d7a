"""Numbers: figures and number words of four languages, however they are spelt."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.heard.answers.tokens import Token
from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load
from bot.heard.words import fold

MOST = 99
"""No answer is a larger number: nobody signs up a hundred children."""

_LEXICON = load("answers")
_NUMBERS: Vocabulary[int] = Vocabulary(
    (word, value) for table in _LEXICON["numbers"].values() for word, value in table.items()
)
_SPELLED = frozenset(fold(word) for table in _LEXICON["numbers"].values() for word in table)
_WEAK = frozenset(_LEXICON["weak_numbers"]["all"])
WEAK_HOURS = frozenset(_LEXICON["weak_hours"]["all"])
_COUNTED = Vocabulary(all_languages(_LEXICON["counted"]))
_COUNTING = Vocabulary(all_languages(_LEXICON["counting"]), fuzzy_from=99)
_SOMEBODY = frozenset(load("answers_numbers")["somebody"]["all"])
_NO_MORE = frozenset(load("answers_numbers")["no_more"]["all"])
_NO_NUMBERS = (frozenset(_LEXICON["short_for"]) - _SPELLED) | frozenset(load("answers_numbers")["no_number"]["all"])
_JOINS = frozenset(_LEXICON["joins"]["all"])


class Said(NamedTuple):
    """A number said in a text: its value, the tokens from `start` to before `end`, and whether by a word
    that mostly means something else (`de`, `un`).
    """

    value: int
    start: int
    end: int
    weak: bool


def is_number_word(plain: str) -> bool:
    """Whether the word is a number in this spelling."""
    return plain in _SPELLED


def _word_value(plain: str) -> int | None:
    return None if plain in _NO_NUMBERS else _NUMBERS.whole([plain])


def _compound(found: Sequence[Token], place: int, value: int) -> tuple[int, int]:
    """`treinta y cinco`, `twenty one`: the whole value and the place after it."""
    if value < 20 or value % 10:
        return value, place + 1
    unit = place + 2 if place + 2 < len(found) and found[place + 1].plain in ("y", "e", "i") else place + 1
    if unit < len(found) and found[unit].figure is None and not _WEAK & {found[unit].plain}:
        small = _word_value(found[unit].plain)
        if small and small < 10:
            return value + small, unit + 1
    return value, place + 1


def numbers_said(found: Sequence[Token]) -> list[Said]:
    """All numbers of a text in their order. Figures longer than six digits are no numbers."""
    said: list[Said] = []
    place = 0
    while place < len(found):
        token = found[place]
        if token.figure is not None:
            said.append(Said(token.figure, place, place + 1, weak=False))
        elif (value := _word_value(token.plain)) is not None:
            whole, end = _compound(found, place, value)
            weak = token.plain in _WEAK and end == place + 1
            said.append(Said(whole, place, end, weak))
            place = end
            continue
        place += 1
    return said


def believed(said: Sequence[Said], found: Sequence[Token]) -> list[Said]:
    """Without the weak words that do not count anything here."""
    words = [token.plain for token in found]
    return [one for one in said if not one.weak or _counts(one, words)]


def _counts(one: Said, words: Sequence[str]) -> bool:
    if len(words) == 1:
        return True
    if one.end < len(words) and (counted := _COUNTED.at(words, one.end)):
        somebody = words[one.end] in _SOMEBODY
        return not somebody or _alone(words, one.start, counted.end)
    counting_before = any(
        (match := _COUNTING.at(words, start)) and match.end == one.start
        for start in range(max(0, one.start - 3), one.start)
    )
    return counting_before and (one.end == len(words) or words[one.end] in _JOINS | _NO_MORE)


def _alone(words: Sequence[str], start: int, end: int) -> bool:
    """Whether `una persona` is all there is: what else is said would be about somebody."""
    before = _COUNTING.at(words, 0) if start else None
    return end == len(words) and (start == 0 or (before is not None and before.end == start))
