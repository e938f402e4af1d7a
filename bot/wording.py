"""Codes as families read them: relations, foods, days, and a coordinator's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from locales import _, n_
from locales.dates import clock, weekdays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
