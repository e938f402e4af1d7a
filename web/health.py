"""For the machines that watch: alive, able to work, numbers."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import redis
import sqlalchemy as sa
import structlog
from flask import Blueprint, Response
from redis.backoff import NoBackoff
from redis.retry import Retry

from models.database import Database
from models.migrations import is_current
from notifications.clock import CLOCK
from notifications.delivery import Clock, machine_clock
from web.metrics import Metric, as_text, noted_at, of_database, of_queues, oldest_due, single

log = structlog.get_logger()

REDIS_PATIENCE = 2
"""Seconds."""
DATABASE_PATIENCE = 5000
"""Milliseconds for one statement on PostgreSQL: who watches must not use up the threads that answer families."""
CLOCK_PATIENCE = dt.timedelta(minutes=3)
"""How long the clock may be silent; it is heard from several times a minute."""
AGENDA_PATIENCE = dt.timedelta(minutes=15)
"""How late the clock may be: the hours in which a family can read are often no more than an hour and a half."""
COUNTED_ANEW_AFTER = 5.0
"""Seconds for which numbers are told again as they were: anybody may ask, and as often as they like."""
REST = 20
"""The same in times of what counting took, where that is longer."""
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def health(
    database: Database,
    *,
    refused: Callable[[], int],
    redis_url: str | None = None,
    clock: Clock = machine_clock,
) -> Blueprint:
    """Return the routes /healthz, /readyz and /metrics.

    `refused` counts wrong signatures; `redis_url` is None where no Redis is used; `clock` is what the ticks go by.
    """
    blueprint = Blueprint("health", __name__)
    queue = _client(redis_url) if redis_url is not None else None
    numbers = Numbers(database, queue, clock)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return _line("alive")

    @blueprint.get("/readyz")
    def ready() -> Response:
        return _line(*_ready(database, queue, clock()))

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return _line(as_text(_of_this_process(refused())) + numbers.text(), content_type=PROMETHEUS)

    return blueprint


class Numbers:
    """What the database and the queues hold, counted when asked, though not more often than every few seconds."""

    def __init__(self, database: Database, queue: redis.Redis | None, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._counting = threading.Lock()
        self._text = ""
        self._good_until = 0.0

    def text(self) -> str:
        """Return the numbers as Prometheus reads them; what cannot be counted now is absent."""
        with self._counting:
            began = time.monotonic()
            if began >= self._good_until:
                self._text = as_text([*self._of_database(), *self._of_queues()])
                took = time.monotonic() - began
                self._good_until = began + took + max(COUNTED_ANEW_AFTER, REST * took)
            return self._text

    def _of_database(self) -> list[Metric]:
        counted: list[Metric] = []
        try:
            with self._database.reading() as session:
                connection = session.connection()
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SET LOCAL statement_timeout = {DATABASE_PATIENCE}"))
                counted = of_database(connection, self._clock())
        except sa.exc.SQLAlchemyError as error:
            log.warning("nothing counted", of="database", kind=type(error).__name__)
        up = single("lucero_database_up", "Whether the database told what is counted in it.", bool(counted))
        return [up, *counted]

    def _of_queues(self) -> list[Metric]:
        if self._queue is None:
            return []
        counted: list[Metric] = []
        try:
            counted = of_queues(self._queue)
        except redis.RedisError as error:
            log.warning("nothing counted", of="redis", kind=type(error).__name__)
        return [single("lucero_redis_up", "Whether Redis told what waits in its queues.", bool(counted)), *counted]


def _of_this_process(refused: int) -> list[Metric]:
    words = "Webhook requests of this process whose signature was wrong or missing."
    return [
        single("lucero_up", "Whether this process answers.", 1),
        single("lucero_refused_requests_total", words, refused, "counter"),
    ]


def _client(redis_url: str) -> redis.Redis:
    """A client that neither waits long nor tries again: whoever asks comes back."""
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(
        redis_url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE, retry=once
    )


def _ready(database: Database, queue: redis.Redis | None, now: dt.datetime) -> tuple[str, int]:
    """Say whether all that is needed is there, in one sentence, with the status."""
    try:
        if not is_current(database.engine):
            return "The database has another schema than this version needs: run flask --app wsgi migrate.", 503
        with database.reading() as session:
            heard_at, late = noted_at(session.connection(), CLOCK), oldest_due(session.connection(), now)
    except sa.exc.SQLAlchemyError as error:
        log.warning("not ready", of="database", kind=type(error).__name__)
        return "The database cannot be reached.", 503
    try:
        if queue is not None:
            queue.ping()
    except redis.RedisError as error:
        log.warning("not ready", of="redis", kind=type(error).__name__)
        return "The Redis at REDIS_URL does not answer.", 503
    return _clock(heard_at, late, now)


def _clock(heard_at: dt.datetime | None, late: dt.timedelta, now: dt.datetime) -> tuple[str, int]:
    """What to say of the clock, with the status. One that was never heard from may still have to be set up."""
    if heard_at is None:
        return "ready; the clock has not been heard from yet: start flask --app wsgi clock", 200
    if now - heard_at > CLOCK_PATIENCE:
        return (
            f"The clock was last heard from {_minutes(now - heard_at)} minutes ago: see to flask --app wsgi clock.",
            503,
        )
    if late > AGENDA_PATIENCE:
        return f"The clock is {_minutes(late)} minutes behind with its agenda: its log may say why.", 503
    return "ready", 200


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds() // 60)


def _line(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(text.rstrip() + "\n", status, content_type=content_type, headers={"Cache-Control": "no-store"})
