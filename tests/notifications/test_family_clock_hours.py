"""The hours in which families of every kind of work can read; windows, holds, and the nights when clocks change."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from demo.files import HERE, rows
from demo.seasons import season_of
from models.workday import Season, ToldWorkDay, WorkDay, season_for, work_day
from notifications.family_hours import week
from notifications.family_matters import Matter, Occasion
from notifications.family_windows import Window, hold_ends, is_open, next_window, wall_span, windows
from tests.notifications.family_days import (
    BERRIES,
    CHICAGO,
    FISH,
    LETTUCE,
    LOS_ANGELES,
    NEW_YORK,
    NIGHT_LINE,
    PHOENIX,
    TIJUANA,
    TOBACCO,
    VARIES,
    clock,
    event,
    family,
    moment,
    on_the_wall,
    reminder,
    sent,
    when,
)

TUESDAY, SATURDAY, SUNDAY = 1, 5, 6
LONG_AGO = moment("2026-12-01T12:00")


def shown(day: WorkDay, weekday: int) -> str:
    """The windows of a weekday as in the table of the domain: 18:30-20:00."""
    return " ".join(
        f"{wall.begins // 60:02}:{wall.begins % 60:02}-{wall.ends // 60:02}:{wall.ends % 60:02}"
        for wall in week(day)[weekday]
    )


def quiet(day: WorkDay, not_before: str, not_after: str) -> WorkDay:
    return replace(day, not_before=clock(not_before), not_after=clock(not_after))


def usual() -> Iterator[tuple[str, Season]]:
    for entry in rows(HERE / "seasons.csv"):
        yield entry.text("organization"), Season(**season_of(entry))


SEASONS = {f"{district} {season.name}": season for district, season in usual()}


@pytest.mark.parametrize(
    ("season", "expected", "opted_in"),
    [
        ("PVU strawberries", "18:30-20:00", "04:30-05:00 18:30-20:00"),
        ("MHU garlic, peppers and nurseries", "18:00-20:00", "05:00-05:30 18:00-20:00"),
        ("MHU mushrooms", "18:00-20:00", "05:00-05:30 18:00-20:00"),
        ("HEB lettuce and broccoli", "17:00-18:30", "01:30-02:00 17:00-18:30"),
        ("SPR tobacco and vegetables", "19:00-20:30", "05:00-05:30 19:00-20:30"),
        ("SPR orchards", "17:30-20:00", "06:45-07:15 17:30-20:00"),
        ("PVU packing house", "18:00-20:30", "05:00-05:30 18:00-20:30"),
        ("PVU packing house at night", "15:00-20:30", "15:00-20:30 21:00-21:30"),
        ("NBD fish plants by day", "18:30-20:30", "05:30-06:00 18:30-20:30"),
        ("NBD fish plants at night", "14:30-16:30", "14:30-16:30 16:30-17:00"),
    ],
)
def test_each_work_that_we_know_of(season: str, expected: str, opted_in: str) -> None:
    assert shown(work_day(NEW_YORK, None, SEASONS[season]), TUESDAY) == expected
    assert shown(work_day(NEW_YORK, ToldWorkDay(before_work=True), SEASONS[season]), TUESDAY) == opted_in


def test_every_season_of_the_example_is_in_the_table_above() -> None:
    assert len(SEASONS) == 10


def test_out_of_season_and_nothing_told() -> None:
    seasons = {1: [SEASONS["PVU strawberries"]]}
    assert shown(work_day(NEW_YORK, None, season_for(seasons, [1], 12)), TUESDAY) == "18:30-20:00"


@pytest.mark.parametrize(
    ("day", "tuesday", "saturday", "sunday"),
    [
        (BERRIES, "18:30-20:00", "18:30-20:00", "09:00-20:00"),
        (NIGHT_LINE, "14:30-16:30", "14:30-16:30", "14:30-20:30"),
        (replace(BERRIES, days_off=frozenset({5, 6})), "18:30-20:00", "09:00-20:30", "09:00-20:00"),
        (LETTUCE, "17:30-18:30", "17:30-18:30", "09:00-18:30"),
        (VARIES, "09:00-20:30", "09:00-20:30", "09:00-20:30"),
        (family("05:00", "13:00"), "13:30-20:00", "13:30-20:00", "09:00-20:00"),
        (family("09:30", "18:00"), "18:30-20:30", "18:30-20:30", "09:00-20:30"),
        (family("06:00", "20:15"), "20:45-21:00", "20:45-21:00", "09:00-20:30"),
        (family("06:00", "20:30"), "20:45-21:00", "20:45-21:00", "09:00-20:30"),
        (family("10:30", "20:35"), "09:00-10:00", "09:00-10:00", "09:00-20:30"),
        (family("13:30", "22:30"), "09:00-13:00", "09:00-13:00", "09:00-20:30"),
        (family("14:00", "00:30"), "09:00-13:30", "09:00-13:30", "09:00-20:30"),
        (family("07:00", "21:30"), "", "", "09:00-20:30"),
        (family("02:00", "19:00"), "19:30-20:00", "19:30-20:00", "09:00-18:30"),
        (family("00:30", "12:00"), "12:30-18:30", "12:30-18:30", "09:00-18:30"),
        (quiet(FISH, "19:00", "20:00"), "19:00-20:00", "19:00-20:00", "19:00-20:00"),
        (replace(FISH, not_after=clock("18:00")), "", "", "09:00-18:00"),
        (replace(NIGHT_LINE, not_before=clock("15:00")), "15:00-16:30", "15:00-16:30", "15:00-20:30"),
        (quiet(FISH, "06:00", "23:00"), "18:30-20:30", "18:30-20:30", "09:00-20:30"),
    ],
)
def test_days_at_work_and_days_off(day: WorkDay, tuesday: str, saturday: str, sunday: str) -> None:
    assert [shown(day, weekday) for weekday in (TUESDAY, SATURDAY, SUNDAY)] == [tuesday, saturday, sunday]


def test_a_text_before_work_is_quiet_by_choice_too() -> None:
    early = replace(BERRIES, before_work=True)
    assert shown(early, TUESDAY) == "04:30-05:00 18:30-20:00"
    assert shown(replace(early, not_before=clock("04:45")), TUESDAY) == "04:45-05:00 18:30-20:00"
    assert shown(early, SUNDAY) == "09:00-20:00"


def window(day: WorkDay, now: dt.datetime, *, early: bool = False) -> str:
    found = next_window(day, now, early=early)
    assert found is not None
    return f"{on_the_wall(found.begins, day.zone)}-{on_the_wall(found.ends, day.zone)[-5:]}"


def test_the_next_window_is_the_open_one_while_it_is_open() -> None:
    assert window(FISH, moment("2027-08-16T12:00")) == "Mon 08-16 18:30-20:30"
    assert window(FISH, moment("2027-08-16T20:29")) == "Mon 08-16 18:30-20:30"
    assert window(FISH, moment("2027-08-16T20:30")) == "Tue 08-17 18:30-20:30"
    early = replace(FISH, before_work=True)
    assert window(early, moment("2027-08-16T20:30"), early=True) == "Tue 08-17 05:30-06:00"
    assert window(early, moment("2027-08-16T20:30")) == "Tue 08-17 18:30-20:30"


def test_who_works_all_week_from_morning_to_night_has_no_window() -> None:
    never = family("07:00", "21:30", days_off=frozenset())
    assert next_window(never, LONG_AGO) is None
    assert hold_ends(never, LONG_AGO, 3) == LONG_AGO + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "early", "is_it"),
    [
        ("2027-08-16T18:29", False, False),
        ("2027-08-16T18:30", False, True),
        ("2027-08-16T20:29", False, True),
        ("2027-08-16T20:30", False, False),
        ("2027-08-17T02:00", True, False),
        ("2027-08-17T05:29", True, False),
        ("2027-08-17T05:30", True, True),
        ("2027-08-17T05:30", False, False),
        ("2027-08-17T06:00", True, False),
    ],
)
def test_open_or_not(at: str, early: bool, is_it: bool) -> None:
    assert is_open(replace(FISH, before_work=True), moment(at), early=early) == is_it


@pytest.mark.parametrize(
    ("day", "begins", "hours", "ends"),
    [
        (BERRIES, "2027-06-01T18:30", 3, "Wed 06-02 20:00"),  # offered at half past six, held until tomorrow at eight
        (BERRIES, "2027-06-01T18:30", 2, "Wed 06-02 20:00"),
        (BERRIES, "2027-06-01T18:30", 1.5, "Tue 06-01 20:00"),
        (BERRIES, "2027-06-01T19:50", 1, "Wed 06-02 20:00"),
        (BERRIES, "2027-06-01T22:00", 3, "Thu 06-03 20:00"),  # at night it does not run
        (BERRIES, "2027-06-05T19:00", 3, "Sun 06-06 20:00"),
        (BERRIES, "2026-12-04T18:30", 3, "Sat 12-05 20:00"),  # the evening before a day off is no longer
        (NIGHT_LINE, "2027-06-01T15:00", 3, "Wed 06-02 16:30"),
        (VARIES, "2027-06-01T10:00", 3, "Tue 06-01 20:30"),
        (replace(BERRIES, before_work=True), "2027-06-01T18:30", 2, "Wed 06-02 20:00"),
    ],
)
def test_a_hold_runs_while_they_can_read(day: WorkDay, begins: str, hours: float, ends: str) -> None:
    assert on_the_wall(hold_ends(day, moment(begins, day.zone), hours), day.zone) == ends


def utc(windows_found: Iterator[Window]) -> list[str]:
    return [f"{one.begins:%d %H:%M}-{one.ends:%d %H:%M}" for one in windows_found]


SPRING, AUTUMN = "2027-03-1", "2027-11-0"  # clocks change on the 14th and the 7th, both Sundays
EVERY_DAY = replace(BERRIES, days_off=frozenset(), before_work=True)


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ("05:00", "14 11:30-14 12:00"),  # 04:30 in the new time, -7
        ("03:00", "14 09:30-14 10:00"),  # 01:30 in the old time is half an hour before
        ("02:30", "14 09:30-14 10:00"),  # does not exist: the clocks jump over it at 02:00
        ("02:00", "14 09:30-14 10:00"),
        ("01:45", "14 09:15-14 09:45"),
    ],
)
def test_half_an_hour_before_leaving_when_the_clocks_go_forward(leaves: str, expected: str) -> None:
    day = replace(EVERY_DAY, leaves_at=clock(leaves))
    night = windows(day, moment(SPRING + "3T22:00", LOS_ANGELES), moment(SPRING + "4T12:00", LOS_ANGELES), early=True)
    assert utc(iter([next(night)])) == [expected]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ("05:00", "07 12:30-07 13:00"),  # 04:30 in the new time, -8
        ("02:00", "07 09:30-07 10:00"),  # 01:30, the second one
        ("01:30", "07 08:00-07 08:30"),  # exists twice: they may leave at the first
    ],
)
def test_half_an_hour_before_leaving_when_the_clocks_go_back(leaves: str, expected: str) -> None:
    day = replace(EVERY_DAY, leaves_at=clock(leaves))
    night = windows(day, moment(AUTUMN + "6T22:00", LOS_ANGELES), moment(AUTUMN + "7T12:00", LOS_ANGELES), early=True)
    assert utc(iter([next(night)])) == [expected]


@pytest.mark.parametrize(
    ("day", "begins", "ends", "expected"),
    [
        ("2027-11-07", 60, 180, "07 06:00-07 08:00"),  # from the second 01:00
        ("2027-11-07", 0, 90, "07 04:00-07 05:30"),  # until the first 01:30
        ("2027-11-07", 70, 80, "07 06:10-07 05:20"),  # nothing is left of it
        ("2027-03-14", 90, 150, "14 06:30-14 07:00"),  # until the jump
        ("2027-03-14", 150, 210, "14 07:00-14 07:30"),  # from the jump
        ("2027-03-14", 125, 175, "14 07:00-14 07:00"),
        ("2027-07-14", 125, 175, "14 06:05-14 06:55"),
    ],
)
def test_wall_times_that_are_there_twice_or_not_at_all(day: str, begins: int, ends: int, expected: str) -> None:
    first, last = wall_span(dt.date.fromisoformat(day), begins, ends, ZoneInfo(NEW_YORK))
    assert f"{first:%d %H:%M}-{last:%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("now", "about", "expected", "instant"),
    [
        ("2027-03-12T12:00", "2027-03-14T13:00", "Sat 03-13 18:30, tomorrow", "2027-03-13T23:30"),
        ("2027-03-13T21:00", "2027-03-15T13:00", "Sun 03-14 18:30, tomorrow", "2027-03-14T22:30"),
        ("2027-11-05T12:00", "2027-11-07T13:00", "Sat 11-06 18:30, tomorrow", "2027-11-06T22:30"),
        ("2027-11-06T21:00", "2027-11-08T13:00", "Sun 11-07 18:30, tomorrow", "2027-11-07T23:30"),
    ],
)
def test_half_past_six_stays_half_past_six_over_both_changes(now: str, about: str, expected: str, instant: str) -> None:
    assert when(FISH, reminder(event(about)), moment(now)) == expected
    found = sent(FISH, reminder(event(about)), moment(now))
    assert found.at == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


def test_in_one_hour_is_an_hour_on_the_night_of_the_change() -> None:
    varying = replace(VARIES, zone=NEW_YORK)
    about = event("2027-11-07T10:00")
    assert when(varying, Matter(Occasion.NOTICE, about), moment("2027-11-07T04:00")) == "Sun 11-07 09:00, in one hour"
    gone = event("2027-03-14T10:00")
    assert when(varying, Matter(Occasion.NOTICE, gone), moment("2027-03-14T01:30")) == "Sun 03-14 09:00, in one hour"


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        (PHOENIX, "01:30", "01:30"),
        (LOS_ANGELES, "02:30", "01:30"),
        (TIJUANA, "02:30", "01:30"),
        (NEW_YORK, "23:30", "22:30"),
    ],
)
def test_arizona_never_changes_its_clocks(zone: str, winter: str, summer: str) -> None:
    day = replace(FISH, zone=zone)
    offers = [sent(day, Matter(Occasion.OFFER), moment(f"2027-{month}-12T12:00", zone)) for month in ("01", "07")]
    assert [f"{offer.at:%H:%M}" for offer in offers] == [winter, summer]


def test_the_event_keeps_its_own_clock_and_the_family_its_own() -> None:
    """The family is in Yuma already, an hour ahead in winter; Saturday school is in Heber."""
    in_yuma = family("05:00", "17:00", PHOENIX)
    school = event("2026-12-05T08:00", LOS_ANGELES)
    assert when(in_yuma, reminder(school), LONG_AGO) == "Fri 12-04 18:00, tomorrow"
    late = event("2026-12-04T23:30", LOS_ANGELES)  # Saturday in Yuma, but the text says Friday
    assert when(in_yuma, reminder(late), LONG_AGO) == "Thu 12-03 18:00, tomorrow"
    east = event("2026-12-06T00:30", NEW_YORK)  # Saturday in Chicago; the text says Sunday
    assert when(family("05:00", "17:00", CHICAGO), reminder(east), LONG_AGO) == "Sat 12-05 18:00, tomorrow"


def test_today_is_told_by_the_familys_clock() -> None:
    in_new_york = replace(NIGHT_LINE, zone=NEW_YORK)
    about = event("2027-08-24T20:00", LOS_ANGELES)
    assert when(in_new_york, reminder(about), moment("2027-08-23T20:00")) == "Tue 08-24 14:30, tonight"
    assert when(in_new_york, Matter(Occasion.NOTICE, about), moment("2027-08-23T15:00")) == "Mon 08-23 15:00, tomorrow"


def test_the_commuter_from_mexicali_is_asleep_by_half_past_seven() -> None:
    saturday_school = event("2027-01-23T08:00", LOS_ANGELES)
    for hour in range(24):
        for minute in (0, 30):
            now = moment(f"2027-01-20T{hour:02}:{minute:02}", TIJUANA)
            for matter in (Matter(Occasion.OFFER), reminder(saturday_school)):
                assert "17:30" <= on_the_wall(sent(LETTUCE, matter, now).at, TIJUANA)[-5:] < "19:30"


def test_a_telephone_number_from_springfield_does_not_matter_in_heber() -> None:
    assert (
        when(replace(TOBACCO, zone=LOS_ANGELES), Matter(Occasion.OFFER), moment("2027-08-16T12:00"))
        == "Mon 08-16 19:00"
    )
