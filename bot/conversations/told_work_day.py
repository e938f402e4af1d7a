"""What a family has told of its work day so far: put together from several texts, and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.conversations.enrolling import family_of
from bot.talk import Talk
from models.agenda import look_again_at_family
from models.family import Family
from models.workday import (
    LONGEST_SHIFT,
    SHORTEST_SHIFT,
    SUNDAY,
    Pattern,
    ToldWorkDay,
    WorkDay,
    read_seasons,
    work_day,
)
from notifications.agenda.work_days import work_day_at

Told = dict[str, Any]
"""As bot/heard reads it (bot/heard/answers/work_day.py): only what was told. With `words`, the text itself."""

HOURS = ("leaves_at", "home_at")
KEPT = ("pattern", *HOURS, "days_off", "before_work", "not_before", "not_after")
LONGEST_WORDS = 320


def merged(known: Told, now: Mapping[str, Any]) -> Told:
    """Put what is told now over what was known. Hours that belong to another shift than the new one are gone."""
    day = known | {key: value for key, value in now.items() if key != "works_days"}
    if _is_another_shift(known, now) or _make_no_day(day, now):
        for key in HOURS:
            if key not in now:
                day.pop(key, None)
    if "pattern" not in now and any(key in now for key in HOURS):
        day["pattern"] = _pattern_of(day)
    if "works_days" in now and "days_off" not in now:
        day["days_off"] = sorted(set(day.get("days_off", [SUNDAY])) - set(now["works_days"]))
    if known.get("words") and now.get("words"):
        day["words"] = f"{known['words']} / {now['words']}"[-LONGEST_WORDS:]
    return {key: value for key, value in day.items() if value is not None}


def _is_another_shift(known: Told, now: Mapping[str, Any]) -> bool:
    """From days to nights, or to hours that vary, or back."""
    before, after = (
        Pattern.DAY if kind == Pattern.EARLY else kind for kind in (known.get("pattern"), now.get("pattern"))
    )
    return before is not None and after is not None and before != after


def _make_no_day(day: Told, now: Mapping[str, Any]) -> bool:
    """Whether one hour that was told now does not fit to the other one, of before."""
    if not all(key in day for key in HOURS) or sum(key in now for key in HOURS) != 1:
        return False
    return not SHORTEST_SHIFT <= (_minutes(day["home_at"]) - _minutes(day["leaves_at"])) % (24 * 60) <= LONGEST_SHIFT


def _pattern_of(day: Told) -> str | None:
    """The kind of day that two hours show; one of them shows none."""
    if not all(key in day for key in HOURS):
        return None
    return work_day("UTC", ToldWorkDay(**columns({key: day[key] for key in HOURS}))).pattern.value


def is_whole(day: Mapping[str, Any]) -> bool:
    """Tell whether it says when they can read: both hours, or that they vary."""
    return day.get("pattern") == Pattern.VARIES or all(key in day for key in HOURS)


def columns(day: Mapping[str, Any]) -> dict[str, Any]:
    """What was told, as the table keeps it."""
    told = {key: value for key, value in day.items() if key in KEPT}
    for key in (*HOURS, "not_before", "not_after"):
        if key in told:
            told[key] = dt.time.fromisoformat(told[key])
    if "pattern" in told:
        told["pattern"] = Pattern(told["pattern"])
    return told


def _minutes(wall: str) -> int:
    hour, minute = wall.split(":")
    return int(hour) * 60 + int(minute)


@dataclass
class KnownWorkDay:
    """What we know of the caller's work day, and what is usual where the family lives."""

    talk: Talk

    @cached_property
    def row(self) -> ToldWorkDay | None:
        """What is stored."""
        family_id = self.talk.caller.family_id
        return self.talk.writing.session.get(ToldWorkDay, family_id) if family_id is not None else None

    @cached_property
    def told(self) -> Told:
        """What was told before this conversation. Whether a text before work is welcome is asked with the hours."""
        if self.row is None:
            return {}
        kept = {key: getattr(self.row, key) for key in KEPT}
        told = {key: _plain(value) for key, value in kept.items() if value is not None}
        if not is_whole(told) and not told["before_work"]:
            del told["before_work"]
        return told

    def in_full(self, day: Told) -> WorkDay:
        """What was told, and for the rest what is usual in their district in this season."""
        told = ToldWorkDay(zone=self.row.zone if self.row else None, **columns(day))
        seasons = read_seasons(self.talk.writing.session)
        return work_day_at(self.talk.now, told, self._organization_id, self.talk.catalogue, seasons)

    @cached_property
    def _organization_id(self) -> int | None:
        """Their school or district as declared."""
        caller = self.talk.caller
        if caller.organization_id is not None or caller.family_id is None:
            return caller.organization_id
        family = self.talk.writing.session.get(Family, caller.family_id)
        return family.organization_id if family else None

    def keep(self, day: Mapping[str, Any]) -> None:
        """Store all that is known now, with the words. A phone without a family gets one, as with a sign-up."""
        session = self.talk.writing.session
        family_id = family_of(self.talk)
        row = session.get(ToldWorkDay, family_id) or ToldWorkDay(family_id=family_id)
        values = columns(day)
        for key in KEPT:
            setattr(row, key, values.get(key, False if key == "before_work" else None))
        row.words = str(day.get("words") or row.words or "")[:LONGEST_WORDS] or None
        row.told_at = self.talk.now
        session.add(row)
        session.flush()
        look_again_at_family(session.connection(), family_id, self.talk.now)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return value.value if isinstance(value, Pattern) else value
