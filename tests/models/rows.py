"""Small rows to test with: a district, a program, a family."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.family import Family, Phone, Student, new_family_code
from models.organization import Organization, OrganizationKind
from models.program import Attends, Program, ProgramStatus, Room, Slot

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
TODAY = NOW.date()


def district(session: Session, code: str = "SPR") -> Organization:
    """The district that numbers with area code 413 are shown first."""
    made = Organization(
        code=code,
        kind=OrganizationKind.DISTRICT,
        name="Springfield Public Schools",
        short_name="Springfield",
        zone="America/New_York",
        area_codes=["413"],
    )
    session.add(made)
    session.flush()
    return made


def program(
    session: Session,
    code: str = "ROBOTICS",
    *,
    rooms: Sequence[Room] = (),
    slots: Sequence[int] = (),
    asks: Sequence[str] = (),
    attends: Attends = Attends.CHILDREN,
    seat_for: str = "person",
    of: Organization | None = None,
) -> Program:
    """An open program with these rooms, and with times that have so many seats each."""
    made = Program(
        code=code,
        organization=of or district(session, f"district of {code}"),
        offering=code,
        kind="club",
        attends=attends,
        status=ProgramStatus.OPEN,
        title=dict.fromkeys(("en", "es", "pt", "ht"), code.capitalize()),
        zone="America/New_York",
        starts_on=dt.date(2027, 7, 5),
        ends_on=dt.date(2027, 8, 6),
        asks=list(asks),
        seat_for=seat_for,
        rooms=list(rooms),
        slots=[Slot(starts_at=NOW + dt.timedelta(days=9, hours=hour), seats=n) for hour, n in enumerate(slots)],
    )
    session.add(made)
    session.flush()
    return made


def family(session: Session, *numbers: str, children: Sequence[str] = (), language: str = "es") -> Family:
    """A family with these phones, all of them welcomed, and children of 8."""
    made = Family(
        code=new_family_code(),
        language=language,
        created_at=NOW,
        phones=[Phone(number=each, language=language, welcomed_at=NOW, created_at=NOW) for each in numbers],
        students=[Student(name=name, age=8, told_on=TODAY) for name in children],
    )
    session.add(made)
    session.flush()
    return made
