"""The days on which people rest and work: `descanso domingo y lunes`, `lunes a sabado`, `every day`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.heard.answers import work_words as say
from bot.heard.answers.dates import weekdays_said
from bot.heard.answers.tokens import Token
from bot.heard.answers.vocabulary import Vocabulary, by_meaning
from bot.heard.answers.work_clocks import plain
from bot.heard.lexicon import load

_GROUPS: Vocabulary[str] = Vocabulary(by_meaning(load("answers_calendar")["day_groups"]), fuzzy_from=6)
_GROUP_DAYS = {"sat_sun": frozenset({5, 6}), "mon_fri": frozenset(range(5)), "all": frozenset(range(7))}
_WEEK = frozenset(range(7))
_NEAR = 2
_ONLY_BEFORE = 4
_NOES = [[word] for word in say.NO]
_TELLING = 3
"""So many working days named are all of them."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week from 0, Monday: on which they rest, and single ones on which they (also) work."""

    off: frozenset[int] | None = None
    works: frozenset[int] = frozenset()


class _Run(NamedTuple):
    """Days named together, the words they took, and whether as a span or group."""

    days: frozenset[int]
    start: int
    end: int
    whole: bool = False

    @property
    def weekend(self) -> bool:
        """Whether it is Saturday and Sunday."""
        return self.days == _GROUP_DAYS["sat_sun"]


def days_told(found: Sequence[Token], *, works: bool) -> Days:
    """What a text says of days. `works`: it speaks of work, so that days beside it are days of work."""
    words = plain(found)
    runs = _runs(found, words)
    resting = _resting(words, runs) or ([] if works else _wished(words, runs))
    off: frozenset[int] = frozenset().union(*(run.days for run in resting))
    worked = [run for run in runs if run not in resting]
    working: frozenset[int] = frozenset().union(*(run.days for run in worked))
    if not off and say.has(say.EVERY_DAY, words):
        return Days(frozenset())
    all_told = any(run.whole for run in worked) or len(working) >= _TELLING
    if all_told or (works and any(_only(words, run) for run in worked)):
        return Days(_WEEK - working | off)
    return Days(off if resting else None, working if works else frozenset())


def _wished(words: list[str], runs: Sequence[_Run]) -> list[_Run]:
    """Days on which they would rather hear from us, so that they are home: `mejor los sabados`, `only weekends`."""
    near = [run for run in runs if _beside(say.PREFER, words, run, _ONLY_BEFORE)]
    return near or [run for run in runs if run.weekend and _beside(say.DAYS_ONLY, words, run, _ONLY_BEFORE)]


def _beside(vocabulary: Vocabulary[str], words: list[str], run: _Run, far: int) -> bool:
    """Whether a phrase of the vocabulary ends at most so many words before the days, or begins so few after them."""
    found = vocabulary.matches(words)
    return any(0 <= run.start - match.end <= far or 0 <= match.start - run.end <= far for match in found)


def _only(words: list[str], run: _Run) -> bool:
    """`solo trabajo los sabados`."""
    return say.has(say.DAYS_ONLY, words[max(0, run.start - _ONLY_BEFORE) : run.start])


def without_days(found: Sequence[Token]) -> tuple[Token, ...]:
    """The text without its days, so that `rive` in `lendi rive samdi` is no coming home."""
    taken = {place for run in _runs(found, plain(found)) for place in range(run.start, run.end)}
    return tuple(token for place, token in enumerate(found) if place not in taken)


def _runs(found: Sequence[Token], words: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    for run in _named(words):
        between = set(words[runs[-1].end : run.start]) if runs else set()
        dash = "-" in found[run.start].before or "–" in found[run.start].before
        if runs and (between or dash) and between <= say.DAYS_RANGE and len(runs[-1].days) == len(run.days) == 1:
            first, last = next(iter(runs[-1].days)), next(iter(run.days))
            days = frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
            runs[-1] = _Run(days, runs[-1].start, run.end, whole=True)
        elif runs and between <= say.DAYS_JOIN and not run.whole and not runs[-1].whole:
            runs[-1] = _Run(runs[-1].days | run.days, runs[-1].start, run.end)
        else:
            runs.append(run)
    return runs


def _named(words: list[str]) -> list[_Run]:
    """Each day and each group of days by itself; `hora certa` is not nearly `sexta`."""
    groups = [
        _Run(_GROUP_DAYS[one.meaning], one.start, one.end, whole=one.meaning != "sat_sun")
        for one in _GROUPS.matches(words)
    ]
    taken = {place for run in groups for place in range(run.start, run.end)}
    rest = list(words)
    for shift in say.SHIFTS.matches(words):
        rest[shift.start : shift.end] = [""] * shift.length
    days = [_Run(frozenset({one.meaning}), one.start, one.end) for one in weekdays_said(rest)]
    return sorted(groups + [run for run in days if run.start not in taken], key=lambda run: run.start)


def _resting(words: list[str], runs: Sequence[_Run]) -> list[_Run]:
    """The days beside a word for rest, those after it first; or with a bare `no` after or `ni` before them."""
    resting = [run for run in runs if words[run.end :] in _NOES or set(words[: run.start][-1:]) & say.NOR]
    for mark in say.OFF.matches(words):
        if say.EVERY_DAY.at(words, max(0, mark.start - 1)):
            continue
        after = [run for run in runs if 0 <= run.start - mark.end <= _NEAR]
        before = [run for run in runs if 0 <= mark.start - run.end <= _NEAR]
        resting += after[:1] or before[-1:]
    return resting or [run for run in runs if _beside(say.FREE, words, run, _NEAR)]
