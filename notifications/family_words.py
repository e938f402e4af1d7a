"""What is said of a moment: to the family, in which words; to staff, why then."""

from __future__ import annotations

import datetime as dt
import enum

from models.workday import WorkDay
from notifications.family_hours import Part
from notifications.family_windows import Window, zone_of

EVENING = 18
"""The hour from which something is tonight."""
AN_HOUR = dt.timedelta(minutes=45), dt.timedelta(minutes=75)
"""From and to how long ahead "in one hour" is true enough."""


class Wording(enum.Enum):
    """How a text speaks of when something is. It names day and time as well; those are the event's own."""

    BEFORE_YOU_LEAVE = "before you leave"
    """Today, said to somebody who is about to go to work."""
    IN_ONE_HOUR = "in one hour"
    TODAY = "today"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    ON_THE_DAY = "on the day"
    """Later than tomorrow: the day itself is all there is to say."""


def wording(at: dt.datetime, begins: dt.datetime, event_zone: str, family_zone: str, part: Part | None) -> Wording:
    """Choose the words for a text read at `at`, in the family's zone, about what begins at `begins`, in the event's.

    Today and tomorrow are the family's when it reads; the day of the event is the one that the text names with it.
    """
    shortest, longest = AN_HOUR
    local = begins.astimezone(zone_of(event_zone))
    days = (local.date() - at.astimezone(zone_of(family_zone)).date()).days
    if days <= 0 and part is Part.BEFORE_WORK:
        return Wording.BEFORE_YOU_LEAVE
    if shortest <= begins - at <= longest:
        return Wording.IN_ONE_HOUR
    if days <= 0:
        return Wording.TONIGHT if local.hour >= EVENING else Wording.TODAY
    return Wording.TOMORROW if days == 1 else Wording.ON_THE_DAY


def why_then(work_day: WorkDay, window: Window) -> str:
    """Say what makes a window a good time for this family, for staff to read."""
    season = f", as is usual here ({work_day.assumed_from})" if work_day.assumed_from else ""
    match window.part:
        case Part.AFTER_WORK:
            return f"after they come home at {clock(work_day.home_at)}{season}"
        case Part.BEFORE_SHIFT:
            return f"by day, before they leave at {clock(work_day.leaves_at)}{season}"
        case Part.BEFORE_WORK:
            return f"before they leave at {clock(work_day.leaves_at)}, which they said is welcome"
        case Part.DAY_OFF:
            return f"on their day off, {window.day:%A}{season}"
        case Part.VARIES:
            return "in the waking hours, since their shifts vary"


def clock(time: dt.time | None) -> str:
    """Write a time of day for staff."""
    return f"{time:%H:%M}" if time else "an unknown hour"


def moment(at: dt.datetime, zone: str) -> str:
    """Write an instant for staff, on the family's clock."""
    return f"{at.astimezone(zone_of(zone)):%a %b %d, %H:%M}"
