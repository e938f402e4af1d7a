"""Who is reminded of what, when and in which words, as families with different work read it off their clocks."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from models.agenda import ItemKind, plan_family_again
from models.family import Phone
from models.program import Attends, Program, Slot, Stop
from models.sign_up import SignUp
from models.workday import Pattern, ToldWorkDay
from tests.notifications.agenda.season import SPRING, Season
from tests.notifications.family_days import LOS_ANGELES, PHOENIX, clock, moment

SATURDAY = "2027-07-10"
NOON = moment(f"{SATURDAY}T12:00")


def test_one_text_for_two_children_with_their_own_stop_and_time(season: Season) -> None:
    program = season.program("SUMMER", "2027-07-05", "08:00", place="Brightwood School")
    with season.database.begin() as session:
        stop = Stop(program_id=program, name="Camp Norton", pick_up=clock("06:40"))
        session.add_all([stop, Stop(program_id=program, name="Library", pick_up=clock("07:10"))])
        session.flush()
        stop_id = stop.id
    family = season.family("05:00", "18:00", numbers=2, children=["Ana", "Beto"])
    for child in ("Ana", "Beto"):
        season.sign_up(family, program, child, needs_ride=True, stop_id=stop_id)
    season.play(SPRING, moment("2027-07-05T12:00"))
    [told] = season.told()
    assert told == (
        "Sun 07-04 18:00 Tomorrow, Mon Jul 5, 8am: Ana and Beto, Summer, Brightwood School. "
        "Bus: Camp Norton 6:40am. OK or CHANGE?"
    )


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"leaves": "05:00", "home": "18:00"}, "Fri 07-09 18:30 Tomorrow, Sat Jul 10, 12pm"),
        ({"leaves": "17:00", "home": "06:00"}, "Fri 07-09 14:30 Tomorrow, Sat Jul 10, 12pm"),
        ({"pattern": Pattern.VARIES}, "Sat 07-10 09:00 Today, Sat Jul 10, 12pm"),
        ({"leaves": "07:00", "home": "19:45"}, "Fri 07-09 20:15 Tomorrow, Sat Jul 10, 12pm"),
        ({}, "Fri 07-09 18:30 Tomorrow, Sat Jul 10, 12pm"),
    ],
)
def test_each_is_told_when_they_can_read(on_sqlite: Season, hours: dict[str, Any], expected: str) -> None:
    season = on_sqlite
    family = season.family(children=["Ana"], **hours)
    season.sign_up(family, season.program("FAIR", SATURDAY, "12:00"), "Ana")
    season.play(SPRING, NOON)
    [told] = season.told()
    assert told.startswith(expected)


def test_who_comes_to_an_evening_class_from_work_is_told_before_the_shift_ends(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program(
        "ENGLISH", "2027-07-06", "18:30", ends_on=dt.date(2027, 7, 20), weekdays=[1], attends=Attends.PEOPLE
    )
    season.sign_up(season.family("06:00", "18:00"), program)
    season.play(SPRING, moment("2027-07-21T12:00"))
    assert [line[:23] for line in season.told()] == [
        "Tue 07-06 16:30 Tonight",
        "Tue 07-13 16:30 Tonight",
        "Tue 07-20 16:30 Tonight",
    ]


def test_before_work_only_if_it_is_welcome(season: Season) -> None:
    program = season.program("SUMMER", "2027-07-05", "08:00")
    for welcome in (True, False):
        family = season.family("05:00", "18:00", children=["Ana"], before_work=welcome)
        season.sign_up(family, program, "Ana")
    season.play(SPRING, moment("2027-07-05T12:00"))
    assert [line[:15] for line in season.told()] == ["Sun 07-04 18:00", "Sun 07-04 18:00", "Mon 07-05 04:30"]
    assert season.told()[-1] == "Mon 07-05 04:30 Good morning. Today, Mon Jul 5, 8am: Ana, Summer."


def test_who_says_late_that_it_is_welcome_is_told_before_work(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, season.program("SUMMER", "2027-07-05", "08:00"), "Ana")
    evening = moment("2027-07-04T19:30")
    season.play(SPRING, evening)
    season.tell_hours(family, evening, before_work=True)
    season.play(evening, NOON)
    assert [line[:15] for line in season.told()] == ["Sun 07-04 18:00", "Mon 07-05 04:30"]


def test_weekly_classes_each_time_and_daily_ones_for_the_first_day(on_sqlite: Season) -> None:
    season = on_sqlite
    ends_on = dt.date(2027, 7, 17)
    weekly = season.program("ART", SATURDAY, ends_on=ends_on, weekdays=[5])
    daily = season.program("CAMP", "2027-07-12", ends_on=ends_on, weekdays=[0, 1, 2, 3, 4])
    season.sign_up(season.family("05:00", "18:00", children=["Ana"]), weekly, "Ana")
    season.sign_up(season.family("05:00", "18:00", children=["Beto"]), daily, "Beto")
    season.play(SPRING, moment("2027-08-01T12:00"))
    assert [line[:26] for line in season.told()] == [
        "Fri 07-09 18:30 Tomorrow, ",
        "Sun 07-11 18:00 Tomorrow, ",
        "Fri 07-16 18:30 Tomorrow, ",
    ]


def test_a_class_on_two_evenings_in_a_row_is_reminded_of_before_the_first_has_begun(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program("CHESS", "2027-07-05", "20:00", ends_on=dt.date(2027, 7, 13), weekdays=[0, 1])
    season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    season.play(SPRING, moment("2027-07-14T12:00"))
    assert [line[:15] for line in season.told()] == [
        "Sun 07-04 18:00",
        "Mon 07-05 18:30",
        "Sun 07-11 18:00",
        "Mon 07-12 18:30",
    ]


def test_who_is_reminded_late_before_work_is_told_once(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program("FAIR", SATURDAY, "12:00")
    season.sign_up(season.family("05:00", "18:00", children=["Ana"], before_work=True), program, "Ana")
    season.tick(SPRING)
    season.tick(moment(f"{SATURDAY}T04:40"))  # the service was down on Friday evening
    season.play(moment(f"{SATURDAY}T04:41"), NOON)
    assert [line[:15] for line in season.told()] == ["Sat 07-10 04:40"]


def test_a_text_before_work_leaves_room_for_the_reminder_that_asks(on_sqlite: Season) -> None:
    season = on_sqlite
    evenings = {"ends_on": dt.date(2027, 7, 16), "weekdays": [1, 3], "attends": Attends.PAIRS}
    program = season.program("PLAY", "2027-07-06", "18:00", **evenings)
    season.sign_up(season.family("05:00", "18:00", children=["Ana"], before_work=True), program, "Ana")
    season.play(SPRING, moment("2027-07-17T12:00"))
    assert [line[:15] for line in season.told()] == [
        "Tue 07-06 04:30",
        "Tue 07-06 16:30",
        "Thu 07-08 16:30",
        "Tue 07-13 16:30",
        "Thu 07-15 16:30",
    ]
    assert "not_reminded" not in [kind for kind, _words in season.tasks()]


# --- what changes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "begins", "expected"),
    [
        ("2027-07-17", "12:00", "Fri 07-16 18:30 Tomorrow, Sat Jul 17, 12pm"),
        ("2027-07-03", "12:00", "Fri 07-02 18:30 Tomorrow, Sat Jul 3, 12pm"),
        (SATURDAY, "15:00", "Fri 07-09 18:30 Tomorrow, Sat Jul 10, 3pm"),
    ],
)
def test_what_is_moved_is_told_at_its_new_moment_only(on_sqlite: Season, day: str, begins: str, expected: str) -> None:
    season = on_sqlite
    program = season.program("FAIR", SATURDAY, "12:00")
    season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    season.play(SPRING, moment("2027-06-30T12:00"))
    moved_to = dt.date.fromisoformat(day)
    season.change(Program, program, starts_on=moved_to, ends_on=moved_to, begins=clock(begins))
    season.play(moment("2027-06-30T12:00"), moment("2027-07-20T12:00"))
    [told] = season.told()
    assert told.startswith(expected)
    assert season.tasks() == []


def test_a_booked_time_that_moves_is_told_at_its_new_moment(season: Season) -> None:
    program = season.program("CLINIC", SATURDAY, attends=Attends.PEOPLE)
    with season.database.begin() as session:
        slot = Slot(program_id=program, starts_at=moment(f"{SATURDAY}T13:30"), seats=4)
        session.add(slot)
        session.flush()
        slot_id = slot.id
    season.sign_up(season.family("05:00", "18:00"), program, slot_id=slot_id, heads=6, seats=6)
    season.play(SPRING, moment("2027-07-08T12:00"))
    season.change(Slot, slot_id, starts_at=moment("2027-07-12T18:45"))
    season.play(moment("2027-07-08T12:00"), moment("2027-07-20T12:00"))
    assert season.told() == ["Sun 07-11 18:00 Tomorrow, Mon Jul 12, 6:45pm: Clinic, 6 people. OK or CHANGE?"]


def test_moved_after_it_was_told_and_moved_back_is_told_each_time(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program("FAIR", "2027-07-12", "12:00")
    season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    told_at = moment("2027-07-11T18:00")
    season.play(SPRING, told_at)
    for minutes, begins in ((10, "14:00"), (20, "12:00")):
        season.change(Program, program, begins=clock(begins))
        season.tick(told_at + dt.timedelta(minutes=minutes))
    season.play(told_at + dt.timedelta(minutes=21), moment("2027-07-13T12:00"))
    assert [line[10:41] for line in season.told()] == [
        "18:00 Tomorrow, Mon Jul 12, 12pm"[:31],
        "18:10 Tomorrow, Mon Jul 12, 2pm",
        "18:20 Tomorrow, Mon Jul 12, 12pm"[:31],
    ]


def test_a_cancelled_program_is_not_spoken_of(season: Season) -> None:
    program = season.program("FAIR", SATURDAY)
    season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    season.tick(SPRING)
    season.change(Program, program, status="cancelled")
    season.play(SPRING, NOON)
    assert season.told() == []
    assert season.tasks() == []
    assert {item.state for item in season.items(ItemKind.REMINDER)} == {"withdrawn"}


def test_removed_and_signed_up_again_is_reminded_again(season: Season) -> None:
    program = season.program("FAIR", SATURDAY)
    family = season.family("05:00", "18:00", children=["Ana"])
    first = season.sign_up(family, program, "Ana")
    season.tick(SPRING)
    season.change(SignUp, first, status="withdrawn", changed_at=SPRING)
    season.play(SPRING, moment("2027-07-08T12:00"))
    assert {item.state for item in season.items(ItemKind.REMINDER)} == {"withdrawn"}
    season.sign_up(family, program, "Ana")
    season.play(moment("2027-07-08T12:00"), NOON)
    assert len(season.told()) == 1


def test_removed_before_the_text_has_left_it_stays(season: Season) -> None:
    program = season.program("FAIR", SATURDAY)
    sign_up = season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    season.look(SPRING)
    season.look(moment("2027-07-09T18:30"))
    season.change(SignUp, sign_up, status="withdrawn", changed_at=moment("2027-07-09T18:31"))
    season.play(moment("2027-07-09T18:31"), NOON)
    assert season.told() == []
    assert season.tasks() == []


def test_a_change_made_today_is_planned_though_the_clock_was_played_ahead(on_sqlite: Season) -> None:
    season = on_sqlite
    fair, late = season.program("FAIR", SATURDAY), season.program("LATE", "2027-07-17")
    family = season.family("05:00", "18:00", children=["Ana"])
    sign_up = season.sign_up(family, fair, "Ana")
    season.tick(moment("2027-07-01T12:00"))
    season.change(SignUp, sign_up, program_id=late, changed_at=SPRING)
    season.play(moment("2027-07-01T12:05"), moment("2027-07-18T12:00"))
    assert [line[:15] for line in season.told()] == ["Fri 07-16 18:30"]


def test_the_new_stop_is_told(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program("SUMMER", "2027-07-12", "08:00")
    with season.database.begin() as session:
        stops = [
            Stop(program_id=program, name=name, pick_up=clock(at)) for name, at in (("Mill", "06:00"), ("Elm", "07:00"))
        ]
        session.add_all(stops)
        session.flush()
        mill, elm = (stop.id for stop in stops)
    family = season.family("05:00", "18:00", children=["Ana"])
    sign_up = season.sign_up(family, program, "Ana", stop_id=mill)
    season.tick(SPRING)
    season.change(SignUp, sign_up, stop_id=elm, changed_at=SPRING)
    season.play(SPRING, moment("2027-07-12T12:00"))
    [told] = season.told()
    assert "Bus: Elm 7:00am." in told


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"leaves_at": clock("17:00"), "home_at": clock("06:00")}, "Fri 07-09 14:30"),
        ({"leaves_at": clock("07:00"), "home_at": clock("20:00")}, "Fri 07-09 20:30"),
    ],
)
def test_other_hours_re_time_it_also_to_an_earlier_moment(
    on_sqlite: Season, hours: dict[str, Any], expected: str
) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, season.program("FAIR", SATURDAY, "12:00"), "Ana")
    morning = moment("2027-07-09T08:00")
    season.play(SPRING, morning)
    season.tell_hours(family, morning, **hours)
    season.play(morning, NOON)
    assert [line[:15] for line in season.told()] == [expected]


def test_who_leaves_is_reminded_of_nothing_from_that_day_on(on_sqlite: Season) -> None:
    season = on_sqlite
    program = season.program("ART", SATURDAY, ends_on=dt.date(2027, 7, 31), weekdays=[5])
    sign_up = season.sign_up(season.family("05:00", "18:00", children=["Ana"]), program, "Ana")
    season.tick(SPRING)
    season.change(SignUp, sign_up, leaves_on=dt.date(2027, 7, 17), changed_at=SPRING)
    season.play(SPRING, moment("2027-08-10T12:00"))
    assert [line[:15] for line in season.told()] == ["Fri 07-09 18:30"]
    assert season.tasks() == []


# --- who wants to hear nothing, or less -----------------------------------------------------------------------------


def test_who_has_opted_out_hears_nothing_and_nobody_calls_until_they_come_back(season: Season) -> None:
    program = season.program("ART", SATURDAY, ends_on=dt.date(2027, 7, 31), weekdays=[5])
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, program, "Ana")
    season.tick(SPRING)
    season.change_phones(family, opted_out_at=SPRING)
    tuesday = moment("2027-07-13T12:00")
    season.play(SPRING, tuesday)
    assert (season.told(), season.tasks()) == ([], [])
    season.change_phones(family, opted_out_at=None)
    with season.database.begin() as session:
        plan_family_again(session.connection(), family)
    season.play(tuesday, moment("2027-07-18T12:00"))
    assert [line[:15] for line in season.told()] == ["Fri 07-16 18:30"]


def test_a_phone_that_nothing_reaches_is_a_call(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, season.program("FAIR", SATURDAY), "Ana")
    season.change_phones(family, unreachable="dead")
    season.play(SPRING, NOON)
    assert season.told() == []
    assert season.tasks() == [("not_reminded", "No phone of theirs can be texted.")]


def test_the_other_phone_is_told_where_the_first_is_dead(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"], numbers=2)
    season.sign_up(family, season.program("FAIR", SATURDAY), "Ana")
    with season.database.begin() as session:
        first = session.scalars(sa.select(Phone.id).order_by(Phone.id)).first()
        session.execute(sa.update(Phone).where(Phone.id == first).values(unreachable="dead"))
    season.play(SPRING, NOON)
    assert len(season.told()) == 1
    assert season.tasks() == []


# --- zones ----------------------------------------------------------------------------------------------------------


def test_a_family_in_arizona_and_a_program_in_california(on_sqlite: Season) -> None:
    """In winter Yuma is an hour ahead of Heber, in summer they agree."""
    season = on_sqlite
    family = season.family("04:00", "15:30", children=["Ana"], zone=PHOENIX)
    for code, day in (("WINTER", "2027-01-16"), ("SUMMER", SATURDAY)):
        season.sign_up(
            family, season.program(code, day, "09:00", zone=LOS_ANGELES), "Ana", signed_up_at=moment("2026-11-22T12:00")
        )
    season.play(moment("2026-12-01T12:00"), NOON + dt.timedelta(days=1))
    winter, summer = season.told(zone=PHOENIX)
    assert winter.startswith("Fri 01-15 17:00 Tomorrow, Sat Jan 16, 9am")
    assert summer.startswith("Fri 07-09 17:00 Tomorrow, Sat Jul 10, 9am")
    [early, late] = [line[:15] for line in season.told(zone=LOS_ANGELES)]
    assert (early, late) == ("Fri 01-15 16:00", "Fri 07-09 17:00")


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07", "2027-03-15", "2027-11-08"])
def test_when_the_clocks_change_the_wall_decides(on_sqlite: Season, day: str) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"], days_off=[])
    signed_up = moment("2027-02-01T12:00")
    season.sign_up(family, season.program("FAIR", day), "Ana", signed_up_at=signed_up, changed_at=signed_up)
    season.play(signed_up, moment(f"{day}T12:00"))
    [told] = season.told()
    before = dt.date.fromisoformat(day) - dt.timedelta(days=1)
    assert told.startswith(f"{before:%a %m-%d} 18:30 Tomorrow, ")


def test_a_phone_that_nothing_reaches_is_one_call_however_often_it_meets(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    weekly = season.program("CLUB", SATURDAY, ends_on=dt.date(2027, 8, 7), weekdays=[5])
    season.sign_up(family, weekly, "Ana")
    season.change_phones(family, unreachable="dead")
    season.play(SPRING, moment("2027-08-08T12:00"))
    assert season.tasks() == [("not_reminded", "No phone of theirs can be texted.")]


def test_a_family_on_another_clock_reads_whose_hour_it_is(on_sqlite: Season) -> None:
    season = on_sqlite
    near, far = season.family("05:00", "18:00", children=["Ana"]), season.family("05:00", "18:00", children=["Beto"])
    season.change(ToldWorkDay, far, zone="America/Chicago")
    fair = season.program("FAIR", SATURDAY)
    season.sign_up(near, fair, "Ana")
    season.sign_up(far, fair, "Beto")
    season.play(SPRING, NOON)
    [here], [there] = season.told(near), season.told(far)
    assert "Sat Jul 10, 9am:" in here
    assert "Sat Jul 10, 9am (Springfield):" in there
