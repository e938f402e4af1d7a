"""The family's hours as instants: which window is open, which is the next, and how long a hold of theirs runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.workday import WorkDay
from notifications.family_hours import Part, Wall, week

A_DAY = dt.timedelta(days=1)
HORIZON = dt.timedelta(days=15)
"""How far to look for a window. Hours repeat every week: who has none in two, has none."""

zone_of = lru_cache(maxsize=256)(ZoneInfo)


class Window(NamedTuple):
    """A time in which a family can read, in UTC; `ends` is no longer in it. `day` is the family's."""

    begins: dt.datetime
    ends: dt.datetime
    part: Part
    day: dt.date


def windows(
    work_day: WorkDay, after: dt.datetime, before: dt.datetime, *, newest_first: bool = False, early: bool = False
) -> Iterator[Window]:
    """Yield the windows of which something lies between two instants, whole, in order.

    `early`: those before work, too, for who has said that they are welcome.
    """
    if after >= before:
        return
    zone = zone_of(work_day.zone)
    first, last = after.astimezone(zone).date(), before.astimezone(zone).date()
    hours = week(work_day)
    day, step = (last, -A_DAY) if newest_first else (first, A_DAY)
    while first <= day <= last:
        walls = hours[day.weekday()]
        for wall in reversed(walls) if newest_first else walls:
            if early or wall.part is not Part.BEFORE_WORK:
                window = _on(day, wall, zone)
                if window.begins < before and window.ends > after and window.begins < window.ends:
                    yield window
        day += step


def next_window(work_day: WorkDay, now: dt.datetime, *, early: bool = False) -> Window | None:
    """Return the window that is open at `now`, else the next one; None where the family has none at all."""
    return next(windows(work_day, now, now + HORIZON, early=early), None)


def is_open(work_day: WorkDay, at: dt.datetime, *, early: bool = False) -> bool:
    """Tell whether the family can read at that instant. `early`: whether before work counts, as for a reminder."""
    return any(windows(work_day, at, at + dt.timedelta.resolution, early=early))


def hold_ends(work_day: WorkDay, begins: dt.datetime, hours: float) -> dt.datetime:
    """Return until when a seat is held for a family that was offered it at `begins`.

    Only the time in its own windows counts, and a hold never ends in the middle of one: three hours from 18:30, in
    windows of an hour and a half, are until tomorrow at eight. Who has no windows is given a day, for a call.
    """
    left = dt.timedelta(hours=hours)
    end = None
    at = begins
    while left > dt.timedelta(0):
        window = next_window(work_day, at)
        if window is None:
            return end or begins + A_DAY
        left -= window.ends - max(window.begins, begins)
        at = end = window.ends
    return end or begins


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the instant at which a day begins in a zone."""
    return _earlier(day, 0, zone)


def wall_time(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """Return the instant at which the clocks of a zone first show a time on a day (in UTC)."""
    return _earlier(day, time.hour * 60 + time.minute, zone_of(zone))


def wall_span(day: dt.date, begins: int, ends: int, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants between two wall times (minutes since midnight), as narrow as the clocks allow.

    Where a wall time exists twice, what begins then begins at the second, what ends then ends at the first, so that
    no reading of the clock is outside of what was meant. One that is jumped over is the moment of the jump.
    """
    return _later(day, begins, zone), _earlier(day, ends, zone)


def _on(day: dt.date, wall: Wall, zone: ZoneInfo) -> Window:
    if wall.part is Part.BEFORE_WORK:  # counted back from leaving: half an hour, whatever the clocks do
        ends = _earlier(day, wall.ends, zone)
        begins = max(ends - dt.timedelta(minutes=wall.ends - wall.begins), _later(day, 0, zone))
        return Window(begins, ends, wall.part, day)
    return Window(*wall_span(day, wall.begins, wall.ends, zone), wall.part, day)


def _later(day: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    return _readings(day, minutes, zone)[1]


def _earlier(day: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    return _readings(day, minutes, zone)[0]


@lru_cache(maxsize=16_384)  # families share days and hours: half of what a decision costs
def _readings(day: dt.date, minutes: int, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last instant that a wall time may mean; for nearly all of them the same."""
    hour, minute = divmod(minutes, 60)
    wall = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    first, last = wall.astimezone(dt.UTC), wall.replace(fold=1).astimezone(dt.UTC)
    if first > last:  # the clocks jump over it
        first = last = _jump(last, first, zone)
    return first, last


def _jump(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Find the minute at which the clocks of a zone change between two instants."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > dt.timedelta(minutes=1):
        middle = before + dt.timedelta(minutes=(after - before) // dt.timedelta(minutes=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
