"""Days, hours, grades and lists as families read them, in the current language.

A month is always named, never a number: 12/1 is December to some and January to others. Portuguese
reads 24 hours, the others am and pm. Nothing here needs more than plain spaces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from locales.calendar_words import CALENDAR_WORDS, CalendarWords
from locales.languages import current_catalog

PRE_KINDERGARTEN = -1
KINDERGARTEN = 0


def short_day(day: date) -> str:
    """Jul 6 · 6 jul · 6 jul · 6 jiyè"""
    words = _words()
    return words.day.format(day=day.day, month=words.short_months[day.month - 1])


def weekday_and_day(day: date) -> str:
    """Sat Aug 21 · sáb 21 ago · sáb 21 ago · sam 21 out"""
    words = _words()
    return words.weekday_day.format(
        weekday=words.short_weekdays[day.weekday()], day=day.day, month=words.short_months[day.month - 1]
    )


def day_and_time(moment: datetime) -> str:
    """Sat Aug 21, 1:30pm, from the wall time of `moment`: give it in the zone the family reads."""
    return f"{weekday_and_day(moment)}, {clock(moment.time())}"


def weekday(day: date) -> str:
    """The whole name: Saturday · sábado · sábado · samdi"""
    return _words().weekdays[day.weekday()]


def month(day: date) -> str:
    """The whole name: August · agosto · agosto · out"""
    return _words().months[day.month - 1]


def clock(at: time) -> str:
    """6:30am, 1pm; in Portuguese 18:45, 13h"""
    if not _words().twelve_hours:
        return f"{at.hour}:{at.minute:02}" if at.minute else f"{at.hour}h"
    hour = (at.hour - 1) % 12 + 1
    half = "am" if at.hour < 12 else "pm"
    return f"{hour}:{at.minute:02}{half}" if at.minute else f"{hour}{half}"


def clock_range(start: time, end: time) -> str:
    """9am-2pm · 6:30am a 5:30pm · 6:30 às 17:30 · 7:30am-3:30pm"""
    return _words().hours_joined.join((clock(start), clock(end)))


def weekdays(days: Iterable[int]) -> str:
    """The days of a week, Monday being 0: Mon-Fri, "martes y jueves", "lun, mié y vie"; empty for none."""
    words = _words()
    runs = _runs(sorted(set(days)))
    if runs == [range(7)]:
        return words.every_day
    if len(runs) == 1 and len(runs[0]) == 1:
        return words.weekdays[runs[0][0]]
    if any(len(run) > 1 for run in runs):
        names = words.range_weekdays
    else:
        names = words.pair_weekdays if len(runs) == 2 else words.list_weekdays
    return listing([words.days_joined.join(dict.fromkeys((names[run[0]], names[run[-1]]))) for run in runs])


def ordinal_grade(grade: int) -> str:
    """3rd grade · 3er grado · 3ª série · 3yèm ane; below the first with the age, which names alone hide.

    `grade` is -1 for preschool, 0 for kindergarten, else 1 to 12.
    """
    words = _words()
    if grade == PRE_KINDERGARTEN:
        return words.preschool
    if grade == KINDERGARTEN:
        return words.kindergarten
    return words.grade(grade)


def listing(items: Sequence[str]) -> str:
    """Ana, Beto and Lupita · Ana, Beto y Lupita · … ("e Inés" in Spanish)"""
    if len(items) < 2:
        return "".join(items)
    last = " e " if current_catalog() == "es" and _sounds_like_i(items[-1]) else _words().joined_last
    return ", ".join(items[:-1]) + last + items[-1]


def _words() -> CalendarWords:
    return CALENDAR_WORDS[current_catalog()]


def _runs(days: list[int]) -> list[range]:
    """Three days or more in a row as one run, every other day as its own."""
    runs: list[range] = []
    for day in days:
        if runs and runs[-1].stop == day:
            runs[-1] = range(runs[-1].start, day + 1)
        else:
            runs.append(range(day, day + 1))
    return [part for run in runs for part in ([run] if len(run) > 2 else [range(day, day + 1) for day in run])]


def _sounds_like_i(word: str) -> bool:
    """Whether Spanish says "e" before it: Inés, Hilda, but not hielo or Ian's diphthong "hia"."""
    plain = unicodedata.normalize("NFD", word.casefold()).encode("ascii", "ignore").decode()
    return plain.startswith(("i", "hi")) and not plain.startswith(("hia", "hie", "io", "ia", "ie"))
