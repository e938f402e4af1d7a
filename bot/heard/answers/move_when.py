"""About when a family moves, or moved: `el viernes`, `la otra semana`, `in october`, `hace 2 semanas`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.heard.answers.dates import date, weekdays_said
from bot.heard.answers.numbers import WEAK_HOURS, Said, numbers_said
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_CALENDAR = load("answers_calendar")
_LEXICON = load("moves")


class Exact(enum.StrEnum):
    """How exactly a day was told."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ToldDay(NamedTuple):
    """A day, the first of what was told, and how exactly it was told. It may be past."""

    day: dt.date
    exact: Exact


def _phrases(section: str) -> Vocabulary[bool]:
    return Vocabulary(all_languages(_LEXICON[section]))


_MONTHS: Vocabulary[int] = Vocabulary((phrase, int(month)) for phrase, month in by_meaning(_CALENDAR["months"]))
_DOUBTFUL = frozenset(_LEXICON["doubtful_months"]["all"])
_BEHIND = frozenset(_LEXICON["doubtful_months"]["behind"])
_PARTS: Vocabulary[int] = Vocabulary((phrase, int(day)) for phrase, day in by_meaning(_LEXICON["parts_of_month"]))
_PAST_DAYS: Vocabulary[int] = Vocabulary(
    ((phrase, int(days)) for phrase, days in by_meaning(_LEXICON["past_days"])), fuzzy_from=99
)
_RELATIVE: Vocabulary[int] = Vocabulary((phrase, int(days)) for phrase, days in by_meaning(_CALENDAR["relative_days"]))
_SPANS: Vocabulary[int] = Vocabulary((phrase, int(days)) for phrase, days in by_meaning(_LEXICON["spans"]))
_ONE = frozenset({"un", "una", "uma", "um", "a", "an", "one", "yon"})
_COUPLE = frozenset({"par", "couple", "few", "unos", "unas", "kek", "alguns", "algumas"})
_OF_MONTH = frozenset({"el", "dia", "the", "jou", "on", "le", "lè"})
_AGO_BEFORE = Vocabulary(((phrase, True) for phrase in _LEXICON["ago"]["before"]), fuzzy_from=99)
_AGO_AFTER = frozenset(_LEXICON["ago"]["after"])
_IN = frozenset(_CALENDAR["in_words"]["all"]) | {"aqui"}
_PAST_WEEKDAY = Vocabulary(all_languages(_LEXICON["past_weekday"]), fuzzy_from=99)
_NEXT_WEEK = Vocabulary(all_languages(_CALENDAR["next_week"]))
_PAST_WEEK, _PAST_MONTH = _phrases("past_week"), _phrases("past_month")
_NEXT_MONTH, _THIS_MONTH = _phrases("next_month"), _phrases("this_month")
_END_OF_MONTH, _WEEKEND = _phrases("end_of_month"), _phrases("weekend")
_UNITS_OF_A_DAY = {1: Exact.DAY, 7: Exact.WEEK, 30: Exact.MONTH}


def told_day(text: str, today: dt.date) -> ToldDay | None:
    """Return the day that a text tells, or the first day of the week or month; None where it tells none."""
    found = tokens(text)
    words = [token.plain for token in found]
    return _past(found, words, today) or _coming(text, found, words, today)


def is_of_time(words: Sequence[str], place: int) -> int:
    """Return how many words from this place on tell a day, a week or a month; 0: none."""
    for phrases in (
        _NEXT_MONTH,
        _PAST_WEEK,
        _PAST_MONTH,
        _NEXT_WEEK,
        _END_OF_MONTH,
        _WEEKEND,
        _PAST_DAYS,
        _PARTS,
        _RELATIVE,
    ):
        if match := phrases.at(words, place):
            return match.length
    if any(month.start == place for month in _months(words)):
        return 1
    weekday = next((day for day in weekdays_said(words) if day.start == place), None)
    return weekday.length if weekday else 0


# --- past -----------------------------------------------------------------------------------------------------------


def _past(found: Sequence[Token], words: Sequence[str], today: dt.date) -> ToldDay | None:
    if match := _PAST_DAYS.first(words):
        return ToldDay(today - dt.timedelta(days=match.meaning), Exact.DAY)
    if _PAST_WEEK.first(words):
        return ToldDay(today - dt.timedelta(days=7), Exact.WEEK)
    if _PAST_MONTH.first(words):
        return ToldDay(today - dt.timedelta(days=30), Exact.MONTH)
    return _ago(found, words, today) or _past_weekday(words, today)


def _ago(found: Sequence[Token], words: Sequence[str], today: dt.date) -> ToldDay | None:
    """`hace 2 semanas`, `2 weeks ago`, `sa gen yon mwa`."""
    for count, start, unit in _counted(found, words):
        before = any((one := _AGO_BEFORE.at(words, place)) and one.end == start for place in range(start))
        after = unit.end < len(words) and words[unit.end] in _AGO_AFTER
        if before or after:
            return ToldDay(today - dt.timedelta(days=count * unit.meaning), _UNITS_OF_A_DAY[unit.meaning])
    return None


