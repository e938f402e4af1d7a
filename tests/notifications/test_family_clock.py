"""When families of every kind of work are told what, in which words, or not at all: the cases one can read."""

import datetime as dt
from dataclasses import replace

import pytest

from models.workday import Pattern, WorkDay
from notifications.family_clock import decide
from notifications.family_matters import Event, Matter, Occasion, Send, Urgency
from tests.notifications.family_days import (
    BERRIES,
    FISH,
    LETTUCE,
    LOS_ANGELES,
    NEW_YORK,
    NIGHT_LINE,
    TOBACCO,
    VARIES,
    clock,
    dropped,
    event,
    family,
    moment,
    reminder,
    sent,
    when,
)

MONDAY_NOON = moment("2027-08-16T12:00")
CLINIC = event("2027-08-21T13:30")  # a Saturday
WELCOME = replace(TOBACCO, before_work=True)
MORNING_SHIFT_OFF_TUESDAY = family("06:00", "14:00", days_off=frozenset({1, 6}))
EVENING_SHIFT = family("13:30", "22:30")
OFFER, NOTICE, ANSWER = Occasion.OFFER, Occasion.NOTICE, Occasion.ANSWER
DIGEST, BEFORE_WORK = Occasion.DIGEST, Occasion.BEFORE_WORK


@pytest.mark.parametrize(
    ("day", "about", "expected"),
    [
        (FISH, CLINIC, "Fri 08-20 18:30, tomorrow"),
        (TOBACCO, CLINIC, "Fri 08-20 19:00, tomorrow"),
        (WELCOME, CLINIC, "Fri 08-20 19:00, tomorrow"),  # the text before work is one more, never instead
        (family("07:15", "17:00", not_after=clock("20:00")), CLINIC, "Fri 08-20 18:00, tomorrow"),
        (NIGHT_LINE, event("2027-08-21T09:00"), "Fri 08-20 14:30, tomorrow"),
        (NIGHT_LINE, event("2027-08-24T18:45"), "Tue 08-24 14:30, tonight"),
        (NIGHT_LINE, event("2027-08-22T20:00"), "Sun 08-22 16:00, tonight"),  # on their day off, until two hours before
        (EVENING_SHIFT, event("2027-08-24T10:00"), "Mon 08-23 11:00, tomorrow"),
        (MORNING_SHIFT_OFF_TUESDAY, event("2027-08-24T18:00"), "Mon 08-23 18:30, tomorrow"),
        (family("06:00", "18:00", days_off=frozenset({4, 5, 6})), CLINIC, "Fri 08-20 18:30, tomorrow"),
        (VARIES, CLINIC, "Sat 08-21 10:30, today"),
        (VARIES, event("2027-08-21T18:45"), "Sat 08-21 15:45, tonight"),
        (VARIES, event("2027-08-21T11:30"), "Sat 08-21 09:00, today"),  # nine is when one may be awake
        (VARIES, event("2027-08-21T10:00"), "Fri 08-20 18:30, tomorrow"),
        (family("06:00", "19:30"), CLINIC, "Fri 08-20 20:00, tomorrow"),
        (family("06:00", "20:15"), CLINIC, "Fri 08-20 20:45, tomorrow"),
        (replace(FISH, not_before=clock("19:15")), CLINIC, "Fri 08-20 19:15, tomorrow"),
        (replace(BERRIES, zone=NEW_YORK), CLINIC, "Fri 08-20 18:30, tomorrow"),
    ],
)
def test_one_reminder_in_the_last_good_time_before(day: WorkDay, about: Event, expected: str) -> None:
    assert when(day, reminder(about), MONDAY_NOON) == expected


CLASS = event("2027-07-13T19:00", after_shift=True)  # a Tuesday evening


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        (family("06:00", "18:00"), "2027-07-12T12:00", "Tue 07-13 16:30, tonight"),
        (family("06:00", "18:00"), "2027-07-13T16:50", "Tue 07-13 16:50, tonight"),
        (family("06:00", "18:00"), "2027-07-13T17:00", "Tue 07-13 17:00, tonight"),
        (family("06:00", "19:00"), "2027-07-12T12:00", "Tue 07-13 17:30, tonight"),
        (family("06:00", "19:15"), "2027-07-12T12:00", "Mon 07-12 19:45, tomorrow"),  # not from work: it ends later
        (family("06:00", "18:00"), "2027-07-13T17:05", "Tue 07-13 18:30, tonight"),  # at home, half an hour is left
        (family("06:00", "18:00", days_off=frozenset({1})), "2027-07-12T12:00", "Mon 07-12 18:30, tomorrow"),
        (family("06:00", "18:00", not_before=clock("18:00")), "2027-07-12T12:00", "Mon 07-12 18:30, tomorrow"),
        (NIGHT_LINE, "2027-07-12T12:00", "Tue 07-13 14:30, tonight"),
        (VARIES, "2027-07-12T12:00", "Tue 07-13 16:00, tonight"),
    ],
)
def test_who_comes_to_an_evening_class_from_work_is_told_before_the_shift_ends(
    day: WorkDay, now: str, expected: str
) -> None:
    assert when(day, reminder(CLASS), moment(now)) == expected


