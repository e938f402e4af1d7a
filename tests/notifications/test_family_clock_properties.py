"""What holds for every family, matter, deadline, zone and outage. The oracle reads the wall clock, nothing else."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.workday import LONGEST_TOLD, Pattern, WorkDay
from notifications.family_clock import decide
from notifications.family_matters import Drop, Event, Matter, Occasion, Send, Urgency
from notifications.family_windows import hold_ends, is_open, next_window
from notifications.family_words import Wording
from tests.notifications.family_days import BERRIES, NIGHT_LINE, moment

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
STEP = 5 * MINUTE
ZONES = (
    "America/New_York America/Los_Angeles America/Phoenix America/Tijuana America/Chicago America/Denver "
    "America/Puerto_Rico America/Mexico_City America/Anchorage Pacific/Honolulu America/Santiago Australia/Lord_Howe"
).split()
CHANGES = [
    moment("2027-03-14T03:00"),
    moment("2027-11-07T01:00"),
    moment("2027-03-13T12:00"),
    moment("2027-11-06T12:00"),
]


def minutes_between(leaves: dt.time, home: dt.time) -> int:
    return (home.hour * 60 + home.minute - leaves.hour * 60 - leaves.minute) % (24 * 60)


times = st.integers(0, 287).map(lambda fives: dt.time(fives // 12, fives % 12 * 5))
likely = st.sampled_from([(5, 18), (6, 18), (2, 17), (17, 6), (22, 6), (14, 22), (7, 15), (4, 16)])
some_hours = st.one_of(
    likely.map(lambda hours: (dt.time(hours[0]), dt.time(hours[1]))),
    st.tuples(times, times).filter(lambda hours: 0 < minutes_between(*hours) <= LONGEST_TOLD),
    st.just((None, None)),
)
days_off = st.frozensets(st.integers(0, 6), max_size=7)
quiet = st.one_of(st.none(), st.none(), times)


@st.composite
def families(draw: st.DrawFn) -> WorkDay:
    leaves, home = draw(some_hours)
    pattern = Pattern.VARIES if leaves is None else draw(st.sampled_from([Pattern.EARLY, Pattern.DAY, Pattern.NIGHT]))
    return WorkDay(
        draw(st.sampled_from(ZONES)),
        pattern,
        leaves,
        home,
        draw(days_off),
        draw(st.booleans()),
        draw(quiet),
        draw(quiet),
    )


@st.composite
def instants(draw: st.DrawFn) -> dt.datetime:
    if draw(st.booleans()):
        return draw(st.sampled_from(CHANGES)) + draw(st.integers(-800, 800)) * STEP
    return dt.datetime(2026, 11, 1, tzinfo=dt.UTC) + draw(st.integers(0, 120_000)) * STEP


@st.composite
def matters(draw: st.DrawFn, now: dt.datetime) -> Matter:
    """Something about an event, from hours to two weeks ahead."""
    occasion = draw(st.sampled_from([occasion for occasion in Occasion if occasion is not Occasion.URGENT]))
    deadline = now + draw(st.integers(1, 12 * 288)) * STEP
    begins = deadline + draw(st.sampled_from([0, 30, 60, 180])) * MINUTE
    event = Event(begins, draw(st.sampled_from(ZONES)), draw(st.booleans()))
    earliest = now + draw(st.integers(-288, 8 * 288)) * STEP
    if occasion is Occasion.NOTICE:
        return Matter(occasion, event, deadline, draw(st.sampled_from([None, earliest])))
    return Matter(occasion, event, deadline, earliest if occasion is Occasion.DIGEST else None)


cases = st.tuples(families(), instants()).flatmap(
    lambda case: st.tuples(st.just(case[0]), matters(case[1]), st.just(case[1]))
)


def wall(at: dt.datetime, zone: str) -> dt.datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def shifts(day: WorkDay, local: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """The shifts about a time on the wall clock, from leaving to being home."""
    if day.leaves_at is None or day.home_at is None:
        return []
    dates = [local.date() + DAY * around for around in (-2, -1, 0, 1, 2)]
    leaving = [dt.datetime.combine(date, day.leaves_at) for date in dates if date.weekday() not in day.days_off]
    length = dt.datetime.combine(local.date(), day.home_at) - dt.datetime.combine(local.date(), day.leaves_at)
    return [(leave, leave + (length if length > dt.timedelta(0) else length + DAY)) for leave in leaving]


def objection(day: WorkDay, at: dt.datetime) -> str | None:
    """What a family could say against a text at that instant, read off its own clock."""
    local = wall(at, day.zone)
    about = shifts(day, local)
    invited = day.before_work and any(leave - HOUR / 2 <= local < leave for leave, _ in about)
    if any(leave <= local < home for leave, home in about):
        return "I am at work."
    if any(home <= local < home + 8 * HOUR for leave, home in about if home.time() < leave.time()):
        return None if invited else "I have worked all night and sleep."
    if any(home <= local < home + HOUR / 4 for _, home in about):
        return "I have only just come home."
    if any(leave - 6 * HOUR <= local < leave for leave, _ in about if leave.hour < 9) and not invited:
        return "I sleep, since I leave early."
    if not dt.time(8) <= local.time() < dt.time(21) and not invited:
        return "This is no hour for a text."
    if local.time() < (day.not_before or dt.time(0)) or (day.not_after and local.time() >= day.not_after):
        return "I said not at this hour."
    return None


def free_before(day: WorkDay, now: dt.datetime, deadline: dt.datetime) -> dt.datetime | None:
    """The first time, in steps of five minutes, at which a window is open; looked for one by one."""
    at = now
    while at < deadline:
        if is_open(day, at, early=True):
            return at
        at += STEP
    return None


@given(cases)
@example((NIGHT_LINE, Matter(Occasion.OFFER), moment("2027-11-07T01:30")))
@settings(max_examples=200)
def test_nobody_could_object_and_never_after_the_deadline(case: tuple[WorkDay, Matter, dt.datetime]) -> None:
    day, matter, now = case
    found = decide(day, matter, now)
    if isinstance(found, Send):
        useful = matter.useful_until or found.until
        assert max(now, matter.earliest or now) <= found.at < found.until <= useful
        if not found.breaks_hours:
            assert objection(day, found.at) is None
            assert is_open(day, found.at, early=True)
            assert objection(day, found.until - dt.timedelta.resolution) is None
        else:  # asked for: a class that they come to from their shift
            assert matter.event is not None
            assert matter.event.after_shift
            assert dt.time(8) <= wall(found.at, day.zone).time() < dt.time(21)


@given(cases)
@settings(max_examples=120)
def test_nothing_is_dropped_while_they_could_still_be_told(case: tuple[WorkDay, Matter, dt.datetime]) -> None:
    day, matter, now = case
    found = decide(day, matter, now)
    assert matter.useful_until is not None
    if isinstance(found, Drop) and matter.occasion not in (Occasion.BEFORE_WORK, Occasion.DIGEST):
        assert free_before(day, max(now, matter.earliest or now), matter.useful_until) is None


@given(cases)
@settings(max_examples=120)
def test_the_words_are_true_when_they_are_read(case: tuple[WorkDay, Matter, dt.datetime]) -> None:
    day, matter, now = case
    found, event = decide(day, matter, now), matter.event
    assert event is not None
    if isinstance(found, Send):
        for read in (found.at, found.until - dt.timedelta.resolution):
            named = wall(event.begins, event.zone)
            days = (named.date() - wall(read, day.zone).date()).days
            match found.wording:
                case Wording.TONIGHT:
                    assert days <= 0
                    assert named.hour >= 17
                case Wording.TODAY | Wording.BEFORE_YOU_LEAVE:
                    assert days <= 0
                case Wording.TOMORROW:
                    assert days == 1
                case Wording.ON_THE_DAY:
                    assert days > 1
                case Wording.IN_ONE_HOUR:
                    assert 45 * MINUTE <= event.begins - read <= 75 * MINUTE
                case None:
                    pytest.fail("the event is known")


@given(cases, st.data())
@settings(max_examples=120)
def test_asked_again_before_its_time_the_answer_is_the_same(
    case: tuple[WorkDay, Matter, dt.datetime], data: st.DataObject
) -> None:
    day, matter, now = case
    found = decide(day, matter, now)
    assert decide(day, matter, now) == found
    if isinstance(found, Send):
        later = now + (found.at - now) * data.draw(st.sampled_from([0.25, 0.5, 0.99, 1]))
        assert decide(day, matter, later) == found


@given(cases, st.integers(1, 4 * 288))
@settings(max_examples=120)
def test_after_an_outage_it_goes_late_or_not_at_all(case: tuple[WorkDay, Matter, dt.datetime], steps: int) -> None:
    day, matter, now = case
    planned = decide(day, matter, now)
    assert matter.useful_until is not None
    if isinstance(planned, Send):
        back = planned.at + steps * STEP
        found = decide(day, matter, back)
        if isinstance(found, Send):
            assert back <= found.at < matter.useful_until
            assert found.breaks_hours or objection(day, found.at) is None
        if back < planned.until and planned.wording is not Wording.IN_ONE_HOUR:
            assert isinstance(found, Send)


@given(families(), instants(), st.booleans())
@settings(max_examples=80)
def test_the_next_window_is_the_next_time_that_is_open(day: WorkDay, now: dt.datetime, early: bool) -> None:
    window = next_window(day, now, early=early)
    at, until = now, window.ends if window else now + 8 * DAY
    while at < until:
        assert is_open(day, at, early=early) == (window is not None and window.begins <= at < window.ends)
        at += STEP


@given(families(), instants(), st.integers(1, 12))
@settings(max_examples=60)
def test_a_hold_gives_its_hours_in_windows_and_ends_with_one(day: WorkDay, begins: dt.datetime, hours: int) -> None:
    end = hold_ends(day, begins, hours)
    if next_window(day, begins) is not None:
        assert is_open(day, end - dt.timedelta.resolution)
        assert not is_open(day, end)
        open_steps, at = 0, begins
        while at < end:
            open_steps += is_open(day, at)
            at += STEP
        assert open_steps * STEP >= hours * HOUR
        assert hold_ends(day, begins, hours + 1) >= end


@given(families(), instants())
def test_urgent_goes_at_once_whatever_they_do(day: WorkDay, now: dt.datetime) -> None:
    found = decide(day, Matter(Occasion.URGENT, urgency=Urgency("the road is flooded", "the coordinator")), now)
    assert isinstance(found, Send)
    assert found.at == now
    assert found.breaks_hours == (not is_open(day, now, early=True))
    assert "the road is flooded (the coordinator)" in found.reason


def test_the_oracle_knows_an_objection_when_it_sees_one() -> None:
    for at, expected in {
        "04:29": "I sleep, since I leave early.",
        "05:00": "I am at work.",
        "18:05": "I have only just come home.",
        "21:00": "This is no hour for a text.",
        "18:30": None,
    }.items():
        assert objection(BERRIES, moment(f"2027-06-01T{at}", BERRIES.zone)) == expected
    assert objection(NIGHT_LINE, moment("2027-06-01T13:59")) == "I have worked all night and sleep."
