"""Everything in one process, killed again and again while it sends."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database, open_database
from models.message import MessageState, Purpose
from tests.bot.posting import environment
from tests.keeper import free_port
from tests.processes import accounts, families
from tests.processes.house import House, Process, house, wait_for
from tests.processes.promises import Promises, how_many_told, told
from tests.twilio_api import client
from tests.twilio_api.faults import Faults

BATCH = 60
Kept = tuple[House, Database]


@pytest.fixture
def at_home(tmp_path: Path, sqlite_url: str) -> Iterator[Kept]:
    """Lucero as `make run` starts it: no Twilio, no Redis."""
    environ = {"DATABASE_URL": sqlite_url, "SECRET_KEY": "k" * 40, "EXAMPLE": "no", "PORT": str(free_port())}
    database = open_database(sqlite_url)
    with house(tmp_path / "logs", **environ) as built:
        yield built, database
    database.close()


def serve(built: House) -> Process:
    return built.run([*"flask --app wsgi serve".split()], "serve")


def later() -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).isoformat()


def out_of_the_queue(database: Database) -> int:
    return sum(count for state, count in families.states(database).items() if state is not MessageState.QUEUED)


def kill_again_and_again(built: House, database: Database, kills: int) -> list[str]:
    """Write some, serve, kill once a few more have left, and so on; returns who was written to."""
    dice, numbers = random.Random(3), list[str]()
    for round_ in range(kills):
        batch = families.settle_in(database, BATCH, first=round_ * BATCH)
        families.write(database, batch, purpose=dice.choice([Purpose.BROADCAST, Purpose.ANSWER]))
        numbers += batch
        enough = out_of_the_queue(database) + dice.randrange(1, BATCH)
        served = serve(built)
        wait_for("some to leave", lambda enough=enough: out_of_the_queue(database) >= enough, every=0.001)  # type: ignore[misc]
        built.kill(served)
    return numbers


def test_killed_at_any_moment_each_message_is_on_its_phone_once(at_home: Kept) -> None:
    built, database = at_home
    numbers = kill_again_and_again(built, database, 3)
    done = built.flask("tick", "--at", later(), "--json")
    assert done.returncode == 0, done.stderr
    ended = families.outbox(database)
    assert [each.number for each in ended] == numbers
    assert {each.state for each in ended} == {MessageState.SENT}
    assert all(each.sid for each in ended)
    accounts.check_logs(built.logs())


def test_killed_in_the_middle_of_its_agenda_it_tells_each_family_once(at_home: Kept) -> None:
    built, database = at_home
    here = Promises(database)
    numbers = [*here.reminders(250), *here.offers(5)]
    served = serve(built)
    wait_for("some to be told", lambda: how_many_told(database) > 0, every=0.001)
    built.kill(served)
    assert how_many_told(database) < len(numbers)
    serve(built)
    wait_for("all to arrive", lambda: families.states(database)[MessageState.SENT] == len(numbers))
    assert told(database) == dict.fromkeys(numbers, 1)
    assert all(each.sid for each in families.outbox(database))
    accounts.check_logs(built.logs())


def test_a_message_that_a_person_sends_is_on_the_phone_at_once(at_home: Kept) -> None:
    built, database = at_home
    serve(built)
    [number] = families.settle_in(database, 1)
    assert built.flask("send", number, "Hola").returncode == 0
    wait_for("the message to arrive", lambda: families.states(database)[MessageState.SENT] == 1)


def test_killed_with_twilio_as_the_network_it_sends_nothing_twice(tmp_path: Path, sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with client.running() as api:
        api.misbehave(Faults(latency=0.2, sent_after=None))  # no callback: there is nobody to take it
        environ = environment(sqlite_url) | {"TWILIO_API_URL": api.url, "MESSAGES_PER_SECOND": "100"}
        with house(tmp_path / "logs", **environ, EXAMPLE="no", PORT=str(free_port())) as built:
            numbers = kill_again_and_again(built, database, 2)
            done = [built.flask("tick", "--at", later(), "--json") for _ in range(2)]
            assert [each.returncode for each in done] == [0, 0], done
            taken, ended = api.summary().per_message, families.outbox(database)
            assert max(taken.values()) == 1
            assert [each for each in ended if not accounts.says_the_truth(each, taken[each.number, each.body])] == []
            assert [each.number for each in ended] == numbers
            accounts.check_logs(built.logs())
    database.close()
