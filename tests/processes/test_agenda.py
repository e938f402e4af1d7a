"""The agenda in whole processes: what the clock tells by itself arrives, once, however clocks and servers end."""

from __future__ import annotations

import contextlib
import signal
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.agenda import ItemKind
from models.database import Database, open_database
from tests.bot.posting import environment
from tests.processes import accounts, families, promises
from tests.processes.house import Process, Town, house, wait_for
from tests.processes.own_servers import drop_connections
from tests.processes.promises import Promises

MANY = 350
QUICKLY = 2
"""Seconds within which a clock that is asked to end has ended."""


def clocks(place: Town) -> list[Process]:
    """Two of them, as on two machines."""
    return [place.house.start("clock") for _ in range(2)]


def are_told(database: Database, count: int) -> None:
    """Wait until the clock has written so many; what it does next has just begun."""
    wait_for("some to be told", lambda: promises.how_many_told(database) >= count, every=0.001)


def undone(place: Town) -> float:
    """How much the web process says that the clock has left undone."""
    with urllib.request.urlopen(f"http://127.0.0.1:{place.service.ports[0]}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    told = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return float(told["lucero_agenda_due"]) + float(told['lucero_agenda_to_plan{of="sign_ups"}'])


def check_each_told_once(place: Town, numbers: Sequence[str]) -> None:
    """Each of these families, and nobody else, has got one text."""
    are_told(place.database, len(numbers))
    wait_for("the outbox to be empty", lambda: families.is_empty(place.database))
    place.api.settled(processed=len(numbers), seconds=30)
    wait_for("all to be recorded", lambda: families.is_quiet(place.database))
    assert promises.told(place.database) == dict.fromkeys(numbers, 1)
    ended = accounts.check_each_once(place)
    assert {each.state for each in ended} <= families.REACHED
    accounts.check_logs(place.house.logs())


def test_what_the_clock_tells_arrives_once(place: Town) -> None:
    here = Promises(place.database)
    numbers = [*here.planned_reminders(50), *here.offers(5)]
    place.house.workers(2)
    clocks(place)
    check_each_told_once(place, numbers)
    assert promises.items(place.database, ItemKind.REMINDER, ItemKind.OFFER) == {"told": len(numbers)}


def test_killed_clocks_lose_nothing_and_tell_nothing_twice(place: Town) -> None:
    numbers = Promises(place.database).planned_reminders(MANY)
    place.house.workers(1)
    started = clocks(place)
    are_told(place.database, 1)
    for clock in started:
        place.house.kill(clock)
    assert promises.how_many_told(place.database) < MANY
    assert undone(place) > 0
    clocks(place)
    check_each_told_once(place, numbers)


def test_a_clock_whose_database_drops_it_goes_on_by_itself(place: Town) -> None:
    numbers = Promises(place.database).reminders(MANY)
    place.house.workers(1)
    clock = place.house.start("clock")
    are_told(place.database, 1)
    drop_connections(place.database)
    assert promises.how_many_told(place.database) < MANY
    check_each_told_once(place, numbers)
    assert clock.poll() is None
    assert '"event": "tick broke"' in place.house.logs()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clock_asked_to_end_does_not_wait_for_its_agenda(
    tmp_path: Path, postgresql_url: str, redis_url: str, number: signal.Signals
) -> None:
    environ = environment(postgresql_url) | {"REDIS_URL": redis_url}
    with contextlib.closing(open_database(postgresql_url)) as database, house(tmp_path, **environ) as built:
        Promises(database).reminders(MANY)
        clock = built.start("clock")
        are_told(database, 1)
        clock.send_signal(number)
        clock.wait(QUICKLY)
        assert promises.how_many_told(database) < MANY
