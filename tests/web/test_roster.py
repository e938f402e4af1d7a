"""Rosters in their order, and seats counted."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import demo
from models.database import Database
from models.family import Family, Phone, Student
from models.organization import Organization, OrganizationKind
from models.program import Attends, Program, Room, Stop
from models.seats import Wish, enroll, position
from models.sign_up import SignUp, SignUpStatus
from web.roster import ProgramSeats, RosterRow, roster, seats

NOW = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as begun:
        yield begun


@pytest.fixture
def camp(session: Session) -> Program:
    """Two rooms of one seat each."""
    district = Organization(
        code="SPR", kind=OrganizationKind.DISTRICT, name="Springfield Public Schools", zone="America/New_York"
    )
    session.add(district)
    session.flush()
    program = Program(
        code="CAMP", organization_id=district.id, offering="CAMP", kind="summer", attends=Attends.CHILDREN,
        title={"en": "Camp"}, zone="America/New_York", starts_on=TODAY, ends_on=TODAY, meals=["lunch"],
    )  # fmt: skip
    program.rooms = [
        Room(title={"en": "Small"}, seats=1, youngest=3, oldest=5),
        Room(title={"en": "Big"}, seats=1, youngest=6, oldest=12),
    ]
    program.stops = [Stop(name="Brightwood", pick_up=dt.time(6))]
    session.add(program)
    session.flush()
    return program


def child(session: Session, program: Program, name: str, age: int, *, minutes: int = 0, first: bool = False) -> SignUp:
    """A child signed up by a family of its own."""
    number = session.scalar(sa.select(sa.func.count()).select_from(Family)) or 0
    student = Student(name=name, age=age, told_on=TODAY, priority_for_services=first)
    family = Family(code=f"T{number}", language="es", created_at=NOW, students=[student])
    family.phones = [Phone(number=f"+1413555{number:04}", language="ht", created_at=NOW)]
    session.add(family)
    session.flush()
    wish = Wish(program.id, family.id, family.phones[0].id, student)
    outcome = enroll(session, wish, now=NOW + dt.timedelta(minutes=minutes))
    return outcome.sign_up  # type: ignore[union-attr]  # these are all on the list


def names(rows: list[RosterRow]) -> list[tuple[str | None, str, int | None]]:
    return [(row.student, row.status, row.position) for row in rows]


def test_enrolled_by_name_then_waiting_by_position_in_each_room_then_the_others(
    session: Session, camp: Program
) -> None:
    child(session, camp, "zoe", 4)
    gone = child(session, camp, "Gil", 4)
    child(session, camp, "Eva", 5)
    child(session, camp, "Ana", 9)
    child(session, camp, "Bea", 10)
    child(session, camp, "Pia", 3, first=True)
    child(session, camp, "Cai", 11)
    gone.status = SignUpStatus.WITHDRAWN
    session.flush()
    assert names(roster(session, camp)) == [
        ("Ana", "enrolled", None),
        ("zoe", "enrolled", None),
        ("Bea", "waiting", 1),
        ("Pia", "waiting", 1),
        ("Cai", "waiting", 2),
        ("Eva", "waiting", 2),
        ("Gil", "withdrawn", None),
    ]


def test_positions_are_those_that_families_were_told(session: Session, camp: Program) -> None:
    late_clock = [child(session, camp, name, 4, minutes=-number) for number, name in enumerate("abcdef")]
    told = {sign_up.student.name: position(session, sign_up) for sign_up in late_clock[1:] if sign_up.student}
    shown = {row.student: row.position for row in roster(session, camp) if row.position}
    assert shown == told


def test_a_row_says_what_staff_need(session: Session, camp: Program) -> None:
    sign_up = child(session, camp, "Lupita", 4)
    sign_up.stop_id, sign_up.hand_over, sign_up.guardian_role = camp.stops[0].id, "grandmother", "mother"
    sign_up.diet, sign_up.answers, sign_up.interpreter = ["allergy:peanut"], {"swims": True}, "quc"
    session.flush()
    session.expire_all()
    [row] = roster(session, camp)
    assert (row.student, row.age, row.grade, row.school, row.room) == ("Lupita", 4, None, None, "Small")
    assert (row.stop, row.pick_up, row.hand_over) == ("Brightwood", dt.time(6), "grandmother")
    assert (row.guardian_role, row.language, row.interpreter, row.reach) == ("mother", "ht", "quc", "text")
    assert (row.meals, row.diet, row.answers, row.heads) == (["lunch"], ["allergy:peanut"], {"swims": True}, 1)
    assert (row.source, row.slot) == ("text", None)
    assert row.signed_up_at.isoformat() == "2026-11-22T18:30:00-05:00"


def test_a_number_is_masked_unless_asked_for_in_full(session: Session, camp: Program) -> None:
    child(session, camp, "Ana", 4)
    [row] = roster(session, camp)
    assert row.phone is not None
    assert row.phone.endswith("0000")
    assert "555" not in row.phone
    assert roster(session, camp, full=True)[0].phone == "+14135550000"


@pytest.mark.parametrize(
    ("change", "reach"), [({"opted_out_at": NOW}, "phone call only"), ({"unreachable": "reassigned"}, "reassigned")]
)
def test_staff_see_how_a_family_is_reached(
    session: Session, camp: Program, change: dict[str, object], reach: str
) -> None:
    sign_up = child(session, camp, "Ana", 4)
    for name, value in change.items():
        setattr(sign_up.phone, name, value)
    session.flush()
    assert roster(session, camp)[0].reach == reach


def test_a_family_without_a_phone_is_on_the_roster(session: Session) -> None:
    demo.load(session, TODAY)
    rows = roster(session, session.scalars(sa.select(Program).where(Program.code == "PVU-PUPILS")).one())
    lalo = next(row for row in rows if row.student == "Lalo")
    assert (lalo.phone, lalo.reach, lalo.language, lalo.school) == (None, "no phone", "es", "Lakeview")


def test_a_clinic_counts_heads_at_their_hour(session: Session) -> None:
    demo.load(session, TODAY)
    [row] = roster(session, session.scalars(sa.select(Program).where(Program.code == "NBD-VAX-AUG")).one())
    assert (row.student, row.heads, row.interpreter) == (None, 3, "quc")
    assert row.slot is not None
    assert row.slot.isoformat() == "2027-08-21T10:00:00-04:00"


def by_code(session: Session) -> dict[str, ProgramSeats]:
    return {row.code: row for row in seats(session)}


def test_seats_of_every_kind_of_program(session: Session) -> None:
    demo.load(session, TODAY)
    found = by_code(session)
    assert len(found) == 21
    preschool = found["SPR-SUM-PK"]
    assert (preschool.seats, preschool.enrolled, preschool.waiting) == (32, 17, 1)
    assert (preschool.district, preschool.district_code) == ("Springfield Public Schools", "SPR")
    assert (preschool.starts, preschool.ends) == (dt.date(2027, 7, 6), dt.date(2027, 8, 13))
    clinic = found["NBD-VAX-AUG"]
    assert (clinic.seats, clinic.enrolled) == (120, 3), "the seats of its hours; heads"
    course = found["NBD-FISS"]
    assert (course.seats, course.enrolled) == (25, 1), "a seat a family, though two come"
    assert found["NBD-WRAP"].seats is None
    assert found["SPR-R4K-HV"].seats == 20, "families, whatever the hours"


def test_an_offered_seat_is_held_and_counted_apart(session: Session, camp: Program) -> None:
    child(session, camp, "Ana", 4).status = SignUpStatus.OFFERED
    child(session, camp, "Eva", 9)
    session.flush()
    row = by_code(session)["CAMP"]
    assert (row.seats, row.enrolled, row.offered, row.waiting) == (2, 1, 1, 0)


def test_the_number_of_queries_does_not_grow(database: Database) -> None:
    with database.begin() as session:
        demo.load(session, TODAY)
        program = session.scalars(sa.select(Program).where(Program.code == "SPR-SUM-PK")).one()
        for number in range(30):
            child(session, program, f"child {number}", 5)
    asked: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with database.reading() as session:
        program = session.scalars(sa.select(Program).where(Program.code == "SPR-SUM-PK")).one()
        session.expunge_all()
        asked.clear()
        assert len(roster(session, program)) == 48
        assert len(asked) <= 3
        asked.clear()
        assert len(seats(session)) == 21
        assert len(asked) == 4


def test_the_promised_keys() -> None:
    promised = (
        "student age grade school status position guardian_role phone language stop pick_up hand_over meals diet "
        "answers source late_added signed_up_at"
    )
    assert set(promised.split()) <= {field.name for field in fields(RosterRow)}
    listed = "code title district kind seats enrolled waiting starts ends"
    assert set(listed.split()) <= {field.name for field in fields(ProgramSeats)}
