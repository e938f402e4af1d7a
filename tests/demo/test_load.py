"""The example loads on both databases, again and again, on any day."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import demo
from demo.dates import SCHOOL_YEAR_ENDS, shift
from models.catalogue import catalogue_version
from models.database import Database, open_database
from models.family import Consent, Family, Phone, Student
from models.organization import Contact, Organization
from models.program import Program, Question, Room, Slot, Stop
from models.seats import Enrolled, Waitlisted, Wish, enroll
from models.sign_up import SignUp, SignUpStatus
from models.workday import Pattern, Season, ToldWorkDay, read_seasons, season_for

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TABLES: tuple[type[Any], ...] = (
    Organization, Contact, Program, Room, Stop, Slot, Question, Family, Phone, Student, Consent, SignUp, Season,
    ToldWorkDay,
)  # fmt: skip


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    opened = open_database(sqlite_url)
    with opened.begin() as begun:
        yield begun
    opened.close()


def sizes(session: Session) -> list[int]:
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]


def program(session: Session, code: str) -> Program:
    return session.scalars(sa.select(Program).where(Program.code == code)).one()


def test_a_second_load_changes_nothing(database: Database) -> None:
    with database.begin() as session:
        counts = demo.load(session, TODAY)
    with database.reading() as session:
        first = sizes(session)
        version = catalogue_version(session)
        assert version > 0
    with database.begin() as session:
        assert demo.load(session, TODAY) == counts
        assert not session.dirty
    with database.reading() as session:
        assert sizes(session) == first
        assert catalogue_version(session) == version
    assert counts["programs"] == 21
    assert counts["families"] >= 18


def test_what_families_said_since_stays(database: Database) -> None:
    with database.begin() as session:
        demo.load(session, TODAY)
        sign_up = session.scalars(sa.select(SignUp).join(Student).where(Student.name == "Nico")).one()
        sign_up.status = SignUpStatus.WITHDRAWN
        phone = session.scalars(sa.select(Phone).where(Phone.number == "+12395550101")).one()
        phone.language, phone.opted_out_at = "en", NOW
    with database.begin() as session:
        demo.load(session, TODAY)
        sign_ups = session.scalars(sa.select(SignUp).join(Student).where(Student.name == "Nico")).all()
        assert [sign_up.status for sign_up in sign_ups] == [SignUpStatus.WITHDRAWN]
        phone = session.scalars(sa.select(Phone).where(Phone.number == "+12395550101")).one()
        assert (phone.language, phone.opted_out_at) == ("en", NOW)


def test_a_phone_that_texted_first_stays_as_it_is(session: Session) -> None:
    session.add(Phone(number="+12395550101", language="pt", created_at=NOW))
    session.flush()
    demo.load(session, TODAY)
    phone = session.scalars(sa.select(Phone).where(Phone.number == "+12395550101")).one()
    assert phone.language == "pt"
    assert phone.family is not None
    assert [student.name for student in phone.family.students] == ["Beto", "Lupita"]


def test_a_changed_program_is_brought_back_and_keeps_its_sign_ups(session: Session) -> None:
    demo.load(session, TODAY)
    summer = program(session, "SPR-SUM-FD")
    summer.place, summer.rooms[0].seats = "Elsewhere", 1
    summer.stops.append(Stop(name="Nowhere", pick_up=dt.time(5)))
    session.flush()
    before = session.scalar(sa.select(sa.func.count()).where(SignUp.program_id == summer.id))
    demo.load(session, TODAY)
    assert summer.place == "Gerena School"
    assert summer.rooms[0].seats == 60
    assert [stop.name for stop in summer.stops] == ["Gerena", "Brightwood", "White St"]
    assert session.scalar(sa.select(sa.func.count()).where(SignUp.program_id == summer.id)) == before


def test_loading_again_next_year_keeps_booked_slots(session: Session) -> None:
    demo.load(session, TODAY)
    booked = {row.slot_id for row in session.scalars(sa.select(SignUp).where(SignUp.slot_id.is_not(None)))}
    demo.load(session, dt.date(2027, 10, 1))
    slots = {slot.id: slot.starts_at for slot in program(session, "NBD-VAX-AUG").slots}
    years = [starts_at.year for starts_at in slots.values()]
    assert years.count(2028) == 10
    assert years.count(2027) == 1
    assert booked <= set(session.scalars(sa.select(Slot.id)))


def test_the_preschool_room_is_full_and_the_next_child_is_second(session: Session) -> None:
    demo.load(session, TODAY)
    preschool = program(session, "SPR-SUM-PK")
    family = session.scalars(sa.select(Family).where(Family.code == "F01")).one()
    children = {student.name: student for student in family.students}
    wish = Wish(preschool.id, family.id, family.phones[0].id, children["Lupita"])
    outcome = enroll(session, wish, now=NOW)
    assert isinstance(outcome, Waitlisted)
    assert outcome.position == 2
    full_day = Wish(program(session, "SPR-SUM-FD").id, family.id, family.phones[0].id, children["Beto"])
    assert isinstance(enroll(session, full_day, now=NOW), Enrolled)


def test_no_room_and_no_slot_holds_more_than_it_has(session: Session) -> None:
    demo.load(session, TODAY)
    taken = sa.func.sum(SignUp.seats)
    enrolled = sa.select(Room.seats, taken).join(Room).where(SignUp.status == SignUpStatus.ENROLLED)
    for seats, held in session.execute(enrolled.group_by(Room.id)):
        assert seats is None or held <= seats
    for seats, held in session.execute(sa.select(Slot.seats, taken).join_from(SignUp, Slot).group_by(Slot.id)):
        assert held <= seats


def test_the_visits_that_families_of_new_bedford_are_offered(session: Session) -> None:
    demo.load(session, TODAY)
    zone = ZoneInfo("America/New_York")
    slots = sorted(slot.starts_at.astimezone(zone) for slot in program(session, "NBD-R4K-HV").slots)
    late = [f"{slot:%a %d %b %H:%M}" for slot in slots if slot.hour >= 18 or (slot.hour < 12 and slot.weekday() == 5)]
    assert late[:3] == ["Tue 12 Jan 18:45", "Sat 16 Jan 09:30", "Tue 19 Jan 18:45"]
    assert {f"{slot:%H:%M}" for slot in slots} == {"17:15", "18:45", "09:30", "13:00"}


@pytest.mark.parametrize(
    ("today", "moved"),
    [
        (dt.date(2025, 1, 1), 0),
        (dt.date(2026, 11, 22), 0),
        (dt.date(2027, 8, 31), 0),
        (dt.date(2027, 9, 1), 364),
        (dt.date(2028, 8, 29), 364),
        (dt.date(2028, 8, 30), 728),
    ],
)
def test_dates_move_when_their_school_year_is_over(today: dt.date, moved: int) -> None:
    assert shift(today).days == moved


@pytest.mark.parametrize("year", [2027, 2028, 2031, 2040, 2077, 2126, 2350])
@pytest.mark.parametrize(("month", "day"), [(1, 1), (6, 30), (8, 31), (9, 2), (12, 31)])
def test_far_away_a_saturday_is_a_saturday_and_summer_is_summer(year: int, month: int, day: int) -> None:
    today = dt.date(year, month, day)
    moved = shift(today)
    ends = SCHOOL_YEAR_ENDS + moved
    assert moved.days % 7 == 0
    assert today <= ends <= today + dt.timedelta(days=372) or year == 2027
    assert dt.date(ends.year, 8, 27) <= ends <= dt.date(ends.year, 9, 4)


@pytest.mark.parametrize("today", [TODAY, dt.date(2027, 12, 24), dt.date(2035, 3, 10), dt.date(2126, 2, 28)])
def test_on_any_day_programs_lie_ahead_at_the_same_hours(session: Session, today: dt.date) -> None:
    demo.load(session, today)
    ends = session.scalars(sa.select(Program.ends_on)).all()
    assert max(ends) >= today
    clinic = program(session, "NBD-VAX-AUG")
    walls = [slot.starts_at.astimezone(ZoneInfo(clinic.zone)) for slot in clinic.slots]
    assert [f"{wall:%H:%M}" for wall in walls][::3] == ["09:00", "10:30", "12:00", "13:30"]
    assert {(wall.date(), wall.weekday()) for wall in walls} == {(clinic.starts_on, 5)}
    assert max(session.scalars(sa.select(SignUp.signed_up_at))).date() <= today


def test_visits_keep_their_hour_across_the_change_of_clocks(session: Session) -> None:
    demo.load(session, TODAY)
    visits = program(session, "SPR-R4K-HV")
    wednesdays = {slot.starts_at.hour for slot in visits.slots if slot.starts_at.weekday() == 2}
    assert wednesdays == {22, 23, 21}  # in UTC: an hour earlier in summer
    assert {slot.starts_at.astimezone(ZoneInfo(visits.zone)).hour for slot in visits.slots} == {9, 10, 17, 18}


def test_the_districts_have_their_seasons_and_some_families_their_own_hours(session: Session) -> None:
    counts = demo.load(session, TODAY)
    heber = session.scalars(sa.select(Organization).where(Organization.code == "HEB")).one()
    winter = season_for(read_seasons(session), [heber.id], 1)
    assert counts["seasons"] == 10
    assert winter is not None
    assert (winter.name, winter.leaves_at) == ("lettuce and broccoli", dt.time(2))
    family = session.scalars(sa.select(Family).where(Family.code == "F05")).one()
    told = session.get(ToldWorkDay, family.id)
    assert told is not None
    assert (told.pattern, told.leaves_at, told.days_off) == (Pattern.NIGHT, dt.time(17), [6])


def test_hours_that_a_family_told_since_stay(session: Session) -> None:
    demo.load(session, TODAY)
    told = session.scalars(sa.select(ToldWorkDay).join(Family).where(Family.code == "F01")).one()
    told.home_at = dt.time(20)
    demo.load(session, TODAY)
    session.expire_all()
    assert told.home_at == dt.time(20)
