"""Whatever breaks off in the middle: what waits is sent, nothing is sent twice, and the rest is known to be unknown."""

import contextlib
import multiprocessing
import threading
import time
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from models.database import Database, open_database
from models.message import MessageState, Purpose
from notifications import delivery
from notifications.delivery import Delivery
from notifications.settling import GIVE_UP_AFTER, settle
from tests.notifications.outbox_rows import add_messages, add_phone, all_messages, machine_now, message, states, tasks
from tests.notifications.service import Service, connected
from tests.twilio_api.client import TwilioApi
from tests.twilio_api.faults import Faults


def all_is_accounted_for(service: Service, count: int) -> None:
    """Each message arrived once, or is unknown, with a task that says so."""
    settle(service.database, service.gateway, machine_now() + 2 * GIVE_UP_AFTER)
    service.api.settled()
    unknown = [each.id for each in all_messages(service.database) if each.state == "unknown"]
    assert set(states(service.database)) <= {"delivered", "unknown"}
    assert sorted(tasks(service.database)) == [("did_it_arrive", each) for each in sorted(unknown)]
    per_message = service.api.summary().per_message
    assert set(per_message.values()) == {1}
    assert len(per_message) + len(unknown) == count


def write(database: Database, count: int) -> None:
    add_messages(database, [add_phone(database) for _ in range(count)], "Todos {n}", purpose=Purpose.BROADCAST)


def kill_connections(url: str) -> None:
    address = sa.make_url(url)
    with psycopg.connect(host=address.host, port=address.port, user=address.username, dbname="postgres") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [address.database]
        )


def test_connections_that_are_killed_lose_nothing(service: Service, request: pytest.FixtureRequest) -> None:
    if service.database.engine.dialect.name == "sqlite":
        return  # it has no server
    url = request.getfixturevalue("database_url")
    write(service.database, 60)
    running = threading.Thread(target=service.delivery(rate=40).run)
    running.start()
    for taken in (5, 20, 35):
        service.api.settled(taken, seconds=50)
        kill_connections(url)
    running.join()
    kill_connections(url)
    service.database.engine.dispose()
    all_is_accounted_for(service, 60)
    assert states(service.database).count("delivered") > 50


def test_a_database_that_stays_away_ends_the_run_and_the_next_one_notes_what_came_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.0)
    monkeypatch.setattr(delivery, "LONGEST_REST", 0.01)
    write(service.database, 12)
    service.api.misbehave(Faults(latency=0.3, sent_after=None))
    away = threading.Event()

    def fail(*_details: object) -> None:
        if away.is_set():
            raise sa.exc.OperationalError("", {}, Exception("gone"))

    sa.event.listen(service.database.engine, "before_cursor_execute", fail)
    sender, ended = service.delivery(), []

    def run() -> None:
        try:
            sender.run()
        except sa.exc.OperationalError as away:
            ended.append(away)

    running = threading.Thread(target=run)
    running.start()
    while not service.api.counts().attempts:
        pass
    away.set()
    running.join()
    assert len(ended) == 1
    assert "sent" not in states_after(away, service)
    sender.run()
    assert states(service.database) == ["sent"] * 12
    assert set(service.api.summary().per_message.values()) == {1}


def states_after(away: threading.Event, service: Service) -> list[str]:
    """The database is back."""
    away.clear()
    return states(service.database)


def test_a_gateway_that_breaks_costs_one_message(service: Service) -> None:
    write(service.database, 3)
    broken_for = all_messages(service.database)[1].id

    def address(message_id: int) -> str:
        if message_id == broken_for:
            raise LookupError
        return service.gateway.callback(message_id)

    with contextlib.closing(replace(service.gateway, callback=address)) as gateway:
        assert Delivery(service.database, gateway).run() == {"sent": 2, "unsettled": 1}
    all_is_accounted_for(service, 3)
    assert message(service.database, broken_for).state is MessageState.UNKNOWN


def deliver(database_url: str, api_url: str) -> None:
    """What a worker does, in a process of its own."""
    with connected(TwilioApi(api_url)) as gateway:
        Delivery(open_database(database_url), gateway, rate=100).run()


def test_a_worker_that_is_killed_leaves_the_rest_to_others(service: Service, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("database_url")
    write(service.database, 80)
    service.api.misbehave(Faults(latency=0.05))
    worker = multiprocessing.get_context("spawn").Process(target=deliver, args=(url, service.api.url))
    worker.start()
    service.api.settled(20, seconds=50)
    worker.kill()
    worker.join()
    assert worker.exitcode == -9
    service.delivery(rate=100).run()
    all_is_accounted_for(service, 80)
    assert states(service.database).count("delivered") >= 40, "most had not even been claimed"


def test_a_stop_in_the_middle_of_a_broadcast_is_the_end_of_it(service: Service) -> None:
    phone_id = add_phone(service.database, "+14135550142")
    add_messages(service.database, [phone_id] * 60, "Todos {n}", purpose=Purpose.BROADCAST)
    running = threading.Thread(target=service.delivery(rate=20).run)
    running.start()
    service.api.settled(5)
    service.text_in("STOP", "+14135550142")
    stopped = time.monotonic()
    running.join()
    late = [each for each in service.api.processed() if each.arrived > stopped]
    assert late == []
    service.api.settled()
    after = states(service.database)
    assert after.count("withheld") > 40
    assert set(after) - {"withheld", "delivered", "sent", "received"} == set()
