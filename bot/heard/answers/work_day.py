"""A family's work day: when they leave and are home, which days they rest, by day or by night, or that it varies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.heard.answers import work_words as say
from bot.heard.answers.days_off import Days, days_told, without_days
from bot.heard.answers.texting_hours import texting_hours
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match
from bot.heard.answers.work_clauses import asks, before_work, home_after, is_break, limits_hours, sorted_out, spans
from bot.heard.answers.work_clocks import plain
from bot.heard.answers.work_hours import work_hours

_FEW = 2
_NEAR = 4
_GOING = {"leave", "out", "start", "fetched"}
_OTHERWISE = {"night_shift": "day_shift", "night": "day", "day_shift": "night_shift"}
_EARLY_BEFORE = "06:00"
_LATE_FROM = "12:00"
_MORNING_UNTIL = "11:00"
_SMALL_HOURS = "03:00"


@dataclass(frozen=True, slots=True)
class WorkDay:
    """What a text tells of a work day; what it does not tell is None or empty.

    `pattern` is early (leaves before 6), day, night (works in the evening or by night) or varies. Hours are `HH:MM`:
    leaving home, or the beginning of the shift where only that is told; being home, or its end. Days count from
    0, Monday: `days_off` is told as a whole (none: they work every day), `works_days` are single days of work
    beside the usual ones. `before_work`: whether a text before leaving is welcome; `not_before` and `not_after`:
    the hours between which our texts are.
    """

    pattern: str | None = None
    leaves_at: str | None = None
    home_at: str | None = None
    days_off: tuple[int, ...] | None = None
    works_days: tuple[int, ...] = ()
    before_work: bool | None = None
    not_before: str | None = None
    not_after: str | None = None

    def plain(self) -> dict[str, Any]:
        """Only what was told."""
        told: dict[str, Any] = {
            "pattern": self.pattern,
            "leaves_at": self.leaves_at,
            "home_at": self.home_at,
            "days_off": list(self.days_off) if self.days_off is not None else None,
            "works_days": list(self.works_days) or None,
            "before_work": self.before_work,
            "not_before": self.not_before,
            "not_after": self.not_after,
        }
        return {key: value for key, value in told.items() if value is not None}


def work_day(text: str) -> WorkDay | None:
    """The work day that a text tells; None where it is not about when the writer works.

    An hour without am or pm is read as a work day makes sense. `solo domingos` is a wish about our texts, no
    work day, and a class or a bus that leaves at an hour is none either.
    """
    found = spans(tokens(text))
    if asks(found) or _of_today(plain(found)):
        return None
    telling = sorted_out(found)
    said = _said_pattern(telling.work)
    works = say.has(say.WORK, telling.words) or said is not None
    timed = without_days(telling.work)
    spoken_of = works or days_told(telling.work, works=works).off is not None
    leaves, home = work_hours(timed, home_after(telling.texting), said=said, works=spoken_of)
    days = days_told(telling.work, works=works or leaves is not None)
    texts = texting_hours(telling.texting)
    told = WorkDay(
        _pattern(said, leaves, home),
        leaves,
        home,
        *_days(days, said),
        before_work(telling.texting),
        texts.not_before,
        texts.not_after,
    )
    return told if told.plain() else None


def _of_today(words: list[str]) -> bool:
    """`hoy salgo temprano`, `tomorrow i work late` say nothing of other days."""
    return say.has(say.TODAY, words) and not say.has(say.FROM_TODAY, words)


def only_limits_hours(text: str) -> bool:
    """Whether a text wants none of our texts early, and does not say that it wants none at all."""
    found = spans(tokens(text))
    words = [token.plain for token in found]
    return not say.has(say.NONE_AT_ALL, words) and limits_hours(sorted_out(found).texting)


def _days(days: Days, said: str | None) -> tuple[tuple[int, ...] | None, tuple[int, ...]]:
    """`every day is different` does not say that they work every day."""
    off = days.off if days.off or said != "varies" else None
    return (None if off is None else tuple(sorted(off))), tuple(sorted(days.works))


def _said_pattern(found: Sequence[Token]) -> str | None:
    """The kind of day by its words."""
    words = plain(found)
    said = {_meant(found, match) for match in _shifts_now(words)}
    if "varies" in said or {"night_shift", "day_shift"} <= said:
        return "varies"
    if said:
        return "night" if "night_shift" in said else "day"
    kinds = {_meant(found, match) for match in say.PLAIN_SHIFTS.matches(words) if _of_work(words, match)}
    day = kinds & {"day", "mornings"}
    if "night" in kinds and day:
        return "varies"
    return next((kind for kind in ("night", "early") if kind in kinds), "day" if day else None)


def _shifts_now(words: list[str]) -> list[Match[str]]:
    """The kinds of shift; where one is named after `ahora`, only what is so now."""
    shifts = list(say.SHIFTS.matches(words))
    now = say.NOW.first(words)
    return [shift for shift in shifts if now and shift.end > now.start] or shifts


def _meant(found: Sequence[Token], part: Match[str]) -> str:
    """The part of the day, or the other one where it is denied: `ya no trabajo de noche`."""
    if part.meaning in _OTHERWISE and _denied(found, part.start):
        return _OTHERWISE[part.meaning]
    return part.meaning


def _denied(found: Sequence[Token], start: int) -> bool:
    """Whether a `no` stands shortly before, in the same clause."""
    for place in range(start, max(0, start - _NEAR), -1):
        if is_break(found[place]):
            return False
        if found[place - 1].plain in say.REFUSE:
            return True
    return False


def _of_work(words: list[str], part: Match[str]) -> bool:
    """Whether a part of the day is said of work, or is nearly all that is said."""
    before, around = (
        words[max(0, part.start - _NEAR) : part.start],
        words[max(0, part.start - _NEAR) : part.end + _NEAR],
    )
    if any(word.isdecimal() for word in words) or say.GREETINGS & set(before[-1:]):
        return False
    if part.meaning == "early" and {match.meaning for match in say.VERBS.matches(before)} & _GOING:
        return True
    if say.has(say.VERBS, words):
        return say.has(say.WORK, around)
    if part.meaning == "day" and part.length == 1:
        return len(words) == 1
    alone = len(words) <= part.length + _FEW and not say.REFUSE & set(words) and part.meaning != "mornings"
    return alone or say.has(say.WORK, around)


def _pattern(said: str | None, leaves: str | None, home: str | None) -> str | None:
    """The kind of day: varies and night as said, else by its hours."""
    if said == "varies":
        return said
    if leaves is None:
        return said or ("night" if home is not None and home < _MORNING_UNTIL else None)
    if leaves >= _LATE_FROM or (home is not None and home < _MORNING_UNTIL and leaves < _SMALL_HOURS):
        return "night"
    return "early" if leaves < _EARLY_BEFORE else "day"
