"""The hours of the day in a text about work: no lengths of time, no dates, no words that only sound like a number."""

from collections.abc import Sequence

from bot.heard.answers import work_words as say
from bot.heard.answers.times import Clock, clocks
from bot.heard.answers.tokens import Token
from bot.heard.answers.vocabulary import Vocabulary

_YEARS = range(2020, 2040)


def plain(found: Sequence[Token]) -> list[str]:
    """The folded words of tokens."""
    return [token.plain for token in found]


def last(vocabulary: Vocabulary[str], words: list[str]) -> str:
    """What the last phrase of the vocabulary means, nothing where there is none."""
    found = [match.meaning for match in vocabulary.matches(words)]
    return found[-1] if found else ""


def side(words: list[str], clock: Clock) -> str:
    """The last `from`, `before`, `after`, `until` before an hour, nothing where there is none."""
    return last(say.SIDES, words[: clock.start])


def work_clocks(found: Sequence[Token]) -> list[Clock]:
    """The hours of the day, from left to right."""
    words = plain(found)
    return [
        clock
        for clock in clocks(found)
        if not _length(words, clock) and not _of_date(found, clock) and _meant(found, clock)
    ]


def _of_date(found: Sequence[Token], clock: Clock) -> bool:
    """`16/1`, `2027`, `2nd`."""
    first, after = found[clock.start], found[clock.end] if clock.end < len(found) else None
    slashed = "/" in first.before or (after is not None and "/" in after.before)
    ordinal = after is not None and after.glued and after.plain in say.ORDINAL
    return slashed or ordinal or first.figure in _YEARS


def _meant(found: Sequence[Token], clock: Clock) -> bool:
    """Whether a number in letters is an hour: `cinco` alone may only sound like one."""
    bare = clock.part is None and not clock.exact and clock.end - clock.start == 1
    said = found[clock.start]
    if not bare or said.figure is not None:
        return said.plain not in say.NO_HOUR
    if said.plain in say.AT:
        return False
    before, after = plain(found[: clock.start]), plain(found[clock.end : clock.end + 1])
    beside = set(before[-1:]) & say.AT | set(before[-1:] + after) & say.TO
    return bool(beside or last(say.VERBS, before[-3:]))


def _length(words: list[str], clock: Clock) -> bool:
    """Whether it is a length of time: `12 horas`, `10 hours a day`."""
    if clock.end < len(words) and say.A_DAY.at(words, clock.end):
        return True
    unit = say.LENGTH.at(words, clock.end - 1) or (clock.end < len(words) and say.LENGTH.at(words, clock.end))
    before = words[: clock.start]
    return bool(unit) and not (before and before[-1] in say.AT) and not last(say.VERBS, before[-3:])
