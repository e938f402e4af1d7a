"""The work that is done unseen, and the two ways to have it done: by threads in this process, or by RQ workers.

What there is to do stands in the database. A queue only says "look now", so losing that costs no more than the time
until the clock says it again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import signal
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import redis
import structlog
from rq import Queue, SimpleWorker, Worker
from rq.worker import DequeueStrategy

log = structlog.get_logger()


class Kind(enum.StrEnum):
    """The kinds of work; each has a queue of its name, and every worker takes from all of them."""

    DELIVERY = "delivery"
    """Send what is due."""
    SETTLING = "settling"
    """Ask the network about messages that nobody heard of again."""


Work = Mapping[Kind, Callable[[], object]]
"""What each kind does. Doing it twice, at once or for nothing, is harmless."""
LONGEST = dt.timedelta(seconds=30)
"""How long one piece of work goes on before it lets others in between: stopping and starting costs a little."""
JOB_TIMEOUT = 180
"""Seconds after which RQ takes a job for broken: work, what is on its way, and a database that is away meanwhile."""
WORKER_TTL = 60
"""Seconds after which an idle worker that was not heard from is taken for dead."""
REDIS_AWAY = 1
"""Seconds until a worker looks whether its Redis is back."""


class Bell(Protocol):
    """Says that there may be something to do. Never raises, and never waits for long."""

    def ring(self, kind: Kind, *, all_hands: bool = False) -> None:
        """Have a look taken soon; by all the workers there are, where there may be much to do."""
        ...


class ThreadBell:
    """Work in this process: one thread a kind, woken by the bell."""

    def __init__(self) -> None:
        self._woken = {kind: threading.Event() for kind in Kind}

    def ring(self, kind: Kind, *, all_hands: bool = False) -> None:  # noqa: ARG002 - it has one hand for each kind
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
            except Exception:  # whatever it is, the thread must live: nobody would do this work again
                log.exception("work broke", kind=kind.value)
                time.sleep(1)


class RedisBell:
    """Work in worker processes: an RQ queue for each kind."""

    def __init__(self, redis_url: str) -> None:
        # A web process must not hang on a Redis that is away: it has texts to answer.
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)

    def ring(self, kind: Kind, *, all_hands: bool = False) -> None:
        """Add a job, or one for each worker; never more of them wait than there are workers to look."""
        try:
            queue = Queue(kind.value, connection=self._redis)
            lacking = max(1, Worker.count(queue=queue)) - queue.count
            for _ in range(lacking if all_hands else min(lacking, 1)):
                queue.enqueue(do_work, kind.value, job_timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=3600)
        except redis.RedisError as error:
            log.warning("queue away", kind=type(error).__name__)


_work: dict[Kind, Callable[[], object]] = {}


def do_work(kind: str) -> None:
    """What an RQ job does in a worker process."""
    _work[Kind(kind)]()


class _Worker(SimpleWorker):
    """Does the work in its own process, without a fork for each job: connections and client are kept."""

    told_to_stop = False
    stop: Callable[[], None]

    def handle_warm_shutdown_request(self) -> None:
        """RQ calls this when the process is asked to end."""
        self.told_to_stop = True
        self.stop()

    def set_shutdown_requested_date(self) -> None:
        """Tell Redis that we end. RQ does so in the midst of a job, which must not break where Redis is away."""
        with contextlib.suppress(redis.RedisError):
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]  # RQ's own


def run_worker(redis_url: str, work: Work, stop: Callable[[], None], *, burst: bool = False) -> None:
    """Be a worker until stopped (or, in a burst, until the queues are empty), however often Redis goes away.

    `stop` has work that is being done end soon; it is called when the process is asked to end.
    """
    _work.update(work)
    while not _has_ended(redis_url, stop, burst=burst) and not burst:
        time.sleep(REDIS_AWAY)


def _has_ended(redis_url: str, stop: Callable[[], None], *, burst: bool) -> bool:
    """Work until asked to stop: True. False where RQ gave up for want of its Redis."""
    connection = redis.Redis.from_url(redis_url)
    queues = [Queue(kind.value, connection=connection) for kind in Kind]
    worker = _Worker(queues, connection=connection, worker_ttl=WORKER_TTL)
    worker.stop = stop
    try:
        # In turn: however much there is to send, what nobody heard of again is asked for.
        worker.work(burst=burst, logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    except redis.RedisError as error:
        log.warning("queue away", kind=type(error).__name__)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # RQ leaves its own in place, which need a worker
            signal.signal(number, signal.SIG_DFL)
    return worker.told_to_stop
