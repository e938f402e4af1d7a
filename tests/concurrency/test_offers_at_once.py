"""One room, and everybody at once: families that leave, sign up, say yes and say no, and two clocks that pass it on."""

import collections
import contextlib
import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from models import offers, seats
from models.agenda import AgendaItem
from models.database import Database, open_database
from models.family import Consent, ConsentKind, Phone
from models.message import Direction, Message, MessageState
from models.program import Attends, Room
from models.seats import Wish
from models.sign_up import SEATED, SignUp, SignUpStatus
from notifications.agenda.due import Agenda
from notifications.agenda.look import SOON
from tests.concurrency.processes import PATIENCE, Service, Texting, running
from tests.models import rows
from tests.models.rows import NOW

SEATS, SEATED_FIRST, WAITING = 6, 6, 14
NEW_YORK = ZoneInfo("America/New_York")
TOMORROW = dt.datetime.now(NEW_YORK).date() + dt.timedelta(days=1)
EVENING = dt.datetime.combine(TOMORROW, dt.time(19), NEW_YORK).astimezone(dt.UTC)
"""When everybody can read: texts come at the machine's own hour, and the clock is played ahead to this one."""


def full_room(opened: Database, seated: int, waiting: int) -> int:
    """A program of one room, far ahead, with as many families seated and waiting, each with a phone; its id."""
    with opened.begin() as session:
        program = rows.program(session, rooms=[Room(seats=SEATS)], attends=Attends.PEOPLE)
        program.starts_on, program.ends_on = (TOMORROW + dt.timedelta(days=days) for days in (60, 90))
        for number in range(seated + waiting):
            family = rows.family(session, number_of(number), language="en")
            phone = family.phones[0]
            session.add(Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=NOW))
            seats.enroll(session, Wish(program.id, family.id, phone.id), now=NOW)
        return program.id


def number_of(place: int) -> str:
    return f"+1413555{place:04}"


def everyone(opened: Database) -> list[SignUp]:
    """All sign-ups in the order in which they came."""
    with opened.reading() as session:
        return list(session.scalars(sa.select(SignUp).order_by(SignUp.id)))


def numbers_offered(opened: Database) -> list[str]:
    """Who has been told of a seat and has not answered yet."""
    with opened.reading() as session:
        told = sa.select(Phone.number).join(SignUp, SignUp.phone_id == Phone.id)
        return list(session.scalars(told.where(SignUp.status == "offered", SignUp.hold_until.is_not(None))))


def check(opened: Database) -> None:
    """No more seats are held than there are, and whoever waits came after everybody who was offered one."""
    everybody = everyone(opened)
    assert sum(one.seats for one in everybody if one.status in SEATED) <= SEATS
    waiting = [one.id for one in everybody[SEATED_FIRST:] if one.status is SignUpStatus.WAITING]
    others = [one.id for one in everybody[SEATED_FIRST:] if one.status is not SignUpStatus.WAITING]
    assert not waiting or not others or max(others) < min(waiting)


def test_the_ledger_under_threads(database_url: str) -> None:
    """Each of many does one thing in a transaction of its own, all at the same moment, several times over."""
    with contextlib.closing(open_database(database_url)) as opened:
        program_id = full_room(opened, SEATED_FIRST, WAITING)
        for turn in range(4):
            at_once(list(what_they_do(opened, program_id, turn)))
            with opened.begin() as session:
                room_id = session.scalars(sa.select(Room.id)).one()
                while offers.offer_next(session, room_id, now=EVENING):
                    pass
            check(opened)
        ends = collections.Counter(one.status for one in everyone(opened))
        assert set(ends) >= {*SignUpStatus} - {SignUpStatus.WAITING}, ends


