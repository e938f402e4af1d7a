"""A broadcast through a network that misbehaves in every way, while workers are killed and families text.

`make storm`, or `python -m tests.processes.storm --messages 10000 --rate 200`, runs it on a PostgreSQL and a Redis of
its own and prints what came of the messages.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.message import MessageState
from tests import servers
from tests.concurrency.processes import Texting
from tests.processes import accounts, families
from tests.processes.house import Process, Town, town, wait_for
from tests.twilio_api.client import Summary
from tests.twilio_api.faults import CallbackTrouble, Faults, Trouble

WORKERS, CLOCKS = 4, 2
SHARE = 0.05
HOLD = 1.5
"""Seconds that a timeout takes here. Lucero itself waits for ten: the connection is closed on it."""
CALLBACKS = (CallbackTrouble.DUPLICATED, CallbackTrouble.REORDERED, CallbackTrouble.DROPPED, CallbackTrouble.EARLY)
FAULTS = Faults(
    hold=HOLD,
    latency=0.03,
    sent_after=0.02,
    delivered_after=0.05,
    shares=dict.fromkeys(Trouble, SHARE),
    callbacks=dict.fromkeys(CALLBACKS, SHARE),
)
QUESTION = "Is there a bus to the arboretum?"
KILL_EVERY = 3.0
STOPS_BEFORE = 20


@dataclass
class Storm:
    """What happened in a storm, beside what the database and the network remember."""

    messages: int
    rate: float
    seconds: float = 0.0
    """From the first message to the last one that was handed over."""
    killed: int = 0
    answered_after: list[float] = field(default_factory=list)
    """Seconds that each text of a family waited for its answer."""
    stopped: dict[str, float] = field(default_factory=dict)
    """Numbers that texted STOP, and when (monotonic seconds) that was answered."""
    ended: list[families.Ended] = field(default_factory=list)
    summary: Summary | None = None
    too_late: list[float] = field(default_factory=list)
    """By how much messages arrived after the answer to a STOP."""


def blow(place: Town, count: int, rate: float) -> Storm:
    """Send `count` messages through a storm and wait until each has come to its end."""
    storm = Storm(count, rate)
    numbers = families.settle_in(place.database, count)
    for half, body in ((0, families.SHORT), (1, families.LONG)):
        families.write(place.database, numbers[half::2] if half else numbers[::2], body=body)
    place.api.misbehave(FAULTS)
    for number in numbers[:STOPS_BEFORE]:
        stop(place, storm, number)
    with around(place, storm):
        started = time.monotonic()
        wait_for("the outbox to be empty", lambda: families.is_empty(place.database), 60 + 6 * count / rate, 0.25)
    storm.seconds = time.monotonic() - started
    settle(place)
    storm.ended, storm.summary = families.outbox(place.database), place.api.summary()
    storm.too_late = accounts.after_their_stop(place.api.processed(), storm.stopped)
    return storm


@contextlib.contextmanager
def around(place: Town, storm: Storm) -> Iterator[None]:
    """Workers that are killed and replaced, families who text and who opt out, until the block ends."""
    workers = place.house.workers(WORKERS)
    for _ in range(CLOCKS):
        place.house.start("clock")
    over = threading.Event()
    threads = [threading.Thread(target=do, args=(place, storm, over)) for do in (ask, opt_out)]
    threads.append(threading.Thread(target=kill_workers, args=(place, storm, over, workers)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def kill_workers(place: Town, storm: Storm, over: threading.Event, workers: list[Process]) -> None:
    """Kill the oldest worker every few seconds, and start another."""
    while not over.wait(KILL_EVERY):
        place.house.kill(workers.pop(0))
        workers += place.house.workers(1)
        storm.killed += 1


def ask(place: Town, storm: Storm, over: threading.Event) -> None:
    """Families whom nobody texts ask something, one after the other, all the time."""
    n = 0
    while not over.wait(0.1):
        n += 1
        began = time.monotonic()
        place.service.send(Texting(families.number_of(5_000_000 + n), QUESTION))
        storm.answered_after.append(time.monotonic() - began)


def opt_out(place: Town, storm: Storm, over: threading.Event) -> None:
    """Families opt out whose message is about to leave: some the next, some in a moment."""
    while not over.wait(0.5):
        for number in families.next_to_go(place.database, after=len(storm.stopped) % 12, count=1):
            stop(place, storm, number)


def stop(place: Town, storm: Storm, number: str) -> None:
    assert place.service.send(Texting(number, "STOP")) is not None
    storm.stopped[number] = time.monotonic()


def settle(place: Town) -> None:
    """Let what was under way come to its end; what nobody heard of again is asked for as if minutes had passed."""
    place.api.misbehave(Faults())
    place.api.settled(seconds=30)
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).isoformat()
    done = place.house.flask("tick", "--at", later, "--json", seconds=300)
    assert done.returncode == 0, done.stderr
    wait_for("all to be settled", lambda: families.is_quiet(place.database))


def report(storm: Storm) -> Iterator[str]:
    """The figures of a storm, a line each."""
    assert storm.summary is not None
    summary, waits = storm.summary, storm.answered_after
    yield f"{storm.messages} messages, {summary.segments} segments in {storm.seconds:.0f} s; {storm.killed} kills"
    most = summary.segments_within_a_second
    yield f"most segments within a second {most}, rate {storm.rate:g}; attempts {summary.attempts_within_a_second}"
    yield f"answers at the stand-in: {dict(summary.answers)}"
    yield f"callbacks: {dict(summary.callbacks)}"
    yield f"more than once: {sum(count > 1 for count in summary.per_message.values())}"
    came = Counter((each.state.value, each.error or "", bool(each.reason)) for each in storm.ended)
    for (state, error, why), count in sorted(came.items()):
        yield f"{count:7} {state:10} {error:10} {'with a reason' if why else ''}"
    attempts = Counter(each.attempts for each in storm.ended if each.state is not MessageState.WITHHELD)
    yield f"attempts: {dict(sorted(attempts.items()))}"
    yield f"STOPs {len(storm.stopped)}; texts after the answer to one: {[round(late, 3) for late in storm.too_late]}"
    if len(waits) > 1:
        p95 = statistics.quantiles(waits, n=20)[-1]
        yield f"texts answered {len(waits)}: median {statistics.median(waits):.3f} s, p95 {p95:.3f} s, {max(waits):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.processes.storm", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=200.0, help="segments a second")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.standing_by() as port,
        servers.postgresql_database(port) as database_url,
        town(Path(folder), database_url, servers.ask(port, "redis"), rate=options.rate) as place,
    ):
        storm = blow(place, options.messages, options.rate)
        sys.stdout.write("\n".join(report(storm)) + "\n")
        accounts.check_each_once(place)
        accounts.check_logs(place.house.logs(), ["arboretum"])


if __name__ == "__main__":
    main()
