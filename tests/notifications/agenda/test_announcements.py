"""Whom a program is announced to, and the Sunday summary of who wants to hear less."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from models.agenda import ItemKind, decline, plan_family_again
from models.family import Phone, Student
from models.program import Program, Room
from models.sign_up import SignUp
from notifications.agenda.digests import plan_first_digest
from tests.notifications.agenda.season import SPRING, Season
from tests.notifications.family_days import LOS_ANGELES, NEW_YORK, moment

FIRST_DAY = "2027-07-05"
ANNOUNCED, NUDGED = "Mon 06-21 18:30", "Mon 06-28 18:30"
OVER = moment("2027-07-06T12:00")


def summer(season: Season, **columns: Any) -> int:
    """A program for ages 6 to 10 that tells of itself; returns its id."""
    rooms = [Room(seats=2, youngest=6, oldest=10)]
    given: dict[str, Any] = {"tells": ["announce", "nudge"], "rooms": rooms}
    return season.program("SUMMER", FIRST_DAY, **given | columns)


def when_told(season: Season, family: int | None = None) -> list[str]:
    return [line[:15] for line in season.told(family)]


def test_two_weeks_ahead_and_a_week_ahead(season: Season) -> None:
    summer(season, place="Brightwood")
    season.family("05:00", "18:00", children=["Ana", "Beto"])
    season.family("05:00", "18:00")
    season.play(SPRING, OVER)
    said = "room for Ana and Beto: Summer, from Jul 5. Brightwood. Do you want to sign up? 1 Yes 2 No"
    assert season.told() == [f"{ANNOUNCED} There is {said}", f"{NUDGED} There is still {said}"]


def test_a_change_of_the_program_announces_nothing_before_its_time(season: Season) -> None:
    program = summer(season)
    season.family("05:00", "18:00", children=["Ana"])
    season.tick(SPRING)
    season.change(Program, program, begins=dt.time(10))
    season.play(SPRING, OVER)
    assert when_told(season) == [ANNOUNCED, NUDGED]


def test_a_program_that_begins_on_another_day_is_told_of_for_that_day(on_sqlite: Season) -> None:
    season = on_sqlite
    program = summer(season)
    season.family("05:00", "18:00", children=["Ana"])
    season.tick(SPRING)
    season.change(Program, program, starts_on=dt.date(2027, 7, 12), ends_on=dt.date(2027, 7, 12))
    season.play(SPRING, moment("2027-07-13T12:00"))
    assert when_told(season) == [NUDGED, "Mon 07-05 18:30"]


def test_not_to_whom_it_does_not_fit_who_is_on_it_or_where_it_is_full(on_sqlite: Season) -> None:
    season = on_sqlite
    program = summer(season)
    too_old, seated, removed, free = (season.family("05:00", "18:00", children=[name]) for name in "OSRF")
    with season.database.begin() as session:
        session.execute(sa.update(Student).where(Student.family_id == too_old).values(age=15))
        room = session.scalars(sa.select(Room.id)).one()
    season.sign_up(seated, program, "S", room_id=room)
    season.sign_up(removed, program, "R", room_id=room, status="withdrawn")
    season.play(SPRING, moment("2027-06-22T12:00"))
    assert [when_told(season, one) for one in (too_old, seated, removed, free)] == [[], [], [], [ANNOUNCED]]
    season.sign_up(season.family("05:00", "18:00", children=["Late"]), program, "Late", room_id=room)
    season.play(moment("2027-06-22T12:01"), moment("2027-07-03T12:00"))
    assert when_told(season, free) == [ANNOUNCED]


def test_who_said_no_is_not_nudged(season: Season) -> None:
    program = summer(season)
    no, silent = (season.family("05:00", "18:00", children=[name]) for name in ("Ana", "Beto"))
    season.play(SPRING, moment("2027-06-22T12:00"))
    with season.database.begin() as session:
        decline(session.connection(), no, [program])
    season.play(moment("2027-06-22T12:01"), OVER)
    assert when_told(season, no) == [ANNOUNCED]
    assert when_told(season, silent) == [ANNOUNCED, NUDGED]


def test_a_child_added_late_is_offered_what_has_room_in_their_window(season: Season) -> None:
    summer(season, tells=[], sign_up_by=dt.date(2027, 5, 1))
    summer_full = season.program("FULL", FIRST_DAY, rooms=[Room(seats=0)], sign_up_by=dt.date(2027, 5, 1))
    season.tick(SPRING)
    season.family("05:00", "18:00", children=["Ana"], zone=LOS_ANGELES)
    season.play(SPRING, moment("2027-05-22T12:00"))
    assert season.told(zone=LOS_ANGELES) == [
        "Thu 05-20 18:30 There is room for Ana: Summer, from Jul 5. Do you want to sign up? 1 Yes 2 No"
    ]
    assert summer_full not in {item.program_id for item in season.items(ItemKind.ANNOUNCE) if item.message_id}


def test_who_wants_to_hear_less_is_not_announced_to(on_sqlite: Season) -> None:
    season = on_sqlite
    summer(season)
    season.change_phones(season.family("05:00", "18:00", children=["Ana"]), paused_at=SPRING)
    season.play(SPRING, OVER)
    assert season.told() == []


# --- the Sunday summary ---------------------------------------------------------------------------------------------


def pause(season: Season, family: int, now: dt.datetime) -> None:
    season.change_phones(family, paused_at=now)
    with season.database.begin() as session:
        for phone_id in session.scalars(sa.select(Phone.id).where(Phone.family_id == family)):
            plan_first_digest(session.connection(), phone_id, now)


def come_back(season: Season, family: int) -> None:
    season.change_phones(family, paused_at=None)
    with season.database.begin() as session:
        plan_family_again(session.connection(), family)


def saturdays(season: Season) -> int:
    """A class each Saturday in July."""
    return season.program("ART", "2027-07-03", ends_on=dt.date(2027, 7, 31), weekdays=[5])


def test_who_pauses_gets_the_summary_on_sundays_and_nothing_else(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, saturdays(season), "Ana")
    camp = season.program("CAMP", "2027-07-12", ends_on=dt.date(2027, 7, 23), weekdays=[0, 1, 2, 3, 4])
    season.sign_up(family, camp, "Ana")
    season.program("CIRCUS", "2027-07-20")
    tuesday = moment("2027-06-29T12:00")
    season.tick(SPRING)
    pause(season, family, tuesday)
    season.play(tuesday, moment("2027-07-19T12:00"))
    weeks = [
        "Sat Jul 10, 9am Art",
        "Mon Jul 12, 9am Camp; Sat Jul 17, 9am Art",
        "Mon Jul 19, 9am Camp; Sat Jul 24, 9am Art",
    ]
    assert season.told() == [
        f"Sun {day} 16:00 Your week: {week}. Open for sign-up: Circus. Write MENU. All messages: ALL"
        for day, week in zip(("07-04", "07-11", "07-18"), weeks, strict=True)
    ]
    assert season.tasks() == []


def test_who_comes_back_is_reminded_again(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, saturdays(season), "Ana")
    season.tick(SPRING)
    pause(season, family, moment("2027-06-29T12:00"))
    season.play(moment("2027-06-29T12:00"), moment("2027-07-05T12:00"))
    come_back(season, family)
    season.play(moment("2027-07-05T12:01"), moment("2027-07-12T12:00"))
    assert when_told(season) == ["Sun 07-04 16:00", "Fri 07-09 18:30"]


def test_pausing_twice_in_a_week_is_one_summary(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, saturdays(season), "Ana")
    for day in (29, 30):
        pause(season, family, moment(f"2027-06-{day}T12:00"))
        season.tick(moment(f"2027-06-{day}T12:01"))
        if day == 29:
            come_back(season, family)
    season.play(moment("2027-06-30T12:02"), moment("2027-07-19T12:00"))
    assert when_told(season) == ["Sun 07-04 16:00", "Sun 07-11 16:00", "Sun 07-18 16:00"]


def test_a_summary_that_could_not_leave_on_sunday_comes_on_monday_once(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, saturdays(season), "Ana")
    pause(season, family, moment("2027-06-29T12:00"))
    season.look(moment("2027-07-04T16:00"))
    season.play(moment("2027-07-05T03:00"), moment("2027-07-12T12:00"))
    assert when_told(season) == ["Mon 07-05 18:30", "Sun 07-11 16:00"]


def test_what_is_after_they_leave_is_not_in_the_summary(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    season.sign_up(family, saturdays(season), "Ana", leaves_on=dt.date(2027, 7, 9))
    pause(season, family, moment("2027-06-29T12:00"))
    season.play(moment("2027-06-29T12:00"), moment("2027-07-12T12:00"))
    assert [line[16:] for line in season.told()] == ["You have nothing on our lists this week. All messages: ALL"]


@pytest.mark.parametrize("zone", [NEW_YORK, LOS_ANGELES])
def test_the_summary_is_theirs_by_their_own_clock(on_sqlite: Season, zone: str) -> None:
    season = on_sqlite
    family = season.family("17:00", "06:00", children=["Ana"], zone=zone, days_off=[])
    season.sign_up(family, saturdays(season), "Ana")
    pause(season, family, moment("2027-06-29T12:00"))
    season.play(moment("2027-06-29T12:00"), moment("2027-07-06T12:00"))
    assert [line[:15] for line in season.told(zone=zone)] == ["Sun 07-04 16:00"]


def test_nothing_is_planned_twice_for_a_sign_up_that_changes_again(on_sqlite: Season) -> None:
    season = on_sqlite
    family = season.family("05:00", "18:00", children=["Ana"])
    sign_up = season.sign_up(family, saturdays(season), "Ana")
    for _ in range(3):
        season.change(SignUp, sign_up, changed_at=SPRING)
        season.tick(SPRING)
    assert len(season.items(ItemKind.REMINDER)) == 1
