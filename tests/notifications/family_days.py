"""Families' working weeks for the tests, and instants written as a family would read them off its clock."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from models.workday import Pattern, WorkDay
from notifications.family_clock import decide
from notifications.family_matters import Drop, Event, Matter, Occasion, Send

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
PHOENIX, TIJUANA, CHICAGO = "America/Phoenix", "America/Tijuana", "America/Chicago"


def clock(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def family(leaves: str, home: str, zone: str = NEW_YORK, **more: object) -> WorkDay:
    pattern = Pattern.EARLY if leaves < "06:00" else Pattern.DAY
    day = WorkDay(zone, Pattern.NIGHT if home < leaves else pattern, clock(leaves), clock(home))
    return replace(day, **more)  # type: ignore[arg-type]  # each test names a field and gives what belongs there


BERRIES = family("05:00", "18:00", LOS_ANGELES)
TOBACCO = family("05:30", "18:30")
FISH = family("06:00", "18:00")
NIGHT_LINE = family("17:00", "06:00")
LETTUCE = family("02:00", "17:00", TIJUANA)
VARIES = WorkDay(NEW_YORK, Pattern.VARIES, None, None)


def moment(text: str, zone: str = NEW_YORK, fold: int = 0) -> dt.datetime:
    """The instant of a wall time such as 2027-07-06T18:30."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC)


def on_the_wall(at: dt.datetime, zone: str = NEW_YORK) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %m-%d %H:%M}"


def event(text: str, zone: str = NEW_YORK, *, after_shift: bool = False) -> Event:
    return Event(moment(text, zone), zone, after_shift)


def reminder(about: Event, occasion: Occasion = Occasion.REMINDER, deadline: dt.datetime | None = None) -> Matter:
    return Matter(occasion, about, deadline)


def sent(day: WorkDay, matter: Matter, now: dt.datetime) -> Send:
    found = decide(day, matter, now)
    assert isinstance(found, Send), found
    return found


def when(day: WorkDay, matter: Matter, now: dt.datetime) -> str:
    """When it is sent, on the family's clock, and in which words."""
    found = sent(day, matter, now)
    words = f", {found.wording.value}" if found.wording else ""
    return on_the_wall(found.at, day.zone) + words


def dropped(day: WorkDay, matter: Matter, now: dt.datetime) -> str:
    found = decide(day, matter, now)
    assert isinstance(found, Drop), found
    return found.reason
