"""The work that is done unseen, and the two ways to have it done: by threads in this process, or by RQ workers.

What there is to do stands in the database. A queue only says "look now", so losing that costs no more than the time
until the clock says it again.
"""

from __future__ import annotations

import datetime as dt
import enum
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import redis
import structlog
from rq import Queue, SimpleWorker, Worker

log = structlog.get_logger()


class Kind(enum.StrEnum):
    """The kinds of work; each has a queue of its name, and every worker takes from all of them."""

    DELIVERY = "delivery"
    """Send what is due."""
    SETTLING = "settling"
    """Ask the network about messages that nobody heard of again."""


Work = Mapping[Kind, Callable[[], object]]
"""What each kind does. Doing it twice, at once or for nothing, is harmless."""
LONGEST = dt.timedelta(seconds=10)
"""How long one piece of work goes on before it lets others (and a stop) in between."""
JOB_TIMEOUT = 180
"""Seconds after which RQ takes a job for broken: work, what is on its way, and a database that is away meanwhile."""


class Bell(Protocol):
    """Says that there may be something to do. Never raises, and never waits for long."""

    def ring(self, kind: Kind) -> None:
        """Have a look taken soon."""
        ...


class ThreadBell:
    """Work in this process: one thread a kind, woken by the bell."""

    def __init__(self) -> None:
        self._woken = {kind: threading.Event() for kind in Kind}

    def ring(self, kind: Kind) -> None:
        """Have a look taken soon."""
        self._woken[kind].set()

    def start(self, work: Work) -> None:
        """Start the threads; they end with the process."""
        for kind, do in work.items():
            threading.Thread(target=self._go_on, args=(kind, do), name=kind.value, daemon=True).start()

    def _go_on(self, kind: Kind, do: Callable[[], object]) -> None:
        while True:
            self._woken[kind].wait()
            self._woken[kind].clear()
            try:
                do()
            except Exception:
                log.exception("work broke", kind=kind.value)
                time.sleep(1)


class RedisBell:
    """Work in worker processes: an RQ queue for each kind."""

    def __init__(self, redis_url: str) -> None:
        # A web process must not hang on a Redis that is away: it has texts to answer.
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)

    def ring(self, kind: Kind) -> None:
        """Add a job, unless as many wait already as there are workers to look."""
        try:
            queue = Queue(kind.value, connection=self._redis)
            if queue.count < max(1, Worker.count(queue=queue)):
                queue.enqueue(do_work, kind.value, job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=3600)
        except redis.RedisError as error:
            log.warning("queue away", kind=type(error).__name__)


_work: dict[Kind, Callable[[], object]] = {}


def do_work(kind: str) -> None:
    """What an RQ job does in a worker process."""
    _work[Kind(kind)]()


def run_worker(redis_url: str, work: Work, *, burst: bool = False) -> None:
    """Be a worker until stopped (or, in a burst, until the queues are empty).

    The work is done in this process, without a fork for each job: its connections and its client are kept.
    """
    _work.update(work)
    connection = redis.Redis.from_url(redis_url)
    worker = SimpleWorker([Queue(kind.value, connection=connection) for kind in Kind], connection=connection)
    worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
