"""A program does not meet on every day of its weekday: nobody is sent to a locked door."""

import datetime as dt

from tests.notifications.agenda.season import SPRING, Season
from tests.notifications.family_days import moment

SATURDAY = "2027-07-10"


def test_nobody_is_reminded_of_a_day_on_which_it_does_not_meet(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    weekly = season.program(
        "ART", SATURDAY, ends_on=dt.date(2027, 8, 7), weekdays=[5], not_on=["2027-07-17", "2027-07-24"]
    )
    season.sign_up(family, weekly, "Ana")
    season.play(SPRING, moment("2027-08-08T12:00"))
    assert [told[: len("Fri 07-09")] for told in season.told()] == ["Fri 07-09", "Fri 07-30", "Fri 08-06"]


def test_the_first_day_is_the_first_on_which_it_meets(season: Season) -> None:
    family = season.family("05:00", "18:00", children=["Ana"])
    daily = season.program(
        "CAMP", "2027-07-05", ends_on=dt.date(2027, 7, 30), weekdays=[0, 1, 2, 3, 4], not_on=["2027-07-05"]
    )
    season.sign_up(family, daily, "Ana")
    season.play(SPRING, moment("2027-08-01T12:00"))
    [told] = season.told()
    assert "Tomorrow, Tue Jul 6" in told
