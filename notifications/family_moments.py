"""The ways to find a moment: each looks for one of its kind between now and the deadline, and may find none.

All take the family's work day, the matter, now, and the instant before which it must be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from models.workday import SUNDAY, Pattern, WorkDay
from notifications.family_hours import EARLIEST, LATEST, Part, is_free_by_day, minutes, works
from notifications.family_matters import Event, Matter
from notifications.family_windows import A_DAY, Window, is_open, midnight, wall_span, windows, zone_of
from notifications.family_words import clock, moment, why_then

LAST_PART = dt.timedelta(hours=2)
"""A reminder goes in the last two hours of a window: who is free all day is reminded in the evening."""
TIME_TO_ACT = dt.timedelta(hours=2)
"""What a reminder on the same day leaves at least, if it can."""
HOURS_BEFORE = dt.timedelta(hours=3), dt.timedelta(hours=2)
"""Who works in shifts is reminded so long before."""
SHIFT_END = 90, 60
"""Who comes to an evening class from work is reminded so many minutes before the shift ends."""
STILL_TALKING = dt.timedelta(minutes=30)
"""Who wrote to us so recently is awake, and waits for the answer."""
DIGEST_FROM, DIGEST_AT = 15 * 60, 16 * 60
A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Chosen:
    """A moment that was found, the window it is in, and why then, as the rest of a sentence."""

    window: Window
    at: dt.datetime
    reason: str
    breaks_hours: bool = False


Way = Callable[[WorkDay, Matter, dt.datetime, dt.datetime], Chosen | None]


def still_talking(work_day: WorkDay, matter: Matter, now: dt.datetime, _before: dt.datetime) -> Chosen | None:
    """Somebody who wrote a moment ago is answered now, whatever the hour."""
    if matter.heard_at is None or not matter.heard_at <= now < matter.heard_at + STILL_TALKING:
        return None
    window = Window(now, matter.heard_at + STILL_TALKING, Part.VARIES, now.date())
    reason = f"they wrote on {moment(matter.heard_at, work_day.zone)} and wait"
    return Chosen(window, now, reason, breaks_hours=not is_open(work_day, now))


def soonest(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """In the next window, or, where that is the only one left, before work."""
    after = max(now, matter.earliest or now)
    for early in (False, True):
        for window in windows(work_day, after, before, early=early):
            at = max(window.begins, after)
            return Chosen(window, at, f"as soon as they can read it: {why_then(work_day, window)}")
    return None


def on_sunday(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """On Sunday at four or soon after, on Monday if need be."""
    zone = zone_of(work_day.zone)
    earliest = matter.earliest or now
    day = earliest.astimezone(zone).date()
    sunday = day + A_DAY * ((SUNDAY - day.weekday()) % 7)
    begins, at_four = wall_span(sunday, DIGEST_FROM, DIGEST_AT, zone)
    after, before = max(now, begins, earliest), min(before, midnight(sunday + 2 * A_DAY, zone))
    for window in windows(work_day, after, before):
        last = min(window.ends, before) - A_MINUTE
        at = max(after, window.begins, min(at_four, last))
        return Chosen(window, at, f"the summary of the week: {why_then(work_day, window)}")
    return None


def before_shift_ends(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """For what they come to from work: while they still are there, sixty to ninety minutes before the end."""
    if matter.event is None or not matter.event.after_shift:
        return None
    window = _end_of_shift(work_day, matter.event)
    if window is None or max(now, window.begins) >= min(window.ends, before):
        return None
    reason = f"before their shift ends at {clock(work_day.home_at)}"
    return Chosen(window, max(now, window.begins), reason, breaks_hours=True)


def _end_of_shift(work_day: WorkDay, event: Event) -> Window | None:
    """When the shift on the day of the event nears its end, within law and choice."""
    zone = zone_of(work_day.zone)
    local = event.begins.astimezone(zone)
    day = local.date()
    if work_day.leaves_at is None or work_day.home_at is None or not works(work_day, day.weekday()):
        return None
    if work_day.home_at > local.time():  # they would have to leave early: the evening before is when to arrange that
        return None
    begins, ends = (minutes(work_day.home_at) - left for left in SHIFT_END)
    ends += 1  # that minute is in it, for who looks on the hour only
    begins = max(begins, minutes(work_day.leaves_at), EARLIEST, minutes(work_day.not_before or dt.time(0)))
    ends = min(ends, LATEST, minutes(work_day.not_after) if work_day.not_after else LATEST)
    return Window(*wall_span(day, begins, ends, zone), Part.AFTER_WORK, day) if begins < ends else None


def hours_before(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """For who works in shifts that nobody knows: two to three hours before, if they are awake then."""
    if work_day.pattern is not Pattern.VARIES:
        return None
    must_act = min(before, matter.event.begins) if matter.event else before
    earliest, latest = (must_act - ahead for ahead in HOURS_BEFORE)
    after = max(now, earliest)
    for window in windows(work_day, after, latest):
        at = max(window.begins, after)
        return Chosen(window, at, f"two to three hours before: {why_then(work_day, window)}")
    return None


def evening_before(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """In the last window before the day of it; for who is free by day only, in the last before they must act."""
    if matter.event is None or is_free_by_day(work_day):
        before -= TIME_TO_ACT
    else:
        day = matter.event.begins.astimezone(zone_of(matter.event.zone)).date()
        before = min(before, midnight(day, zone_of(work_day.zone)))
    for window in windows(work_day, now, before, newest_first=True):
        at = max(now, window.begins, min(window.ends, before) - LAST_PART)
        return Chosen(window, at, f"the last good time before it: {why_then(work_day, window)}")
    return None


def while_it_helps(work_day: WorkDay, _matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """The better moment has passed, or there was none: as soon as they can read it."""
    for window in windows(work_day, now, before, early=True):
        at = max(now, window.begins)
        return Chosen(window, at, f"late, but still of use: {why_then(work_day, window)}")
    return None


def before_leaving(work_day: WorkDay, matter: Matter, now: dt.datetime, before: dt.datetime) -> Chosen | None:
    """On the day itself, before they leave for work."""
    if matter.event is None:
        return None
    day = matter.event.begins.astimezone(zone_of(work_day.zone)).date()
    opens = max(now, midnight(day, zone_of(work_day.zone)))
    for window in windows(work_day, opens, before, early=True):
        if window.part is Part.BEFORE_WORK and window.day == day:
            return Chosen(window, max(now, window.begins), why_then(work_day, window))
    return None
