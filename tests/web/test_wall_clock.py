"""Moments on a wall clock: the next evening, whatever the clocks do, and what somebody types."""

import datetime as dt

import pytest

from web.wall_clock import NEXT, NoMoment, asked_for, in_words

MASSACHUSETTS, ARIZONA = "America/New_York", "America/Phoenix"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("ahead", "now", "zone", "then"),
    [
        ("evening", "2026-11-22 15:00", MASSACHUSETTS, "2026-11-22 23:30"),
        ("evening", "2026-11-22 23:29:59", MASSACHUSETTS, "2026-11-22 23:30"),
        ("evening", "2026-11-22 23:30", MASSACHUSETTS, "2026-11-23 23:30"),
        ("evening", "2026-11-23 03:00", MASSACHUSETTS, "2026-11-23 23:30"),  # still the 22nd there
        ("evening", "2026-07-05 12:00", MASSACHUSETTS, "2026-07-05 22:30"),
        ("evening", "2026-07-05 12:00", ARIZONA, "2026-07-06 01:30"),
        ("morning", "2026-11-22 23:30", MASSACHUSETTS, "2026-11-23 09:30"),
        ("morning", "2027-03-13 12:00", MASSACHUSETTS, "2027-03-14 08:30"),  # the night in which an hour is missing
        ("sunday", "2026-11-22 15:00", MASSACHUSETTS, "2026-11-22 21:00"),
        ("sunday", "2026-11-22 21:00", MASSACHUSETTS, "2026-11-29 21:00"),
        ("hour", "2026-11-22 21:10", MASSACHUSETTS, "2026-11-22 22:10"),
    ],
)
def test_the_next_of_its_kind(ahead: str, now: str, zone: str, then: str) -> None:
    assert asked_for(ahead, "", utc(now), zone) == utc(then)


def test_a_moment_that_is_typed_is_on_the_wall() -> None:
    now = utc("2026-11-22 21:10")
    assert asked_for("moment", "2027-07-06T04:30", now, MASSACHUSETTS) == utc("2027-07-06 08:30")
    assert asked_for("moment", "2027-07-06T04:30", now, ARIZONA) == utc("2027-07-06 11:30")


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("2026-11-22T16:10", "Sun, Nov 22, 16:10 EST has passed: the clock only goes forward."),
        ("2027-11-24T16:10", "That is more than a year ahead."),
        ("", "Choose a day and a time."),
        ("tomorrow", "Choose a day and a time."),
        ("9999-12-31T23:59", "Choose a day and a time."),
        ("0001-01-01T00:00", "Mon, Jan 1, 00:00 LMT has passed: the clock only goes forward."),
    ],
)
def test_a_moment_that_is_none_is_said_to_be(typed: str, refusal: str) -> None:
    with pytest.raises(NoMoment) as raised:
        asked_for("moment", typed, utc("2026-11-22 21:10"), MASSACHUSETTS)
    assert str(raised.value) == refusal


def test_a_moment_in_words_is_on_the_familys_clock() -> None:
    moment = utc("2027-07-06 01:30")
    assert in_words(moment, ARIZONA) == "Mon, Jul 5, 18:30 MST"
    assert in_words(moment, MASSACHUSETTS) == "Mon, Jul 5, 21:30 EDT"


def test_each_button_says_what_it_does() -> None:
    assert [each.name for each in NEXT.values()] == ["Next evening 18:30", "Next morning 4:30", "Next Sunday 16:00"]
