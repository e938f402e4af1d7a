"""What a family told and what is usual become one work day; both tables keep what they are given."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from demo.files import HERE, DemoError
from demo.organizations import load_organizations
from demo.seasons import load_seasons
from models.database import open_database
from models.family import Family
from models.organization import Organization
from models.workday import USUAL, Pattern, Season, ToldWorkDay, WorkDay, read_seasons, season_for, work_day

ZONE = "America/Los_Angeles"
EARLY, DAY, NIGHT, VARIES = Pattern.EARLY, Pattern.DAY, Pattern.NIGHT, Pattern.VARIES
NOON = dt.datetime(2027, 5, 1, 12, tzinfo=dt.UTC)


def at(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def told(**values: Any) -> ToldWorkDay:
    return ToldWorkDay(**{name: at(value) if name.endswith("_at") else value for name, value in values.items()})


STRAWBERRIES = Season(
    name="strawberries", first_month=4, last_month=10, pattern=EARLY, leaves_at=at("05:00"), home_at=at("18:00"),
    days_off=[6], not_after=at("20:00"),
)  # fmt: skip
NIGHT_LINE = Season(
    name="night line", first_month=1, last_month=12, pattern=NIGHT, leaves_at=at("17:00"), home_at=at("06:00")
)


def hours(day: WorkDay) -> tuple[Pattern, str, str]:
    return day.pattern, f"{day.leaves_at:%H:%M}", f"{day.home_at:%H:%M}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, (EARLY, "05:00", "18:00")),
        (told(), (EARLY, "05:00", "18:00")),
        (told(pattern=EARLY), (EARLY, "05:00", "18:00")),
        (told(pattern=DAY), (DAY, "06:00", "18:00")),
        (told(pattern=NIGHT), (NIGHT, "17:00", "06:00")),
        (told(home_at="18:30"), (EARLY, "05:00", "18:30")),
        (told(leaves_at="07:30"), (DAY, "07:30", "18:00")),
        (told(leaves_at="07:00", home_at="15:30"), (DAY, "07:00", "15:30")),
        (told(leaves_at="18:00", home_at="06:00"), (NIGHT, "18:00", "06:00")),
        (told(pattern=NIGHT, leaves_at="14:00", home_at="22:00"), (NIGHT, "14:00", "22:00")),
        (told(leaves_at="19:00"), (NIGHT, "19:00", "06:00")),  # the usual 18:00 does not fit
        (told(home_at="07:00"), (NIGHT, "17:00", "07:00")),
        (told(pattern=DAY, leaves_at="06:00", home_at="06:00"), (DAY, "06:00", "17:00")),
        (told(leaves_at="06:00", home_at="05:00"), (DAY, "06:00", "17:00")),  # in the afternoon, surely
    ],
)
def test_what_is_told_goes_first_hour_by_hour(said: ToldWorkDay | None, expected: tuple[Pattern, str, str]) -> None:
    assert hours(work_day(ZONE, said, STRAWBERRIES)) == expected


def test_nothing_known_at_all_is_an_early_day_with_sundays_off() -> None:
    day = work_day(ZONE, None)
    assert day == WorkDay(ZONE, EARLY, *(USUAL[EARLY] or ()))
    assert (day.days_off, day.before_work, day.assumed_from) == (frozenset({6}), False, None)


def test_hours_that_vary_are_no_hours() -> None:
    day = work_day(ZONE, told(pattern=VARIES, leaves_at="06:00"), STRAWBERRIES)
    assert (day.pattern, day.leaves_at, day.home_at, day.assumed_from) == (VARIES, None, None, None)


def test_a_seasons_quiet_hours_go_with_its_working_hours() -> None:
    assumed = work_day(ZONE, told(days_off=[5, 6]), STRAWBERRIES)
    assert (assumed.not_after, assumed.assumed_from, assumed.days_off) == (
        at("20:00"),
        "strawberries",
        frozenset({5, 6}),
    )
    later = work_day(ZONE, told(home_at="19:30"), STRAWBERRIES)
    assert (later.not_after, later.assumed_from, later.days_off) == (None, None, frozenset({6}))
    assert work_day(ZONE, told(pattern=NIGHT), STRAWBERRIES).assumed_from is None
    chosen = work_day(ZONE, told(not_before=at("09:00"), not_after=at("19:00")), STRAWBERRIES)
    assert (chosen.not_before, chosen.not_after) == (at("09:00"), at("19:00"))


def test_a_text_before_work_is_never_assumed_to_be_welcome() -> None:
    assert not work_day(ZONE, told(pattern=EARLY), STRAWBERRIES).before_work
    assert work_day(ZONE, told(before_work=True), STRAWBERRIES).before_work


def test_no_days_off_is_not_the_same_as_not_told() -> None:
    assert work_day(ZONE, told(days_off=[]), STRAWBERRIES).days_off == frozenset()


@pytest.mark.parametrize(
    ("first", "last", "months"), [(4, 10, range(4, 11)), (11, 4, (11, 12, 1, 2, 3, 4)), (7, 7, (7,))]
)
def test_a_season_may_go_over_the_new_year(first: int, last: int, months: range) -> None:
    season = Season(first_month=first, last_month=last)
    assert [month for month in range(1, 13) if season.is_in(month)] == sorted(months)


def test_the_nearest_organization_with_a_season_decides() -> None:
    seasons = {1: [STRAWBERRIES], 2: [NIGHT_LINE]}
    assert season_for(seasons, [3, 1, 2], 5) is STRAWBERRIES
    assert season_for(seasons, [3, 1, 2], 12) is NIGHT_LINE
    assert season_for(seasons, [3, 1, 2], 5, NIGHT) is NIGHT_LINE
    assert season_for(seasons, [3, 1], 12) is None
    assert hours(work_day(ZONE, told(pattern=NIGHT), NIGHT_LINE)) == (NIGHT, "17:00", "06:00")


def test_both_tables_keep_what_they_are_given(database_url: str) -> None:
    database = open_database(database_url)
    with database.begin() as session:
        session.add(Organization(id=1, code="PVU", kind="district", name="Pajaro Valley"))
        session.add(Family(id=5, code="F01", created_at=NOON))
        session.flush()
        session.add(Season(organization_id=1, name="packing", first_month=11, last_month=3, rank=1, pattern=DAY))
        session.add(Season(organization_id=1, name="berries", first_month=4, last_month=10, days_off=[6]))
        session.add(
            ToldWorkDay(
                family_id=5,
                leaves_at=at("05:00"),
                days_off=[],
                before_work=True,
                place="Yuma",
                zone="America/Phoenix",
                words="salgo a las 5",
                told_at=NOON,
            )
        )
    with database.reading() as session:
        kept = session.scalars(sa.select(ToldWorkDay)).one()
        assert (kept.leaves_at, kept.home_at, kept.days_off, kept.pattern) == (at("05:00"), None, [], None)
        assert (kept.before_work, kept.told_at, kept.zone) == (True, NOON, "America/Phoenix")
        assert [season.name for season in read_seasons(session)[1]] == ["berries", "packing"]
        assert season_for(read_seasons(session), [1], 1).pattern is DAY  # type: ignore[union-attr]  # it is there
    database.close()


def test_the_examples_seasons_are_loaded_and_loaded_again(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.begin() as session:
        load_organizations(session, HERE)
        assert load_seasons(session, HERE) == load_seasons(session, HERE) == 10
        session.flush()
        assert session.scalar(sa.select(sa.func.count()).select_from(Season)) == 10
    with database.reading() as session:
        codes = {organization.code: organization.id for organization in session.scalars(sa.select(Organization))}
        usual = {
            code: season_for(read_seasons(session), [codes[code]], 7)
            for code in ("SPR", "LYN", "NBD", "PVU", "MHU", "HEB")
        }
    assert {code: season.name if season else None for code, season in usual.items()} == {
        "SPR": "tobacco and vegetables",
        "LYN": None,
        "NBD": "fish plants by day",
        "PVU": "strawberries",
        "MHU": "garlic, peppers and nurseries",
        "HEB": None,
    }
    database.close()


def test_a_month_that_is_none_is_said_plainly(sqlite_url: str, tmp_path: Path) -> None:
    lines = (HERE / "seasons.csv").read_text(encoding="utf-8").replace("SPR,orchards,1,4,11", "SPR,orchards,1,4,13")
    (tmp_path / "seasons.csv").write_text(lines, encoding="utf-8")
    database = open_database(sqlite_url)
    with database.begin() as session:
        load_organizations(session, HERE)
        with pytest.raises(DemoError, match=r"line 3, last_month: 13 is not a month"):
            load_seasons(session, tmp_path)
    database.close()
