"""What answers and unasked texts both say: programs, stops, times and children, in the language being spoken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from locales import _, current_language, n_
from locales.dates import clock, day_and_time
from models.program import Program, Stop


def in_words(words: Mapping[str, str]) -> str:
    """A coordinator's words in the family's language; else in English, else in whatever language there is."""
    return words.get(current_language()) or words.get("en") or next(iter(words.values()), "")


def child_in_words(name: str | None, age: int | None) -> str:
    """A child as a family reads it back: Beto 8, or only the age."""
    if name and age is not None:
        return f"{name} {age}"
    return name or (years(age) if age is not None else "")


def years(age: int | None) -> str:
    """An age: 1 year, 8 years; small babies have none yet."""
    return n_("1 year", "%(n)s years", age) if age else _("baby")


def stop_in_words(stop: Stop) -> str:
    """A stop with its time: Brightwood 6:00am."""
    return f"{stop.name} {on_the_clock(stop.pick_up)}" if stop.pick_up else stop.name


def on_the_clock(at: dt.time) -> str:
    """A ride's time with its minutes, also on the hour: people read 6:00am as a time to be there."""
    said = clock(at)
    return said if ":" in said or said.endswith("h") else said.replace("am", ":00am").replace("pm", ":00pm")


def local(moment: dt.datetime, program: Program) -> dt.datetime:
    """A moment as the wall clock of the program's place shows it."""
    return moment.astimezone(ZoneInfo(program.zone))


def slot_in_words(moment: dt.datetime, program: Program) -> str:
    """Tue Jan 12, 6:45pm."""
    return day_and_time(local(moment, program))


def yes_or_no() -> str:
    """How a yes/no question shows its answers; YES belongs to the carriers, so English has only numbers."""
    return _("1 Yes 2 No")
