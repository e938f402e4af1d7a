"""What holds for whatever families, programs and outages: nobody could object, and nobody was forgotten."""

import contextlib
import datetime as dt
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.agenda import AgendaItem, ItemKind, ItemState
from models.database import open_database
from models.message import Message
from models.program import Attends
from models.workday import ToldWorkDay, WorkDay, work_day
from notifications.family_clock import decide
from notifications.family_matters import Event, Matter, Occasion, Send
from notifications.family_windows import is_open, windows
from tests.conftest import migrated
from tests.notifications.agenda.season import SPRING, Season
from tests.notifications.family_days import moment

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
FIRST_DAY, DAYS = dt.date(2027, 10, 25), 24
"""With the change of clocks on November 7."""
BEGINS, ENDS = moment("2027-10-18T00:00"), moment("2027-11-25T00:00")
ZONES = ["America/New_York", "America/Los_Angeles", "America/Phoenix", "America/Chicago"]
HOURS = [
    ("05:00", "18:00"),
    ("02:00", "17:00"),
    ("17:00", "06:00"),
    ("14:00", "22:30"),
    ("07:00", "20:30"),
    ("06:00", "23:00"),
]
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Held:
    """A program: its first day, when it begins, and whether it is held once or for weeks on some weekdays."""

    day: int
    begins: str
    zone: str
    weekdays: tuple[int, ...]
    for_grown_ups: bool


@dataclass(frozen=True)
class Story:
    """What happens."""

    hours: tuple[str, str] | None
    zone: str
    days_off: tuple[int, ...]
    before_work: bool
    programs: Sequence[Held]
    outages: Sequence[tuple[int, int]]
    """When each begins and how long it is, in hours."""


programs = st.builds(
    Held,
    day=st.integers(0, DAYS - 1),
    begins=st.sampled_from(["08:00", "12:30", "16:00", "18:30", "20:00"]),
    zone=st.sampled_from(ZONES),
    weekdays=st.sampled_from([(), (), (), (5,), (1, 3), (0, 1)]),
    for_grown_ups=st.booleans(),
)
stories = st.builds(
    Story,
    hours=st.one_of(st.none(), st.sampled_from(HOURS)),
    zone=st.sampled_from(ZONES),
    days_off=st.sampled_from([(), (6,), (5, 6), (0,)]),
    before_work=st.booleans(),
    programs=st.lists(programs, min_size=1, max_size=5),
    outages=st.lists(st.tuples(st.integers(0, 38 * 24), st.sampled_from([1, 5, 14, 30, 100])), max_size=6),
)


def spans_up(outages: Sequence[tuple[int, int]]) -> list[Span]:
    """When the server runs."""
    found, up_since = [], BEGINS
    for begins, length in sorted(outages):
        down = BEGINS + begins * HOUR + 7 * MINUTE
        if down > up_since:
            found.append((up_since, down))
        up_since = max(up_since, down + length * HOUR)
    return [*found, (up_since, ENDS)] if up_since < ENDS else found


@contextlib.contextmanager
def fresh_season(config: pytest.Config) -> Iterator[Season]:
    with (
        tempfile.TemporaryDirectory(prefix="lucero-season-") as folder,
        migrated(config, "sqlite", Path(folder)) as url,
        contextlib.closing(open_database(url)) as database,
    ):
        yield Season(database)


def set_up(season: Season, story: Story) -> dict[int, Held]:
    """Write what the story begins with; returns its programs by their ids."""
    told = {"zone": story.zone, "days_off": list(story.days_off), "before_work": story.before_work}
    hours: dict[str, Any] = {"leaves": story.hours[0], "home": story.hours[1]} if story.hours else {"pattern": "varies"}
    family = season.family(children=["Ana"], **hours | told)
    held: dict[int, Held] = {}
    for number, one in enumerate(story.programs):
        first = FIRST_DAY + one.day * DAY
        last = first + 14 * DAY if one.weekdays else first
        columns: dict[str, Any] = {"zone": one.zone, "weekdays": list(one.weekdays), "ends_on": last}
        columns["attends"] = Attends.PEOPLE if one.for_grown_ups else Attends.CHILDREN
        program = season.program(f"P{number}", first.isoformat(), one.begins, **columns)
        season.sign_up(family, program, None if one.for_grown_ups else "Ana")
        held[program] = one
    return held


