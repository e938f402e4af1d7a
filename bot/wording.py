"""Codes as families read them: relations, foods, days, and a coordinator's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from locales import _, current_language, n_
from locales.dates import clock, day_and_time, weekdays
from models.program import Program, Stop

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def in_words(words: Mapping[str, str]) -> str:
    """A coordinator's words in the family's language; else in English, else in whatever language there is."""
    return words.get(current_language()) or words.get("en") or next(iter(words.values()), "")


def relation(code: str) -> str:
    """Who brings a child, from the child's side: `grandmother` -> abuela; other words come back as they are."""
    known = {
        "mother": _("mom"),
        "father": _("dad"),
        "parent": _("you"),
        "grandmother": _("grandmother"),
        "grandfather": _("grandfather"),
        "aunt": _("aunt"),
        "uncle": _("uncle"),
        "sister": _("sister"),
        "brother": _("brother"),
        "cousin": _("cousin"),
        "neighbor": _("neighbor"),
        "sitter": _("babysitter"),
        "friend": _("a friend"),
        "stepmother": _("stepmother"),
        "stepfather": _("stepfather"),
        "godmother": _("godmother"),
        "godfather": _("godfather"),
        "self": _("goes alone"),
    }
    return known.get(code, code)


def food(code: str) -> str:
    """A food rule as the family reads it: `allergy:peanut` -> alergia: cacahuate."""
    rule, _colon, thing = code.partition(":")
    if rule == "allergy":
        return _("allergy: %(food)s", food=_food_name(thing))
    if rule == "no":
        return _("no %(food)s", food=_food_name(thing))
    return thing


def _food_name(code: str) -> str:
    known = {
        "peanut": _("peanut"),
        "nut": _("nuts"),
        "nuts": _("nuts"),
        "milk": _("milk"),
        "egg": _("egg"),
        "fish": _("fish"),
        "shellfish": _("shellfish"),
        "shrimp": _("shrimp"),
        "wheat": _("wheat"),
        "gluten": _("gluten"),
        "soy": _("soy"),
        "sesame": _("sesame"),
        "strawberry": _("strawberry"),
        "pork": _("pork"),
        "beef": _("beef"),
        "chicken": _("chicken"),
        "meat": _("meat"),
        "sugar": _("sugar"),
    }
    return known.get(code, code)


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


def times_in_words(times: list[dict[str, Any]]) -> str:
    """When somebody can, as told: after 6:30pm or Saturday morning."""
    return (
        _("%(one)s or %(other)s", one=_time_in_words(times[0]), other=_time_in_words(times[1]))
        if len(times) > 1
        else "".join(map(_time_in_words, times))
    )


def _time_in_words(when: Mapping[str, Any]) -> str:
    part = {"morning": _("in the morning"), "afternoon": _("in the afternoon"), "evening": _("in the evening")}
    said: list[str] = []
    days = [DAYS.index(day) for day in when.get("days", ())]
    if len(days) == 1:
        said.append(_("on %(day)s", day=weekdays(days)))
    elif days:
        said.append(weekdays(days))
    if when.get("part"):
        said.append(part.get(when["part"], ""))
    if when.get("after"):
        said.append(after(dt.time.fromisoformat(when["after"])))
    if when.get("before"):
        said.append(before(dt.time.fromisoformat(when["before"])))
    return " ".join(filter(None, said)) or _("any time")


def after(at: dt.time) -> str:
    """después de las 6pm; Spanish says "la" for one o'clock, hence the plural."""
    return n_("after %(time)s", "after %(time)s", _hour(at), time=clock(at))


def before(at: dt.time) -> str:
    """Its counterpart: antes de las 6am."""
    return n_("before %(time)s", "before %(time)s", _hour(at), time=clock(at))


def _hour(at: dt.time) -> int:
    return at.hour % 12 or 12
