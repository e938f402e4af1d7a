"""Time that is moved ahead: what is due on the way happens at its own moment."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest

from models.agenda import ItemKind, agenda, put_on_agenda
from models.database import Database, open_database
from models.family import Phone
from models.message import Purpose
from notifications import simulated_time
from notifications.delivery import Delivery, machine_clock
from notifications.outbox import Notice, put
from notifications.simulated_gateway import SimulatedGateway
from notifications.simulated_time import SimulatedClock, SimulatedTime
from tests.notifications.outbox_rows import add_message, add_phone, all_messages, message

HOUR = dt.timedelta(hours=1)
SOON = dt.timedelta(minutes=1)
"""Longer than any of this takes."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


class Reminding:
    """Puts a text into the outbox for each item that is due, and remembers when it was asked to."""

    def __init__(self, database: Database, phone_id: int) -> None:
        self.database = database
        self.phone_id = phone_id
        self.asked_at: list[dt.datetime] = []

    def __call__(self, now: dt.datetime) -> None:
        self.asked_at.append(now)
        with self.database.begin() as session:
            due = session.execute(agenda.select().where(agenda.c.look_at <= now)).all()
            session.execute(agenda.update().where(agenda.c.look_at <= now).values(look_at=None))
            for item in due:
                notice = Notice(Purpose.REMINDER, item.key, "es", reason="After work.")
                put(session, session.get_one(Phone, self.phone_id), notice, now)


def remind_at(database: Database, *moments: dt.datetime) -> None:
    items = [
        {"key": f"item {n}", "kind": ItemKind.REMINDER, "look_at": moment, "created_at": moment}
        for n, moment in enumerate(moments)
    ]
    with database.connect() as connection:
        put_on_agenda(connection, items)


def simulated(database: Database, clock: SimulatedClock) -> tuple[SimulatedTime, Reminding]:
    reminding = Reminding(database, add_phone(database))
    delivery = Delivery(database, SimulatedGateway(), clock=clock)
    return SimulatedTime(clock, database, reminding, delivery), reminding


def test_a_clock_that_nobody_moves_is_the_machines() -> None:
    before = machine_clock()
    assert before <= SimulatedClock()() <= machine_clock()


def test_a_clock_runs_on_from_where_it_was_moved_to() -> None:
    clock, evening = SimulatedClock(), machine_clock() + HOUR
    clock.move_to(evening)
    assert evening <= clock() < clock() < evening + SOON


def test_a_clock_never_goes_back() -> None:
    clock, evening = SimulatedClock(), machine_clock() + HOUR
    clock.move_to(evening)
    clock.move_to(evening - HOUR / 2)
    assert clock() >= evening


def test_what_is_due_on_the_way_happens_at_its_moment(database: Database) -> None:
    clock = SimulatedClock()
    now = clock()
    time, reminding = simulated(database, clock)
    remind_at(database, now + HOUR, now + 3 * HOUR)
    waits = add_message(database, reminding.phone_id, due_at=now + 2 * HOUR, try_at=now + 2 * HOUR)
    played = time.play(now + 2.5 * HOUR)
    assert played.reached == played.until == reminding.asked_at[-1] == now + 2.5 * HOUR
    assert reminding.asked_at[1:-1] == [now + HOUR, now + 2 * HOUR]
    assert [(each.body, each.sent_at) for each in all_messages(database)] == [
        ("Hola", now + 2 * HOUR),
        ("item 0", now + HOUR),
    ]
    assert message(database, waits).state == "sent"
    assert clock() >= played.until


def test_what_was_due_already_is_done_before_the_clock_moves(database: Database) -> None:
    clock = SimulatedClock()
    now = clock()
    time, _ = simulated(database, clock)
    remind_at(database, now - HOUR)
    time.play(now + HOUR)
    (sent,) = all_messages(database)
    assert sent.sent_at is not None
    assert sent.sent_at < now + SOON
    assert sent.reason == "After work."


def test_too_much_on_the_way_is_played_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_time, "MOST_STOPS", 2)
    clock = SimulatedClock()
    now = clock()
    time, _ = simulated(database, clock)
    remind_at(database, *(now + number * HOUR for number in range(1, 5)))
    played = time.play(now + 9 * HOUR)
    assert (played.reached, played.until) == (now + 2 * HOUR, now + 9 * HOUR)
    assert len(all_messages(database)) == 2
    assert time.play(played.until).reached == now + 4 * HOUR


def test_a_moment_that_has_passed_moves_nothing(database: Database) -> None:
    clock = SimulatedClock()
    time, reminding = simulated(database, clock)
    played = time.play(clock() - HOUR)
    assert played.began == played.reached == reminding.asked_at[0]
    assert clock() < played.began + SOON


def test_nobody_works_by_the_clock_while_it_is_moved(sqlite_url: str) -> None:
    database, clock = open_database(sqlite_url), SimulatedClock()
    time, _ = simulated(database, clock)
    at_work, done = threading.Event(), threading.Event()

    def work() -> None:
        at_work.set()
        assert done.wait(10)
        seen.append(clock())

    seen: list[dt.datetime] = []
    until = clock() + 9 * HOUR
    worker = threading.Thread(target=time.between_moves, args=(work,))
    mover = threading.Thread(target=time.play, args=(until,))
    worker.start()
    assert at_work.wait(10)
    mover.start()
    mover.join(0.05)
    assert mover.is_alive()
    done.set()
    worker.join(10)
    mover.join(10)
    assert seen[0] < until <= clock()
    database.close()
