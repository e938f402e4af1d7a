"""What a text means for the question that is waiting, in all our languages at once."""

import datetime as dt
from collections.abc import Callable

from bot.heard.answers.availability import availability
from bot.heard.answers.children import age, ages, child
from bot.heard.answers.choices import choice
from bot.heard.answers.counts import number
from bot.heard.answers.dates import date
from bot.heard.answers.diets import Diet, diet
from bot.heard.answers.grades import grade
from bot.heard.answers.labels import says_yes_or_no
from bot.heard.answers.lateness import late_until
from bot.heard.answers.names import name
from bot.heard.answers.relations import relation
from bot.heard.answers.reminded import Reminded, Reply, reminded
from bot.heard.answers.times import time
from bot.heard.answers.work_day import WorkDay, only_limits_hours, work_day
from bot.heard.answers.yes_no import yes_no
from bot.heard.waiting import Answer, Waiting

__all__ = [
    "Diet", "Reminded", "Reply", "WorkDay", "age", "ages", "availability", "child", "choice", "date", "diet", "grade",
    "late_until", "name", "number", "only_limits_hours", "read", "relation", "reminded", "says_yes_or_no", "time",
    "work_day", "yes_no",
]  # fmt: skip

_READERS: dict[str, Callable[[str], Answer]] = {
    "yes_no": yes_no,
    "number": number,
    "age": age,
    "ages": ages,
    "grade": grade,
    "name": name,
    "time": time,
    "child": child,
    "relation": relation,
    "availability": availability,
}


def read(waiting: Waiting, text: str, *, today: dt.date) -> Answer:
    """The value that the text gives to the waiting question, None where it gives none.

    A `choice` gives an option's place from 1, or a list of them. A `diet` takes the children's names as
    options and gives {name: [code, ...]}, with `*` for all children. A `work_day` gives what was told of
    {pattern, leaves_at, home_at, days_off, works_days, before_work}, see WorkDay. Raises KeyError for an unknown kind.
    """
    if waiting.kind == "choice":
        return choice(text, waiting.options)
    if waiting.kind == "date":
        return date(text, today)
    if waiting.kind == "diet":
        told = diet(text, [option.label for option in waiting.options])
        return told.plain() if told is not None else None
    if waiting.kind == "work_day":
        day = work_day(text)
        return day.plain() if day is not None else None
    return _READERS[waiting.kind](text)
