"""A worker that is asked to end, and one that is not asked."""

import signal
import time

import pytest

from models.message import MessageState
from tests.processes import accounts, families, storm
from tests.processes.house import Town, wait_for
from tests.twilio_api.faults import Faults

SECONDS = 15
"""Within which a worker ends when asked: those who run processes kill it some time later."""


def test_a_worker_asked_to_end_leaves_nothing_open(place: Town) -> None:
    [worker] = place.house.workers(1)
    families.write(place.database, families.settle_in(place.database, 3000))
    place.house.start("clock")
    wait_for("some to be taken", lambda: place.api.counts().processed >= 50)

    asked = time.monotonic()
    assert place.house.stop(worker, SECONDS) == 0
    assert time.monotonic() - asked < SECONDS

    assert families.in_the_air(place.database) == 0
    place.api.settled(seconds=30)
    wait_for("callbacks to be noted", lambda: not families.states(place.database)[MessageState.SENT])
    counted = families.states(place.database)
    assert set(counted) <= {MessageState.QUEUED, MessageState.SENDING, MessageState.DELIVERED}
    assert counted[MessageState.DELIVERED] == place.api.counts().processed
    accounts.check_logs(place.house.logs())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_ends_at_once(place: Town, number: signal.Signals) -> None:
    [worker] = place.house.workers(1)
    worker.send_signal(number)
    assert worker.wait(SECONDS) == 0


def test_what_a_killed_worker_had_in_its_hands_is_settled(place: Town) -> None:
    """Its answers are a second away when it dies: all it had claimed is on its way, and nobody has noted it."""
    place.api.misbehave(Faults(latency=1, sent_after=None))
    [worker] = place.house.workers(1)
    families.write(place.database, families.settle_in(place.database, 400))
    place.house.start("clock")
    wait_for("some to be taken", lambda: place.api.counts().processed >= 40)
    place.house.kill(worker)
    held = families.states(place.database)[MessageState.SENDING]
    assert held > 20

    place.house.workers(1)
    wait_for("the outbox to be empty", lambda: families.is_empty(place.database))
    storm.settle(place)
    ended = accounts.check_each_once(place)
    accounts.check_nobody_left_waiting(ended)
    assert sum(each.state is MessageState.UNKNOWN for each in ended) < held  # most of them had been taken