def _past_weekday(words: Sequence[str], today: dt.date) -> ToldDay | None:
    """`since sunday`, `el lunes pasado`."""
    for day in weekdays_said(words):
        before = any((one := _PAST_WEEKDAY.at(words, place)) and one.end == day.start for place in range(day.start))
        after = day.end < len(words) and _PAST_WEEKDAY.at(words, day.end) is not None
        if before or after:
            return ToldDay(today - dt.timedelta(days=(today.weekday() - day.meaning) % 7 or 7), Exact.DAY)
    return None


# --- coming ---------------------------------------------------------------------------------------------------------


def _coming(text: str, found: Sequence[Token], words: Sequence[str], today: dt.date) -> ToldDay | None:
    if _END_OF_MONTH.first(words):
        return ToldDay(_last_of_month(today), Exact.WEEK)
    if in_a_while := _in_a_while(found, words, today):
        return in_a_while
    if part := _part_of_month(words, today):
        return part
    if told := date(text, today):
        return ToldDay(dt.date.fromisoformat(told), Exact.DAY)
    return _broad(words, today) or _day_of_month(found, words, today) or _month(words, today)


def _in_a_while(found: Sequence[Token], words: Sequence[str], today: dt.date) -> ToldDay | None:
    """`in 2 weeks`, `en un mes`, `daqui a 15 dias`."""
    for count, start, unit in _counted(found, words):
        if start and words[start - 1] in _IN | {"de", "a", "dentro"}:
            return ToldDay(today + dt.timedelta(days=count * unit.meaning), _UNITS_OF_A_DAY[unit.meaning])
    return None


def _counted(found: Sequence[Token], words: Sequence[str]) -> Iterator[tuple[int, int, Match[int]]]:
    """(how many, where that is said, the unit) for each length of time."""
    for place in range(1, len(words)):
        unit = _SPANS.at(words, place)
        if unit is None:
            continue
        said = next((one for one in numbers_said(found) if one.end == place), None)
        if said is not None and 0 < said.value < 100:
            yield said.value, said.start, unit
        elif words[place - 1] in _ONE:
            yield 1, place - 1, unit
        elif words[place - 1] in _COUPLE or (place > 1 and words[place - 2] in _COUPLE):
            start = place - 1 if words[place - 1] in _COUPLE else place - 2
            yield 2, start - 1 if start and words[start - 1] in _ONE else start, unit


def _part_of_month(words: Sequence[str], today: dt.date) -> ToldDay | None:
    """`a finales de octubre`, `mid april`."""
    for part in _PARTS.matches(words):
        month = next((one for one in _months(words) if 0 <= one.start - part.end <= 2), None)
        if month is None:
            continue
        first = _first_of(month.meaning, today)
        if part.meaning == 31:
            return ToldDay(_last_of_month(first), Exact.WEEK)
        return ToldDay(max(first.replace(day=part.meaning), today), Exact.WEEK)
    return None


def _broad(words: Sequence[str], today: dt.date) -> ToldDay | None:
    """The weekend, next week, this month, next month."""
    if _WEEKEND.first(words):
        return ToldDay(today + dt.timedelta(days=(5 - today.weekday()) % 7), Exact.WEEK)
    if _NEXT_WEEK.first(words):
        return ToldDay(today + dt.timedelta(days=7 - today.weekday()), Exact.WEEK)
    if _NEXT_MONTH.first(words):
        return ToldDay(_last_of_month(today) + dt.timedelta(days=1), Exact.MONTH)
    return ToldDay(_last_of_month(today), Exact.MONTH) if _THIS_MONTH.first(words) else None


def _day_of_month(found: Sequence[Token], words: Sequence[str], today: dt.date) -> ToldDay | None:
    """`el 20 nos vamos`: this month or the next that has such a day."""
    for said in numbers_said(found):
        names_a_day = said.start and words[said.start - 1] in _OF_MONTH and 1 <= said.value <= 31
        counts = said.end < len(words) and _SPANS.at(words, said.end) is not None
        if names_a_day and not counts and _is_plain(said, words):
            for ahead in range(3):
                first = _months_ahead(today, ahead)
                if said.value <= _last_of_month(first).day and (day := first.replace(day=said.value)) >= today:
                    return ToldDay(day, Exact.DAY)
    return None


def _is_plain(said: Said, words: Sequence[str]) -> bool:
    return not said.weak or words[said.start] in WEAK_HOURS


def _month(words: Sequence[str], today: dt.date) -> ToldDay | None:
    """The first of a month; of the one that has begun, its last day."""
    month = next(_months(words), None)
    if month is None:
        return None
    first = _first_of(month.meaning, today)
    return ToldDay(_last_of_month(today) if first <= today else first, Exact.MONTH)


def _months(words: Sequence[str]) -> Iterator[Match[int]]:
    """The months of a text. `me` is May in Creole, and nothing of the kind in Spanish: only behind a word for "in"."""
    for month in _MONTHS.matches(words):
        behind = words[month.start - 1] if month.start else ""
        if words[month.start] not in _DOUBTFUL or behind in _BEHIND or len(words) == 1:
            yield month


def _first_of(month: int, today: dt.date) -> dt.date:
    """The first day of the coming month of that number, which may be this one."""
    return dt.date(today.year + (month < today.month), month, 1)


def _months_ahead(today: dt.date, ahead: int) -> dt.date:
    year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    return dt.date(year, month + 1, 1)


def _last_of_month(day: dt.date) -> dt.date:
    return _months_ahead(day, 1) - dt.timedelta(days=1)