def test_a_shift_that_ends_early_in_the_morning_waits_for_eight() -> None:
    morning_class = reminder(event("2027-07-13T10:30", after_shift=True))
    assert when(family("01:00", "09:10"), morning_class, moment("2027-07-12T12:00")) == "Tue 07-13 08:00, today"


def test_a_text_in_the_shift_says_that_it_is_one() -> None:
    found = sent(FISH, reminder(CLASS), moment("2027-07-12T12:00"))
    assert found.breaks_hours
    assert found.until == moment("2027-07-13T17:01")
    assert found.reason == "Before their shift ends at 18:00."


@pytest.mark.parametrize(
    ("day", "about", "expected"),
    [
        (WELCOME, CLINIC, "Sat 08-21 05:00, before you leave"),
        (replace(LETTUCE, zone=NEW_YORK, before_work=True), CLINIC, "Sat 08-21 01:30, before you leave"),
        (replace(NIGHT_LINE, before_work=True), event("2027-08-19T19:00"), "Thu 08-19 16:30, before you leave"),
        (TOBACCO, CLINIC, "They have not said that a text before work is welcome."),
        (WELCOME, event("2027-08-22T13:30"), "They do not leave for work on Sunday."),
        (WELCOME, event("2027-08-20T04:45"), "There is no time left before they leave for work on that day."),
        (replace(VARIES, before_work=True), CLINIC, "They do not leave for work on Saturday."),
        (
            replace(WELCOME, not_before=clock("07:00")),
            CLINIC,
            "There is no time left before they leave for work on that day.",
        ),
    ],
)
def test_before_work_only_where_it_is_welcome(day: WorkDay, about: Event, expected: str) -> None:
    found = decide(day, reminder(about, BEFORE_WORK), MONDAY_NOON)
    assert (
        when(day, reminder(about, BEFORE_WORK), MONDAY_NOON) if isinstance(found, Send) else found.reason
    ) == expected


def test_before_work_is_on_the_day_itself_even_if_it_is_of_use_for_longer() -> None:
    on_sunday = reminder(event("2027-08-22T13:30"), BEFORE_WORK, moment("2027-08-23T12:00"))
    assert dropped(WELCOME, on_sunday, MONDAY_NOON) == "They do not leave for work on Sunday."


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        (FISH, "2027-08-16T12:00", "Mon 08-16 18:30"),
        (FISH, "2027-08-16T19:10", "Mon 08-16 19:10"),
        (FISH, "2027-08-16T20:30", "Tue 08-17 18:30"),
        (FISH, "2027-08-17T02:00", "Tue 08-17 18:30"),
        (WELCOME, "2027-08-17T02:00", "Tue 08-17 19:00"),  # what is not urgent does not wake up anybody at five
        (FISH, "2027-08-15T07:30", "Sun 08-15 09:00"),
        (NIGHT_LINE, "2027-08-16T08:00", "Mon 08-16 14:30"),
        (NIGHT_LINE, "2027-08-16T16:30", "Tue 08-17 14:30"),
        (EVENING_SHIFT, "2027-08-16T12:00", "Mon 08-16 12:00"),
        (VARIES, "2027-08-16T07:00", "Mon 08-16 09:00"),
        (replace(LETTUCE, zone=NEW_YORK), "2027-08-16T18:45", "Tue 08-17 17:30"),
    ],
)
def test_offers_and_notices_go_as_soon_as_they_can_be_read(day: WorkDay, now: str, expected: str) -> None:
    assert when(day, Matter(OFFER), moment(now)) == when(day, Matter(NOTICE), moment(now)) == expected
    assert when(day, Matter(ANSWER), moment(now)) == expected


