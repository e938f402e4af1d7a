"""When a family can read: the hours of each weekday, on its own clock, in which it is awake, free and may be texted.

Only wall times here, in minutes since midnight; notifications/family_windows.py makes instants of them. The rules and
why they are so: docs/decisions/0009-the-familys-clock.md.
"""

from __future__ import annotations

import datetime as dt
import enum
from functools import lru_cache
from typing import NamedTuple

from models.workday import WorkDay

DAY = 24 * 60
EARLIEST, LATEST = 8 * 60, 21 * 60
"""The courtesy that the law asks of callers, on the family's clock."""
FREE_FROM, USUALLY_UNTIL = 9 * 60, 20 * 60 + 30
"""What we use of it: from nine where they need not get up, and not the last half hour unless they come home late."""
REST = 30
"""Between coming home, or waking up, and a text; and between the last text and leaving."""
NIGHT_BEFORE_LEAVING = 9 * 60
"""How long before leaving a family is left alone ..."""
NEVER_ASLEEP_BEFORE = 18 * 60 + 30
SHORTEST_NIGHT = 6 * 60
"""... though not from before half past six, and for those who come home late, an hour later, but always these six."""
SLEEP_AFTER_NIGHT = 8 * 60
"""From coming home of a shift that ended at night or in the morning, until they are up."""
SHORTEST_EVENING = 15
"""For who comes home at half past eight: a quarter of an hour's rest, and one to read in."""
BEFORE_WORK = 30


class Part(enum.Enum):
    """Which part of the family's day a window is."""

    BEFORE_WORK = "before work"
    """The half hour before leaving; only for those who said that it is welcome."""
    BEFORE_SHIFT = "before the shift"
    """By day, for those who work in the evening or at night."""
    AFTER_WORK = "after work"
    DAY_OFF = "day off"
    VARIES = "varies"
    """Any waking hour, since nobody knows their shift."""


class Wall(NamedTuple):
    """A window on the wall clock of one weekday, in minutes since midnight; `ends` is no longer in it."""

    begins: int
    ends: int
    part: Part


@lru_cache(maxsize=8192)
def week(work_day: WorkDay) -> tuple[tuple[Wall, ...], ...]:
    """Return the windows of each weekday, Monday first, in order and apart. Some days may have none."""
    return tuple(_of_weekday(work_day, weekday) for weekday in range(7))


def works(work_day: WorkDay, weekday: int) -> bool:
    """Tell whether they leave for work on that weekday, as far as anybody knows."""
    return weekday not in work_day.days_off and work_day.leaves_at is not None


def is_free_by_day(work_day: WorkDay) -> bool:
    """Tell whether they can be reached by day only, since they work in the evening or at night."""
    return any(wall.part is Part.BEFORE_SHIFT for walls in week(work_day) for wall in walls)


def minutes(time: dt.time) -> int:
    """Return the minutes since midnight."""
    return time.hour * 60 + time.minute


def _of_weekday(work_day: WorkDay, weekday: int) -> tuple[Wall, ...]:
    found = [_clipped(work_day, _main(work_day, weekday), EARLIEST, LATEST)]
    if work_day.before_work and work_day.leaves_at is not None and works(work_day, weekday):
        leaves = minutes(work_day.leaves_at)
        # No law here: whoever leaves at five and wants a text before is asking for it at half past four.
        found.append(_clipped(work_day, Wall(max(leaves - BEFORE_WORK, 0), leaves, Part.BEFORE_WORK), 0, DAY))
    return tuple(sorted((one for one in found if one.begins < one.ends), key=lambda one: one.begins))


def _clipped(work_day: WorkDay, window: Wall, earliest: int, latest: int) -> Wall:
    """What is left of a window between two times and inside of the family's own quiet hours."""
    if work_day.not_before is not None:
        earliest = max(earliest, minutes(work_day.not_before))
    if work_day.not_after is not None:
        latest = min(latest, minutes(work_day.not_after))
    return Wall(max(window.begins, earliest), min(window.ends, latest), window.part)


def _main(work_day: WorkDay, weekday: int) -> Wall:
    """The free hours of a weekday, before law and choice; it may be empty."""
    if work_day.leaves_at is None or work_day.home_at is None:
        return Wall(FREE_FROM, USUALLY_UNTIL, Part.VARIES)
    leaves, home = minutes(work_day.leaves_at), minutes(work_day.home_at)
    if not works(work_day, weekday):
        tomorrow = leaves + DAY if works(work_day, (weekday + 1) % 7) else None
        up = FREE_FROM if _has_evening(leaves, home) else _up_after_night(leaves, home)
        return Wall(up, _bedtime(up, tomorrow), Part.DAY_OFF)
    if _has_evening(leaves, home):
        rested = min(home + REST, LATEST - SHORTEST_EVENING)
        return Wall(rested, _bedtime(rested, leaves + DAY), Part.AFTER_WORK)  # they are tired before a day off, too
    return Wall(_up_after_night(leaves, home), min(leaves - REST, USUALLY_UNTIL), Part.BEFORE_SHIFT)


def _has_evening(leaves: int, home: int) -> bool:
    """Whether they come home in time to be texted on the same day."""
    return leaves < home <= LATEST - 2 * SHORTEST_EVENING


def _up_after_night(leaves: int, home: int) -> int:
    """When those who come home late, in the night or in the morning are up and about; past midnight means never."""
    came_home = home - DAY if home > leaves else home
    return max(came_home + SLEEP_AFTER_NIGHT + REST, FREE_FROM)


def _bedtime(free_from: int, leaves: int | None) -> int:
    """When to let them be: `leaves` is when they go tomorrow, in minutes since today's midnight."""
    if leaves is None:
        return max(USUALLY_UNTIL, min(free_from + 60, LATEST))
    asleep = min(max(leaves - NIGHT_BEFORE_LEAVING, NEVER_ASLEEP_BEFORE), USUALLY_UNTIL)
    return min(max(asleep, free_from + 60), leaves - SHORTEST_NIGHT, LATEST)
