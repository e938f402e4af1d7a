"""The clock: a handful of ticks, and who is told that there is something to do.

A tick costs what is due, never what is pending; doing one twice, or on two machines at once, is harmless.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import cast

import sqlalchemy as sa
import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.dialects import postgresql, sqlite

from models import outbox
from models.database import Database
from models.sending import Heartbeat
from notifications.agenda.due import Agenda
from notifications.delivery import Clock, machine_clock
from notifications.settling import in_doubt
from notifications.work import Bell, Kind

log = structlog.get_logger()

EVERY = dt.timedelta(seconds=10)
CLOCK = "clock"
BROKE = "agenda broke"
"""Noted like a heartbeat: when something on the agenda last broke."""

heartbeats = cast("sa.Table", Heartbeat.__table__)


def keep_time(
    scheduler: BaseScheduler, database: Database, agenda: Agenda, bell: Bell, clock: Clock = machine_clock
) -> None:
    """Put the ticks on a scheduler of APScheduler's, the first of them at once. `clock` tells what they go by.

    What is on the agenda and what is to be sent are two of them: neither waits for the other.
    """
    ticks = [
        Tick("ring", lambda: ring(database, bell, clock())),
        Tick("agenda", lambda: keep_agenda(database, agenda, bell, clock())),
    ]
    for tick in ticks:
        scheduler.add_job(
            tick,
            IntervalTrigger(seconds=int(EVERY.total_seconds())),
            id=tick.name,
            next_run_time=machine_clock(),
            coalesce=True,
            max_instances=2,  # the second one says that the first goes on; APScheduler could not say which it is
            misfire_grace_time=None,
        )


class Tick:
    """What is done every few seconds. Whatever breaks it, such as a database that is away, the next one comes."""

    def __init__(self, name: str, do: Callable[[], None]) -> None:
        self.name = name
        self._do = do
        self._at_work = threading.Lock()

    def __call__(self) -> None:
        """Do it, unless it is being done: one that takes longer than the time to the next one goes on alone."""
        if not self._at_work.acquire(blocking=False):
            log.info("tick goes on", tick=self.name)
            return
        try:
            self._do()
        except Exception:
            log.exception("tick broke", tick=self.name)
        finally:
            self._at_work.release()


def keep_agenda(database: Database, agenda: Agenda, bell: Bell, now: dt.datetime) -> None:
    """Do what is due on the agenda, ring for what is to be sent because of it, and note whether something broke."""
    counts = agenda.do_what_is_due(now, seconds=EVERY.total_seconds())
    if counts:
        bell.ring(Kind.DELIVERY)
    if counts["broken"]:
        with database.begin() as session:
            note(session.connection(), BROKE, now)


def ring(database: Database, bell: Bell, now: dt.datetime) -> None:
    """Say that the clock runs, and ring for what there is to send and to settle."""
    with database.begin() as session:
        note(session.connection(), CLOCK, now)
    with database.reading() as session:
        connection = session.connection()
        next_try = outbox.next_try(connection)
        stuck = in_doubt(connection, now, most=1)
    if next_try is not None and next_try <= now:
        bell.ring(Kind.DELIVERY, all_hands=True)
    if stuck:
        bell.ring(Kind.SETTLING)


def note(connection: sa.Connection, name: str, now: dt.datetime) -> None:
    """Note when a process was last heard from, or when something last happened."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    beat = insert(heartbeats).values(name=name, at=now)
    connection.execute(beat.on_conflict_do_update(index_elements=["name"], set_={"at": now}))
