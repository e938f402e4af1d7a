"""What the clock has promised to tell, and may tell at this very moment, whatever the hour of the test."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemKind
from models.database import Database
from models.family import Consent, ConsentKind, Family, Phone, Student, new_family_code
from models.message import Message
from models.organization import Organization, OrganizationKind
from models.program import Attends, Program, ProgramStatus, Room
from models.sign_up import SignUp, SignUpStatus
from models.workday import Pattern, ToldWorkDay
from notifications.agenda.due import Agenda
from tests.processes.families import LONG_AGO, SECRET, number_of

agenda = cast("sa.Table", AgendaItem.__table__)
messages = cast("sa.Table", Message.__table__)
phones = cast("sa.Table", Phone.__table__)

HOUR_OF_REMINDERS = 17
LETTUCE: dict[str, Any] = {"leaves_at": dt.time(2), "home_at": dt.time(14), "days_off": []}
"""They can read until half past six, and are reminded in the two hours before that."""
ANY_HOUR: dict[str, Any] = {"pattern": Pattern.VARIES}
"""They can read from nine to half past eight, as nobody knows their shift."""


def zone_where_it_is(hour: int, now: dt.datetime) -> str:
    """A zone on whose clocks it is that hour, with whatever minutes. (Etc/GMT+5 is five hours behind of Greenwich.)"""
    ahead = (hour - now.hour + 9) % 24 - 9  # from -9 to +14: there are such zones
    return f"Etc/GMT{-ahead:+d}"


class Promises:
    """Families of one place, where it is just the hour of reminders, and what the clock has yet to tell them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        now = dt.datetime.now(dt.UTC)
        self.zone = zone_where_it_is(HOUR_OF_REMINDERS, now)
        self.tomorrow = now.astimezone(dt.timezone(_offset(self.zone))).date() + dt.timedelta(days=1)
        self._count = 0
        with database.begin() as session:
            place = Organization(
                code="HERE", kind=OrganizationKind.DISTRICT, name="Here", short_name="Here", zone=self.zone
            )
            session.add(place)
            session.flush()
            self.place_id = place.id

    def reminders(self, count: int) -> list[str]:
        """So many families with a child in what meets tomorrow; returns their numbers."""
        with self.database.begin() as session:
            program = self._program(session, "TOMORROW", self.tomorrow, tells=["reminder"])
            return [self._family(session, program, SignUpStatus.ENROLLED, LETTUCE) for _ in range(count)]

    def planned_reminders(self, count: int) -> list[str]:
        """The same, and the clock looked three hours ago, when it was too early: all of them are due by now."""
        numbers = self.reminders(count)
        Agenda(self.database).do_what_is_due(dt.datetime.now(dt.UTC) - dt.timedelta(hours=3))
        return numbers

    def offers(self, count: int) -> list[str]:
        """So many families on a waiting list, and a free seat for each; returns their numbers."""
        with self.database.begin() as session:
            room = Room(seats=count, title={"es": "Sala"})
            program = self._program(
                session, "NEXT MONTH", self.tomorrow + dt.timedelta(days=30), tells=[], rooms=[room]
            )
            return [self._family(session, program, SignUpStatus.WAITING, ANY_HOUR, room) for _ in range(count)]

    def _program(self, session: Session, code: str, day: dt.date, **more: Any) -> Program:
        made = Program(
            code=code,
            organization_id=self.place_id,
            offering=code,
            kind="club",
            attends=Attends.CHILDREN,
            status=ProgramStatus.OPEN,
            title={"es": SECRET},
            zone=self.zone,
            starts_on=day,
            ends_on=day,
            weekdays=[day.weekday()],
            begins=dt.time(9),
            **more,
        )
        session.add(made)
        session.flush()
        return made

    def _family(
        self, session: Session, program: Program, status: SignUpStatus, told: dict[str, Any], room: Room | None = None
    ) -> str:
        number = number_of(self._count)
        self._count += 1
        phone = Phone(number=number, language="es", welcomed_at=LONG_AGO, sms_heard_at=LONG_AGO, created_at=LONG_AGO)
        child = Student(name="Lupita", age=8, told_on=LONG_AGO.date(), planned_at=LONG_AGO)
        family = Family(
            code=new_family_code(),
            language="es",
            organization_id=self.place_id,
            created_at=LONG_AGO,
            phones=[phone],
            students=[child],
        )
        session.add(family)
        session.flush()
        session.add(Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=LONG_AGO))
        session.add(ToldWorkDay(family_id=family.id, told_at=LONG_AGO, **told))
        given = {"signed_up_at": LONG_AGO, "changed_at": LONG_AGO, "status": status, "room": room}
        session.add(SignUp(program=program, family=family, student=child, phone=phone, **given))
        return number


def _offset(zone: str) -> dt.timedelta:
    return -dt.timedelta(hours=int(zone.removeprefix("Etc/GMT")))


def told(database: Database) -> Counter[str]:
    """How many texts each number was written by the clock, whatever has become of them."""
    written = sa.select(phones.c.number, sa.func.count().label("count")).join(messages).group_by(phones.c.number)
    with database.reading() as session:
        return Counter({row.number: row.count for row in session.execute(written.where(messages.c.lane.is_not(None)))})


def how_many_told(database: Database) -> int:
    return told(database).total()


def items(database: Database, *kinds: ItemKind) -> Counter[str]:
    """How many items of these kinds are in which state."""
    counted = sa.select(agenda.c.state, sa.func.count().label("count")).where(agenda.c.kind.in_(kinds))
    with database.reading() as session:
        return Counter({row.state.value: row.count for row in session.execute(counted.group_by(agenda.c.state))})