def test_a_notice_waits_for_its_day_and_speaks_of_the_event() -> None:
    announced = Matter(NOTICE, CLINIC, earliest=CLINIC.begins - dt.timedelta(days=14))
    assert when(FISH, announced, moment("2027-06-01T12:00")) == "Sat 08-07 18:30, on the day"
    confirm = Matter(NOTICE, CLINIC, earliest=CLINIC.begins - dt.timedelta(days=2))
    assert when(FISH, confirm, MONDAY_NOON) == "Thu 08-19 18:30, on the day"


def test_who_has_just_written_is_answered_at_once() -> None:
    at_night = moment("2027-08-17T02:10")
    found = sent(FISH, Matter(ANSWER, heard_at=at_night - dt.timedelta(minutes=20)), at_night)
    assert (found.at, found.breaks_hours, found.reason) == (at_night, True, "They wrote on Tue Aug 17, 01:50 and wait.")
    assert found.until == at_night + dt.timedelta(minutes=10)
    assert when(FISH, Matter(ANSWER, heard_at=at_night - dt.timedelta(minutes=31)), at_night) == "Tue 08-17 18:30"
    assert when(FISH, Matter(OFFER, heard_at=at_night), at_night) == "Tue 08-17 18:30"


@pytest.mark.parametrize(
    ("day", "now", "earliest", "expected"),
    [
        (FISH, "2027-08-16T12:00", None, "Sun 08-22 16:00"),
        (FISH, "2027-08-22T17:20", None, "Sun 08-22 17:20"),  # down at four
        (FISH, "2027-08-22T21:00", None, "Mon 08-23 18:30"),  # down all Sunday
        (FISH, "2027-08-23T07:00", "2027-08-22T15:00", "Mon 08-23 18:30"),
        (FISH, "2027-08-23T20:40", "2027-08-22T15:00", None),
        (FISH, "2027-08-22T12:00", "2027-08-22T17:00", "Sun 08-22 17:00"),
        (FISH, "2027-08-23T07:00", None, "Sun 08-29 16:00"),
        (replace(FISH, days_off=frozenset()), "2027-08-16T12:00", None, "Sun 08-22 18:30"),
        (replace(NIGHT_LINE, days_off=frozenset()), "2027-08-16T12:00", None, "Sun 08-22 16:00"),
        (NIGHT_LINE, "2027-08-16T12:00", None, "Sun 08-22 16:00"),
        (BERRIES, "2027-08-16T12:00", None, "Sun 08-22 16:00"),
    ],
)
def test_the_summary_comes_on_sunday_at_four(
    day: WorkDay, now: str, earliest: str | None, expected: str | None
) -> None:
    matter = Matter(DIGEST, earliest=moment(earliest, day.zone) if earliest else None)
    if expected is None:
        assert "No time is left" not in when(day, Matter(DIGEST), moment(now))
        assert dropped(day, matter, moment(now))
    else:
        assert when(day, matter, moment(now, day.zone)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-08-20T19:40", "Fri 08-20 19:40, tomorrow"),  # down for an hour: still in the evening
        ("2027-08-20T20:30", None),  # the evening is over, and on Saturday they leave before they may be texted
        ("2027-08-21T13:29", None),
        ("2027-08-21T13:30", None),
    ],
)
def test_a_server_that_was_down(now: str, expected: str | None) -> None:
    if expected is not None:
        assert when(FISH, reminder(CLINIC), moment(now)) == expected
    else:
        assert dropped(FISH, reminder(CLINIC), moment(now))


def test_late_is_still_sent_where_it_is_still_of_use() -> None:
    free_on_saturdays = replace(WELCOME, days_off=frozenset({5, 6}))
    assert when(free_on_saturdays, reminder(CLINIC), moment("2027-08-21T07:00")) == "Sat 08-21 09:00, today"
    assert when(free_on_saturdays, reminder(CLINIC), moment("2027-08-21T12:30")) == "Sat 08-21 12:30, in one hour"
    assert when(WELCOME, reminder(CLINIC), moment("2027-08-20T23:00")) == "Sat 08-21 05:00, before you leave"
    found = sent(WELCOME, reminder(CLINIC), moment("2027-08-20T23:00"))
    assert found.reason == "Late, but still of use: before they leave at 05:30, which they said is welcome."