def what_they_do(opened: Database, program_id: int, turn: int) -> Iterator[Callable[[], None]]:
    def changing(sign_up_id: int, do: Callable[..., object]) -> Callable[[], None]:
        def act() -> None:
            with opened.begin() as session:
                do(session, session.get_one(SignUp, sign_up_id), now=EVENING)

        return act

    def offering() -> None:
        with opened.begin() as session:
            offers.offer_next(session, session.scalars(sa.select(Room.id)).one(), now=EVENING)

    def coming() -> None:
        with opened.begin() as session:
            seats.enroll(session, Wish(program_id, rows.family(session).id, None), now=EVENING)

    everybody = everyone(opened)
    offered = [one.id for one in everybody if one.status is SignUpStatus.OFFERED]
    for place, sign_up_id in enumerate(offered):
        first, second = itertools.islice(
            itertools.cycle([offers.take, offers.decline, offers.let_lapse]), place, place + 2
        )
        yield changing(sign_up_id, first)
        yield changing(sign_up_id, second)
    yield from (changing(one.id, seats.withdraw) for one in everybody[turn * 2 : turn * 2 + 2])
    yield from [offering, coming, offering]


def at_once(deeds: list[Callable[[], None]]) -> None:
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], None]) -> None:
        start.wait(PATIENCE)
        deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        list(threads.map(do, deeds))


class Clocks:
    """Two clocks that tick without a pause."""

    def __init__(self, opened: Database) -> None:
        self._agendas = [Agenda(opened), Agenda(opened)]
        self._over = threading.Event()
        self.now = EVENING
        self.counts: collections.Counter[str] = collections.Counter()

    @contextlib.contextmanager
    def ticking(self) -> Iterator[None]:
        with ThreadPoolExecutor(len(self._agendas)) as threads:
            ticks = [threads.submit(self._tick, agenda) for agenda in self._agendas]
            try:
                yield
            finally:
                self._over.set()
            for tick in ticks:
                tick.result()
        self._over.clear()

    def _tick(self, agenda: Agenda) -> None:
        while not self._over.is_set():
            self.look(agenda)
            self._over.wait(0.2)

    def look(self, agenda: Agenda) -> None:
        """Do what is due; who was busy is looked at again the next time."""
        self.counts += agenda.do_what_is_due(self.now)
        self.now += SOON


def test_families_and_clocks_at_once(database_url: str) -> None:
    with running(database_url) as service:
        full_room(service.database, SEATED_FIRST, WAITING)
        clocks = Clocks(service.database)
        leaving = [Texting(number_of(place), "I can not come", server=place) for place in range(SEATED_FIRST - 2)]
        with clocks.ticking():
            assert all(service.at_once(leaving))
        settle(service, clocks)
        for _round in range(2):
            told = numbers_offered(service.database)
            assert told
            with clocks.ticking():
                texts = [Texting(number, str(1 + place % 2), server=place) for place, number in enumerate(told)]
                assert all(service.at_once(texts))
            settle(service, clocks)
        assert not clocks.counts["broken"]
        assert stood_in_each_others_way(service.database) == 0
        taken = [one for one in everyone(service.database) if one.status is SignUpStatus.ENROLLED]
        declined = [one for one in everyone(service.database) if one.status is SignUpStatus.DECLINED]
        assert len(taken) > SEATED_FIRST - 4
        assert declined


def stood_in_each_others_way(opened: Database) -> int:
    """How often PostgreSQL had to end one of two transactions that waited for each other."""
    if opened.engine.dialect.name != "postgresql":
        return 0
    with opened.reading() as session:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(session.scalar(sa.text(asked)) or 0)


def settle(service: Service, clocks: Clocks) -> None:
    """The clock does what is left to do; every seat is held, and every turn went well."""
    agenda = Agenda(service.database)
    clocks.look(agenda)
    clocks.look(agenda)
    check(service.database)
    assert sum(one.seats for one in everyone(service.database) if one.status in SEATED) == SEATS
    with service.database.reading() as session:
        broken = sa.select(Message.id).where(Message.direction == Direction.IN, Message.state != MessageState.RECEIVED)
        assert session.scalars(broken).all() == []
        twice = sa.select(AgendaItem.sign_up_id).where(AgendaItem.sign_up_id.is_not(None), AgendaItem.kind == "offer")
        assert len(session.scalars(twice).all()) == len(set(session.scalars(twice)))
