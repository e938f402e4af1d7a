"""Numbers: figures and number words of four languages, however they are spelt."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.heard.answers.tokens import Token, tokens
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
_PHRASES: Vocabulary[int] = Vocabulary(
    (phrase, int(value)) for value, phrases in _LEXICON["number_phrases"].items() for phrase in phrases
)
_WEAK = frozenset(_LEXICON["weak_numbers"]["all"])
WEAK_HOURS = frozenset(_LEXICON["weak_hours"]["all"])
_COUNTED = Vocabulary(all_languages(_LEXICON["counted"]))
_COUNTING = Vocabulary(all_languages(_LEXICON["counting"]), fuzzy_from=99)
_AND_ME = Vocabulary(all_languages(_LEXICON["and_me"]), fuzzy_from=99)
_BETWEEN = frozenset(_LEXICON["between"]["all"])
_JOINS = frozenset(_LEXICON["joins"]["all"])
_CLOCK = frozenset({"am", "pm", "h", "hs", "hrs", "horas", "hora", "oclock", "e"})


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
    return _NUMBERS.whole([plain])


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
    if one.end < len(words) and _COUNTED.at(words, one.end):
        return True
    counting_before = any(
        (match := _COUNTING.at(words, start)) and match.end == one.start
        for start in range(max(0, one.start - 3), one.start)
    )
    return counting_before and (one.end == len(words) or words[one.end] in _JOINS)


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
    if not words or _AND_ME.first(words):
        return None
    said = believed(numbers_said(found), found)
    phrase = _PHRASES.first(words)
    if not said or (phrase and phrase.start <= said[0].start):
        return phrase.meaning if phrase else None
    value = _one_of(said, found, words)
    return value if value is not None and value <= MOST else None


def _one_of(said: Sequence[Said], found: Sequence[Token], words: Sequence[str]) -> int | None:
    if len({one.value for one in said}) == 1 and len(said) == 1:
        return None if _is_clock(said[0], found) else said[0].value
    total = _total(said, words)
    if total is not None:
        return total
    return said[0].value if _leads(said, found) else None


def _is_clock(one: Said, found: Sequence[Token]) -> bool:
    """`5pm` says no number of people."""
    return one.end < len(found) and found[one.end].plain in _CLOCK - {"e", "h"}
