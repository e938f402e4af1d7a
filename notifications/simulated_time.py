"""Time where the phones are simulated: it can be moved ahead, and what falls due on the way happens at its moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from models import outbox
from models.agenda import agenda
from models.database import Database
from notifications.delivery import Delivery, machine_clock

MOST_STOPS = 500
"""Moments that are played at once: a page that waits longer would seem to hang."""


class SimulatedClock:
    """The machine's clock until it is moved; then it runs on from there. It never goes back."""

    def __init__(self) -> None:
        self._ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        """Return the instant it is."""
        return machine_clock() + self._ahead

    def move_to(self, instant: dt.datetime) -> None:
        """Run on from `instant`, unless that has passed."""
        self._ahead = max(self._ahead, instant - machine_clock())


@dataclass(frozen=True)
class Played:
    """A stretch of time that went by in a moment. Where `reached` is before `until`, there was too much due in it."""

    began: dt.datetime
    reached: dt.datetime
    until: dt.datetime


class SimulatedTime:
    """Moves the clock of one process, which must be the only one that works on its database."""

    def __init__(
        self,
        clock: SimulatedClock,
        database: Database,
        do_what_is_due: Callable[[dt.datetime], object],
        delivery: Delivery,
    ) -> None:
        """`do_what_is_due`: the agenda's work at an instant."""
        self._clock = clock
        self._database = database
        self._do_what_is_due = do_what_is_due
        self._delivery = delivery
        self._at_work = threading.Lock()

    def between_moves(self, do: Callable[[], object]) -> None:
        """Do work that goes by the clock while nobody moves it: it would be half done at another time."""
        with self._at_work:
            do()

    def play(self, until: dt.datetime) -> Played:
        """Move the clock to an instant, stopping at each before it at which something is due, and do that there."""
        with self._at_work:
            began = at = self._clock()
            self._work(at)
            for _stop in range(MOST_STOPS):
                if at >= until:
                    break
                at = self._next_stop(at, until)
                self._clock.move_to(at)
                self._work(at)
            return Played(began, at, until)

    def _work(self, now: dt.datetime) -> None:
        self._do_what_is_due(now)
        with self._database.reading() as session:
            next_try = outbox.next_try(session.connection())
        if next_try is not None and next_try <= now:
            self._delivery.run(now)

    def _next_stop(self, after: dt.datetime, until: dt.datetime) -> dt.datetime:
        stops = [until]
        with self._database.reading() as session:
            for column in (agenda.c.look_at, outbox.messages.c.try_at):
                stops += filter(None, session.scalars(sa.select(sa.func.min(column)).where(column > after)))
        return min(stops)
