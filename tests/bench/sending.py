"""Goals 5 and 6: an outbox of real rows through the real processes to a stand-in for Twilio that takes 50 ms."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from rq import Worker

import settings
from tests.bench import machine, outbox_rows, stations, wire
from tests.twilio_api import client
from tests.twilio_api.client import TwilioApi
from tests.twilio_api.faults import Faults
from tests.twilio_api.pace import by_second, most_within

LATENCY = 0.05
"""Seconds that the stand-in takes for each message."""
UNPACED = 1_000_000
THREADS = 32
PATIENCE = 120
"""Seconds to wait for anything."""

_ids = itertools.count(1)


@dataclass(frozen=True)
class Run:
    """An outbox to deliver, and by what."""

    database: str
    rate: int
    seconds: float
    cores_goal: float | None = None

    @property
    def is_paced(self) -> bool:
        """Whether the rate is one to be kept, rather than more than can be done."""
        return self.rate != UNPACED

    @property
    def ideal(self) -> float:
        """Messages a second that there could be."""
        return self.rate if self.is_paced else THREADS / LATENCY

    @property
    def count(self) -> int:
        """Messages in the outbox."""
        return int(self.ideal * self.seconds)


@dataclass(frozen=True)
class Delivered:
    """What a run came to, by what the stand-in saw and what the processes used. CPU in milliseconds a message."""

    run: Run
    per_second: float
    """From the first message to the last."""
    most_in_a_second: int
    """In any second, wherever it begins."""
    by_second: list[int]
    cores: float
    """That the sending process used while it was under way, without its start."""
    cpu: float
    database_cpu: float
    jobs: int | None
    """That RQ did; None where there is no RQ."""
    others: float
    verdict: str


@dataclass(frozen=True)
class Moment:
    """How far a run is, and what was used until then."""

    at: float
    processed: int
    sender: float
    database: float
    here: float
    """By the stand-in, the clock and this process."""
    everything: float


@dataclass(frozen=True)
class Senders:
    """The processes that deliver."""

    sender: int
    """The process whose threads hand messages over."""
    others: tuple[int, ...]
    redis_url: str | None

    def jobs(self) -> int | None:
        """How many jobs RQ has done, and is doing."""
        if self.redis_url is None:
            return None
        with redis.Redis.from_url(self.redis_url) as connection:
            workers = Worker.all(connection=connection)
            return sum(each.successful_job_count + (each.get_current_job_id() is not None) for each in workers)


def deliver(run: Run, url: str, redis_url: str | None, folder: Path) -> Delivered:
    """Fill the outbox, start the processes, and watch until all is delivered and noted."""
    ids = [next(_ids) for _ in range(run.count)]
    with client.running(wire.ACCOUNT, wire.TOKEN) as api:
        api.misbehave(Faults(latency=LATENCY, sent_after=None))
        outbox_rows.write(url, map(outbox_rows.waiting, ids))
        with _running(run, url, redis_url, api, folder) as senders:
            api.settled(min(run.count // 10, run.rate) + 1, PATIENCE)
            begun = _moment(api, senders, url)
            api.settled(run.count - run.count // 20, run.seconds + PATIENCE)
            ended = _moment(api, senders, url)
            api.settled(run.count, PATIENCE)
            _wait_until_noted(url)
            return _delivered(run, api, url, begun, ended, senders.jobs())


def _delivered(run: Run, api: TwilioApi, url: str, begun: Moment, ended: Moment, jobs: int | None) -> Delivered:
    arrivals = [(message.arrived, message.segments) for message in api.processed()]
    counted, seconds = ended.processed - begun.processed, ended.at - begun.at
    sender, database = ended.sender - begun.sender, ended.database - begun.database
    ours = sender + database + ended.here - begun.here
    return Delivered(
        run=run,
        per_second=(len(arrivals) - 1) / (arrivals[-1][0] - arrivals[0][0]),
        most_in_a_second=most_within(arrivals),
        by_second=by_second(arrivals),
        cores=sender / seconds,
        cpu=sender / counted * 1000,
        database_cpu=database / counted * 1000,
        jobs=jobs,
        others=max(0.0, 1 - ours / (ended.everything - begun.everything)),
        verdict=_verdict(run, api, url),
    )


def _verdict(run: Run, api: TwilioApi, url: str) -> str:
    """Whether each message came once, and is noted so."""
    taken, noted = api.summary().per_message, outbox_rows.states(url)
    if len(taken) == taken.total() == run.count and set(noted) == {"sent"}:
        return f"{run.count}, each once"
    return f"{run.count} messages, {taken.total()} came, {len(taken)} different; noted as {noted}: NOT THE SAME"


def _moment(api: TwilioApi, senders: Senders, url: str) -> Moment:
    processed = api.counts().processed
    return Moment(
        at=time.monotonic(),
        processed=processed,
        sender=machine.used_by(senders.sender),
        database=machine.used_by(stations.postmaster(url)),
        here=sum(machine.used_by(each) for each in (*senders.others, os.getpid())),
        everything=machine.used_by_all(),
    )


def _wait_until_noted(url: str) -> None:
    """What was handed over last is noted a moment later."""
    until = time.monotonic() + PATIENCE
    while outbox_rows.states(url).keys() & {"queued", "sending"} and time.monotonic() < until:
        time.sleep(0.2)


@contextlib.contextmanager
def _running(run: Run, url: str, redis_url: str | None, api: TwilioApi, folder: Path) -> Iterator[Senders]:
    """A worker and a clock; without a Redis the clock does the work."""
    environment = {key: value for key, value in os.environ.items() if key not in settings.NAMES}
    environment |= stations.twilio_settings(url) | {"PUBLIC_URL": wire.PUBLIC_URL, "TWILIO_API_URL": api.url}
    environment |= {"MESSAGES_PER_SECOND": str(run.rate)} | ({"REDIS_URL": redis_url} if redis_url else {})
    with contextlib.ExitStack() as until_the_end, (folder / "sending.log").open("w") as log:
        names = ["worker", "clock"] if redis_url else ["clock"]
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", name],
                cwd=stations.ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
            for name in names
        ]
        for process in started:
            until_the_end.callback(process.wait, timeout=60)
            until_the_end.callback(process.terminate)
        yield Senders(started[0].pid, tuple(process.pid for process in started[1:]), redis_url)
