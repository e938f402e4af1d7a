"""When somebody who comes late will be there: `late 7:15`, `llego como 7 y cuarto`, `20 min late`."""

import datetime as dt
from dataclasses import replace

from bot.heard.answers import work_words as say
from bot.heard.answers.numbers import numbers_said
from bot.heard.answers.times import Clock, clocks
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.answers.work_clocks import last, plain
from bot.heard.lexicon import load

_LEXICON = load("answers_lateness")
_UNITS: Vocabulary[int] = Vocabulary(
    ((phrase, int(minutes)) for phrase, minutes in by_meaning(_LEXICON["units"])), fuzzy_from=6
)
_WHOLE: Vocabulary[int] = Vocabulary(
    ((phrase, int(minutes)) for phrase, minutes in by_meaning(_LEXICON["spans"])), fuzzy_from=6
)
_FROM_NOW = Vocabulary(all_languages(_LEXICON["from_now"]), fuzzy_from=99)
_ELSEWHERE = frozenset({"leave", "start", "out", "end", "wake"})
_HALF_DAY = 12 * 60
_DAY = 2 * _HALF_DAY
_EARLIER, _LATER = 60, 4 * 60
"""Minutes around the beginning in which an hour can be that of coming late."""
_MOST_MINUTES = 90


def late_until(text: str, begins: dt.time | None = None) -> dt.time | None:
    """The wall time at which they will be there, None where the text tells none.

    `begins` is when what they are late for begins: `7:15` is in the evening where that is at 19:00, and `20 min` are
    counted from it. Without it an hour is read as `time` reads one, and minutes tell nothing. `In 10 minutes` counts
    from now, which is not told here: None.
    """
    found = tokens(text)
    if begins is None:
        told = _arrivals(found)
        return dt.time.fromisoformat(told[-1].at()) if told else None
    start = begins.hour * 60 + begins.minute
    delay = _minutes(found)
    if delay is not None:
        return _wall(start + delay) if delay else None
    near = [moment for clock in _arrivals(found) if (moment := _near(clock, start)) is not None]
    return _wall(near[-1]) if near else _wall_of_bare_minutes(found, start)


def _arrivals(found: tuple[Token, ...]) -> list[Clock]:
    """The hours that are not of leaving work, or of anything else than arriving."""
    words = plain(found)
    told: list[Clock] = []
    end = 0
    for clock in clocks(found):
        if told and _are_its_minutes(told[-1], clock, words):
            told[-1] = replace(told[-1], minute=clock.hour, end=clock.end)
        elif last(say.VERBS, words[end : clock.start]) not in _ELSEWHERE:
            told.append(clock)
        end = clock.end
    return told


def _are_its_minutes(before: Clock, after: Clock, words: list[str]) -> bool:
    """Whether the second of `7 y 10` tells minutes: nobody comes late at two hours."""
    joined = words[before.end : after.start] in (["y"], ["i"], ["e"], ["and"])
    return joined and after.hour in (5, 10) and not after.minute and before.minute == 0


def _near(clock: Clock, start: int) -> int | None:
    """The minute of the day that is meant, if it is one at which people still come to what begins at `start`."""
    hour, minute = clock.at().split(":")
    moment = int(hour) * 60 + int(minute)
    sure = clock.part is not None or clock.exact or clock.hour > 12 or clock.hour == 0
    moments = [moment] if sure else [moment % _HALF_DAY, moment % _HALF_DAY + _HALF_DAY]
    best = min(moments, key=lambda one: abs(_apart(one, start)))
    return best if -_EARLIER <= _apart(best, start) <= _LATER else None


def _apart(moment: int, start: int) -> int:
    """Minutes from the beginning to a moment, the shorter way round the clock."""
    return (moment - start + _HALF_DAY) % _DAY - _HALF_DAY


def _minutes(found: tuple[Token, ...]) -> int | None:
    """`20 min`, `media hora`, `una hora`; 0 where they count from now, None where there is no length of time."""
    words = plain(found)
    whole = _WHOLE.first(words)
    if whole:
        return 0 if _from_now(words, whole.start) else whole.meaning
    for said in numbers_said(found):
        unit = _UNITS.at(words, said.end) if said.end < len(words) else None
        if unit and 0 < said.value * unit.meaning <= _MOST_MINUTES * 2:
            return 0 if _from_now(words, said.start) else said.value * unit.meaning
    return None


def _from_now(words: list[str], place: int) -> bool:
    before = (_FROM_NOW.at(words, begin) for begin in range(max(0, place - 3), place))
    return any(match is not None and match.end == place for match in before)


def _wall_of_bare_minutes(found: tuple[Token, ...], start: int) -> dt.time | None:
    """`late 15`, where a quarter past the beginning is meant and no hour fits."""
    figures = [token.figure for token in found if token.figure is not None]
    if len(figures) != 1 or figures[0] not in range(5, 60, 5):
        return None
    return _wall(start + figures[0])


def _wall(minute: int) -> dt.time:
    return dt.time(minute // 60 % 24, minute % 60)
