"""What the queue forgets and what a server drops in the middle: nothing is lost, nothing goes out twice."""

from pathlib import Path

import redis

from models.message import MessageState
from tests.concurrency.processes import Texting
from tests.processes import accounts, families, storm
from tests.processes.conftest import RATE
from tests.processes.house import Town, town, wait_for
from tests.processes.own_servers import drop_connections, own_postgresql, own_redis

MANY = 300


def are_going_out(place: Town, count: int = MANY // 5) -> None:
    """Wait until a part of the messages has left."""
    wait_for("some to be taken", lambda: place.api.counts().processed >= count)


def write_many(place: Town) -> None:
    families.write(place.database, families.settle_in(place.database, MANY))


def check_all_arrived(place: Town) -> None:
    """A network without faults has got each message once, and every row says so."""
    wait_for("the outbox to be empty", lambda: families.is_empty(place.database))
    place.api.settled(processed=MANY, seconds=30)
    wait_for("all to be recorded", lambda: families.is_quiet(place.database))
    ended = accounts.check_each_once(place)
    assert {each.state for each in ended} <= families.REACHED
    assert len(ended) == MANY
    accounts.check_logs(place.house.logs())


def test_a_nudge_that_is_lost_costs_no_more_than_a_tick(place: Town) -> None:
    place.house.workers(1)
    place.house.start("clock")
    write_many(place)  # and ring for nobody
    check_all_arrived(place)


def test_an_emptied_redis_loses_nothing(place: Town, redis_url: str) -> None:
    place.house.workers(2)
    write_many(place)
    place.house.start("clock")
    are_going_out(place)
    with redis.Redis.from_url(redis_url) as queues:
        queues.flushdb()
    check_all_arrived(place)


def test_two_clocks_send_nothing_twice(place: Town) -> None:
    place.house.workers(2)
    write_many(place)
    for _ in range(2):
        place.house.start("clock")
    check_all_arrived(place)


def test_a_redis_that_goes_away_and_comes_back(tmp_path: Path, postgresql_url: str) -> None:
    with own_redis(tmp_path) as server, town(tmp_path / "logs", postgresql_url, server.url, rate=RATE) as place:
        workers = place.house.workers(2)
        write_many(place)
        clock = place.house.start("clock")
        are_going_out(place)
        server.stop()
        assert place.service.send(Texting("+14135559001", "help")) is not None  # families do not notice
        families.write(place.database, families.settle_in(place.database, 50, first=MANY))
        server.start()
        wait_for("the outbox to be empty", lambda: families.is_empty(place.database), 90)
        wait_for("all to be recorded", lambda: families.is_quiet(place.database))
        ended = accounts.check_each_once(place)
        assert {each.state for each in ended} <= families.REACHED
        assert [each.poll() for each in (*workers, clock)] == [None] * 3
        accounts.check_logs(place.house.logs())


def test_connections_that_are_dropped(place: Town) -> None:
    workers = place.house.workers(2)
    write_many(place)
    place.house.start("clock")
    for part in (5, 3, 2):
        are_going_out(place, MANY // part)
        drop_connections(place.database)
    check_all_arrived(place)
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_database_that_crashes_and_comes_back(tmp_path: Path, redis_url: str) -> None:
    with own_postgresql() as (server, url), town(tmp_path / "logs", url, redis_url, rate=RATE) as place:
        running = [*place.house.workers(2), place.house.start("clock")]
        write_many(place)
        are_going_out(place)
        server.restart()
        place.database.close()
        wait_for("the outbox to be empty", lambda: families.is_empty(place.database))
        storm.settle(place)
        ended = accounts.check_each_once(place)
        accounts.check_nobody_left_waiting(ended)
        assert {each.state for each in ended} <= families.REACHED | {MessageState.UNKNOWN}
        assert [each.poll() for each in running] == [None] * 3
        accounts.check_logs(place.house.logs())