def meetings(one: Held) -> list[dt.datetime]:
    """When it meets, straight from the calendar."""
    first = FIRST_DAY + one.day * DAY
    days = [first + number * DAY for number in range(15 if one.weekdays else 1)]
    met = [day for day in days if not one.weekdays or day.weekday() in one.weekdays]
    begins = dt.time.fromisoformat(one.begins)
    return [dt.datetime.combine(day, begins, ZoneInfo(one.zone)).astimezone(dt.UTC) for day in met]


def event(one: Held, begins: dt.datetime) -> Event:
    evening = one.begins >= "17:00"
    return Event(begins, one.zone, after_shift=evening and one.for_grown_ups and bool(one.weekdays))


TWO_EVENINGS_IN_A_ROW = Held(0, "20:00", "America/New_York", (0, 1), for_grown_ups=False)
"""The second is to be told of before the first has begun."""


@settings(max_examples=25)
@given(stories)
@example(Story(("05:00", "18:00"), "America/New_York", (), False, [TWO_EVENINGS_IN_A_ROW], []))
def test_nobody_could_object_and_nobody_was_forgotten(pytestconfig: pytest.Config, story: Story) -> None:
    with fresh_season(pytestconfig) as season:
        held = set_up(season, story)
        season.tick(SPRING)
        up = spans_up(story.outages)
        for since, until in up:
            season.play(since, until)
        with season.database.reading() as session:
            day = work_day(story.zone, session.get_one(ToldWorkDay, 1))
        items = season.items(ItemKind.REMINDER, ItemKind.BEFORE_WORK)
        sent = season.arrived()
    by_message = {item.message_id: item for item in items if item.message_id is not None}
    assert len({by_message[message.id].key for message in sent}) == len(sent), "the same thing twice"
    at = [told_at(message) for message in sent]
    assert all(later - earlier >= 7 * DAY for earlier, later in zip(at, at[3:], strict=False)), "a fourth in a week"
    for message in sent:
        check_moment(day, message, by_message[message.id])
    check_nobody_forgotten(day, held, items, at, up)


def told_at(message: Message) -> dt.datetime:
    assert message.sent_at is not None
    return message.sent_at


def check_moment(day: WorkDay, message: Message, item: AgendaItem) -> None:
    at, begins = told_at(message), item.begins_at
    assert begins is not None
    assert at < begins, "after the deadline"
    assert message.reason
    if message.reason.startswith("Before their shift ends"):
        assert 8 <= at.astimezone(ZoneInfo(day.zone)).hour < 21
    else:
        assert is_open(day, at, early=True), "outside of their hours"
    if message.body.startswith("Tomorrow"):
        assert (begins.date() - at.date()).days in (0, 1, 2)
        assert not message.body.startswith(f"Tomorrow, {at.astimezone(ZoneInfo(day.zone)):%a %b %-d},")


def check_nobody_forgotten(
    day: WorkDay, held: dict[int, Held], items: Sequence[AgendaItem], sent_at: Sequence[dt.datetime], up: Sequence[Span]
) -> None:
    """Who was not reminded could not be, or had had three texts."""
    told = {(item.program_id, item.begins_at) for item in items if item.state in (ItemState.DONE, ItemState.SILENT)}
    full = {item.begins_at for item in items if item.reason and "texts in seven days" in item.reason}
    for program_id, one in held.items():
        for begins in meetings(one):
            if begins >= ENDS or (program_id, begins) in told:
                continue
            if begins in full:
                assert any(len([at for at in sent_at if since <= at < since + 7 * DAY]) == 3 for since in sent_at)
            else:
                assert not possible_moments(day, event(one, begins), up), f"forgotten: {begins}"


def possible_moments(day: WorkDay, about: Event, up: Sequence[Span]) -> list[Span]:
    """From the moment at which they should have been told: when they could read it and the server ran."""
    planned = decide(day, Matter(Occasion.REMINDER, about), about.begins - 4 * DAY)
    if not isinstance(planned, Send):
        return []
    readable = [(max(one.begins, planned.at), one.ends) for one in windows(day, planned.at, about.begins, early=True)]
    both = ((max(a[0], b[0]), min(a[1], b[1], about.begins)) for a, b in itertools.product(readable, up))
    return [span for span in both if span[0] < span[1]]