def test_why_not_is_said_for_staff() -> None:
    assert dropped(FISH, reminder(CLINIC), moment("2027-08-21T14:00")) == (
        "Too late: it was of use until Sat Aug 21, 13:30."
    )
    assert dropped(FISH, reminder(CLINIC), moment("2027-08-20T21:00")) == (
        "No time is left in which they can read it before Sat Aug 21, 13:30; the last was until Fri Aug 20, 20:30."
    )
    never = family("07:00", "21:30", days_off=frozenset())
    assert dropped(never, Matter(OFFER), MONDAY_NOON) == (
        "They are never free between 8:00 and 21:00, as far as we know: call them."
    )


def test_why_then_is_said_for_staff() -> None:
    assert sent(FISH, reminder(CLINIC), MONDAY_NOON).reason == (
        "The last good time before it: after they come home at 18:00."
    )
    assumed = replace(BERRIES, assumed_from="strawberries")
    assert sent(assumed, Matter(OFFER), MONDAY_NOON).reason == (
        "As soon as they can read it: after they come home at 18:00, as is usual here (strawberries)."
    )
    assert sent(NIGHT_LINE, Matter(OFFER), MONDAY_NOON).reason == (
        "As soon as they can read it: by day, before they leave at 17:00."
    )
    assert sent(VARIES, reminder(CLINIC), MONDAY_NOON).reason == (
        "Two to three hours before: in the waking hours, since their shifts vary."
    )
    assert sent(FISH, Matter(DIGEST), MONDAY_NOON).reason == "The summary of the week: on their day off, Sunday."


def test_the_deadline_may_be_before_the_event() -> None:
    bus_at_six = Matter(Occasion.REMINDER, event("2027-07-06T06:30"), moment("2027-07-06T06:00"))
    assert when(TOBACCO, bus_at_six, moment("2027-07-05T12:00")) == "Mon 07-05 19:00, tomorrow"
    form = Matter(Occasion.REMINDER, CLINIC, moment("2027-08-19T16:00"))
    assert when(FISH, form, MONDAY_NOON) == "Wed 08-18 18:30, on the day"


def test_nothing_goes_after_its_window_or_its_deadline() -> None:
    assert sent(FISH, reminder(CLINIC), MONDAY_NOON).until == moment("2027-08-20T20:30")
    soon = Matter(NOTICE, event("2027-08-16T19:30"))
    found = sent(FISH, soon, moment("2027-08-16T18:40"))
    assert (when(FISH, soon, MONDAY_NOON), found.until) == (
        "Mon 08-16 18:30, in one hour",
        moment("2027-08-16T18:45") + dt.timedelta.resolution,
    )
    assert sent(FISH, soon, moment("2027-08-16T18:50")).until == moment("2027-08-16T19:30")


RAIN = Urgency("the bus does not run: flooded road", "the coordinator of Heber")


@pytest.mark.parametrize(("now", "outside"), [("2027-08-17T02:00", True), ("2027-08-16T19:00", False)])
def test_what_is_urgent_goes_now_with_a_reason_and_a_name(now: str, outside: bool) -> None:
    matter = Matter(Occasion.URGENT, event("2027-08-17T06:00"), urgency=RAIN)
    found = sent(FISH, matter, moment(now))
    assert (found.at, found.until, found.breaks_hours) == (moment(now), moment("2027-08-17T06:00"), outside)
    because = "Urgent: the bus does not run: flooded road (the coordinator of Heber)"
    assert found.reason == because + (", outside of their hours." if outside else ".")


@pytest.mark.parametrize("urgency", [None, Urgency("", "somebody"), Urgency("rain", "")])
def test_what_is_urgent_needs_both(urgency: Urgency | None) -> None:
    with pytest.raises(ValueError, match="needs a reason and a name"):
        decide(FISH, Matter(Occasion.URGENT, urgency=urgency), MONDAY_NOON)


def test_even_what_is_urgent_can_be_too_late() -> None:
    matter = Matter(Occasion.URGENT, event("2027-08-17T06:00"), urgency=RAIN)
    assert dropped(FISH, matter, moment("2027-08-17T06:00")).startswith("Too late")


def test_a_pattern_alone_does_not_make_hours() -> None:
    by_night_in_name = replace(FISH, pattern=Pattern.NIGHT)
    assert when(by_night_in_name, reminder(CLINIC), MONDAY_NOON) == when(FISH, reminder(CLINIC), MONDAY_NOON)
    assert when(replace(FISH, zone=LOS_ANGELES), Matter(OFFER), MONDAY_NOON) == "Mon 08-16 18:30"
