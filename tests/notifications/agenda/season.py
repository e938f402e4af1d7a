"""A season to play: programs, families with their hours, sign-ups; and the clock, at instants that a test chooses."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from models import outbox
from models.agenda import AgendaItem, ItemKind, look_again_at_family
from models.database import Database
from models.family import Consent, ConsentKind, Family, Phone, Student, new_family_code
from models.message import Direction, Message, MessageState
from models.program import Attends, Program, ProgramStatus
from models.sign_up import SignUp, SignUpStatus
from models.task import Task
from models.workday import ToldWorkDay
from notifications.agenda.due import Agenda
from notifications.delivery import Delivery
from notifications.simulated_gateway import SimulatedGateway
from tests.models import rows
from tests.notifications.family_days import NEW_YORK, clock, moment, on_the_wall

SPRING = moment("2027-05-20T10:00")
"""When everybody here signed up; the programs are in July."""


class Season:
    """One district on a database, and the clock that plays it. Nothing is sent but on the simulated network."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.agenda = Agenda(database)
        self._delivery = Delivery(database, SimulatedGateway(), threads=1)
        with database.begin() as session:
            self.district_id = rows.district(session).id
        self._numbers = 100

    # --- what there is ----------------------------------------------------------------------------------------------

    def program(self, code: str, day: str, begins: str = "09:00", **columns: Any) -> int:
        """An open program on one day, unless `ends_on` and `weekdays` say otherwise; returns its id."""
        starts_on = dt.date.fromisoformat(day)
        given: dict[str, Any] = {
            "organization_id": self.district_id,
            "offering": code,
            "kind": "club",
            "attends": Attends.CHILDREN,
            "status": ProgramStatus.OPEN,
            "title": {"en": code.capitalize(), "es": code.capitalize()},
            "zone": NEW_YORK,
            "starts_on": starts_on,
            "ends_on": starts_on,
            "begins": clock(begins),
        }
        with self.database.begin() as session:
            made = Program(code=code, **given | columns)
            session.add(made)
            session.flush()
            return made.id

    def family(
        self, leaves: str = "", home: str = "", *, numbers: int = 1, children: Sequence[str] = (), **told: Any
    ) -> int:
        """A family with so many phones, which has told when it leaves and is home; returns its id."""
        with self.database.begin() as session:
            made = Family(
                code=new_family_code(),
                language="en",
                organization_id=self.district_id,
                created_at=SPRING,
                phones=[self._phone() for _ in range(numbers)],
                students=[Student(name=name, age=8, told_on=SPRING.date()) for name in children],
            )
            session.add(made)
            session.flush()
            for phone in made.phones:
                session.add(Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=SPRING))
            hours = {"leaves_at": clock(leaves), "home_at": clock(home)} if leaves else {}
            session.add(ToldWorkDay(family_id=made.id, told_at=SPRING, **hours | told))
            return made.id

    def _phone(self) -> Phone:
        self._numbers += 1
        number = f"+14135550{self._numbers}"
        heard = {"welcomed_at": SPRING, "sms_heard_at": SPRING, "created_at": SPRING}
        return Phone(number=number, language="en", organization_id=self.district_id, **heard)

    def sign_up(self, family_id: int, program_id: int, child: str | None = None, **columns: Any) -> int:
        """A seat for a child, or for heads; returns its id."""
        with self.database.begin() as session:
            family = session.get_one(Family, family_id)
            student = next((one for one in family.students if one.name == child), None)
            given = {"status": SignUpStatus.ENROLLED, "signed_up_at": SPRING, "changed_at": SPRING} | columns
            given.setdefault("phone_id", family.phones[0].id)
            made = SignUp(family_id=family_id, program_id=program_id, student=student, **given)
            session.add(made)
            session.flush()
            return made.id

    # --- what changes -----------------------------------------------------------------------------------------------

    def change(self, kind: type[Any], row_id: int, **columns: Any) -> None:
        """Change a row as staff or a turn do, through a session."""
        with self.database.begin() as session:
            row = session.get_one(kind, row_id)
            for name, value in columns.items():
                setattr(row, name, value)

    def change_phones(self, family_id: int, **columns: Any) -> None:
        with self.database.begin() as session:
            session.execute(sa.update(Phone).where(Phone.family_id == family_id).values(**columns))

    def tell_hours(self, family_id: int, now: dt.datetime, **columns: Any) -> None:
        self.change(ToldWorkDay, family_id, **columns)
        self.look_again(family_id, now)

    def look_again(self, family_id: int, now: dt.datetime) -> None:
        with self.database.begin() as session:
            look_again_at_family(session.connection(), family_id, now)

    def texts_in(self, family_id: int, body: str, now: dt.datetime, *, phone: int = 0) -> None:
        """Somebody of the family writes; what is answered is no matter here."""
        with self.database.begin() as session:
            phone_id = session.get_one(Family, family_id).phones[phone].id
            text = {"direction": Direction.IN, "channel": "sms", "purpose": "text", "state": MessageState.RECEIVED}
            session.add(Message(phone_id=phone_id, body=body, created_at=now, **text))

    # --- the clock --------------------------------------------------------------------------------------------------

    def look(self, now: dt.datetime) -> None:
        """Do what is due on the agenda; nothing leaves the outbox."""
        counts = self.agenda.do_what_is_due(now)
        assert not counts["broken"]

    def deliver(self, now: dt.datetime) -> None:
        with self.database.reading() as session:
            next_try = outbox.next_try(session.connection())
        if next_try is not None and next_try <= now:
            self._delivery.run(now)

    def tick(self, now: dt.datetime) -> None:
        self.look(now)
        self.deliver(now)

    def play(self, now: dt.datetime, until: dt.datetime) -> None:
        """Tick at every moment at which something is due."""
        self.tick(now)
        while now < until:
            now = self._next_moment(now, until)
            self.tick(now)

    def _next_moment(self, now: dt.datetime, until: dt.datetime) -> dt.datetime:
        with self.database.reading() as session:
            wanted = (sa.select(sa.func.min(at)).where(at > now) for at in (AgendaItem.look_at, Message.try_at))
            return min([until, *filter(None, [session.scalar(one) for one in wanted])])

    # --- what came of it --------------------------------------------------------------------------------------------

    def arrived(self, family_id: int | None = None) -> list[Message]:
        """What was sent by ourselves, in order."""
        sent = sa.select(Message).join(Phone, Phone.id == Message.phone_id).where(Message.sent_at.is_not(None))
        if family_id is not None:
            sent = sent.where(Phone.family_id == family_id)
        with self.database.reading() as session:
            return list(session.scalars(sent.order_by(Message.sent_at, Message.id)))

    def told(self, family_id: int | None = None, zone: str = NEW_YORK) -> list[str]:
        """The same as lines: when on the wall, and what."""
        return [
            f"{on_the_wall(one.sent_at, zone)} {one.body}" for one in self.arrived(family_id) if one.sent_at is not None
        ]

    def messages(self) -> list[Message]:
        with self.database.reading() as session:
            lanes = sa.select(Message).where(Message.lane.is_not(None)).order_by(Message.id)
            return list(session.scalars(lanes))

    def items(self, *kinds: ItemKind) -> list[AgendaItem]:
        with self.database.reading() as session:
            wanted = sa.select(AgendaItem).where(AgendaItem.kind.in_(kinds)).order_by(AgendaItem.id)
            return list(session.scalars(wanted))

    def tasks(self) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            return [(one.kind.value, one.words) for one in session.scalars(sa.select(Task).order_by(Task.id))]
