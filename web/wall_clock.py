"""Moments on a zone's wall clock, as a page shows them and as somebody asks for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from notifications.family_windows import wall_time, zone_of

FARTHEST = dt.timedelta(days=366)
"""How far ahead somebody may ask for: the example's dates go no further."""
AN_HOUR = dt.timedelta(hours=1)
SUNDAY = 6


@dataclass(frozen=True)
class Next:
    """The next time that a wall clock shows a time of day, on a weekday if one is given (Monday is 0)."""

    name: str
    time: dt.time
    weekday: int | None = None

    def after(self, now: dt.datetime, zone: str) -> dt.datetime:
        """Return when that is in a zone: later than `now`, in UTC."""
        today = now.astimezone(zone_of(zone)).date()
        days = (today + dt.timedelta(days=number) for number in range(9))
        moments = (wall_time(day, self.time, zone) for day in days if self.weekday in (None, day.weekday()))
        return next(moment for moment in moments if moment > now)


NEXT: Mapping[str, Next] = {
    "evening": Next("Next evening 18:30", dt.time(18, 30)),
    "morning": Next("Next morning 4:30", dt.time(4, 30)),
    "sunday": Next("Next Sunday 16:00", dt.time(16), SUNDAY),
}


class NoMoment(Exception):
    """What was asked for is no moment to move to; the message says why, in one sentence."""


def asked_for(ahead: str, typed: str, now: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant somebody asks for: `ahead` is "hour", one of NEXT, or "moment" for the wall time `typed`.

    Raises NoMoment.
    """
    if ahead == "hour":
        return now + AN_HOUR
    if ahead in NEXT:
        return NEXT[ahead].after(now, zone)
    moment = _as_typed(typed, zone)
    if moment <= now:
        raise NoMoment(f"{in_words(moment, zone)} has passed: the clock only goes forward.")
    if moment > now + FARTHEST:
        raise NoMoment("That is more than a year ahead.")
    return moment


def _as_typed(typed: str, zone: str) -> dt.datetime:
    try:
        wall = dt.datetime.fromisoformat(typed)
        return wall_time(wall.date(), wall.time(), zone)
    except (ValueError, OverflowError):
        raise NoMoment("Choose a day and a time.") from None


def in_words(moment: dt.datetime, zone: str) -> str:
    """Return a moment as a page shows it: Sun, Nov 22, 18:30 EST."""
    wall = moment.astimezone(zone_of(zone))
    return f"{wall:%a, %b} {wall.day}, {wall:%H:%M %Z}"
