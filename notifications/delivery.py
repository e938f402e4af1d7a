"""Getting what waits in the outbox to the phone network: claim, send with no transaction open, record.

Any number of processes may do this at once. In one short transaction a process notes what came of the messages it
had handed over and claims those that may leave in the next moments, after a last look at each. Then its threads hand
them over, each at its own slot, so that the rate is kept and never exceeded.
"""

from __future__ import annotations

import collections
import datetime as dt
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from models import outbox
from models.database import AWAY, Database
from notifications.gateway import Gateway, Outcome, Verdict
from notifications.outcomes import REFUSED, note_at_once
from notifications.pacing import Block, Claimed, Pace

log = structlog.get_logger()

THREADS = 32
"""Messages on their way at once: at 50 ms each, 640 a second."""
FRESH = 0.01
"""Seconds for which a last look counts: to a message that waited longer for its slot, a STOP may have come."""
TURN = dt.timedelta(seconds=30)
"""Longer than it takes from the moment of a STOP until its turn is stored."""
HALT = dt.timedelta(minutes=1)
"""How long nobody sends after the network has refused our account: the rest of the outbox is not burnt on it."""
HALTS = frozenset({"20003", "401", "403"})
SOON = dt.timedelta(seconds=5)
"""A next attempt this near is waited for."""
LONGEST_REST = 0.5
"""Seconds until what came back is noted, at the latest."""
PATIENCE = 30
"""Seconds for which a database that is away is waited for while messages are on their way."""

Tally = collections.Counter[str]
Clock = Callable[[], dt.datetime]
"""Tells the instant it is: the machine's clock, or one that is ahead of it where phones are simulated."""


def machine_clock() -> dt.datetime:
    """Return the instant it is."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Handed:
    """A message that was handed over (or put back: NOT_TAKEN), and what was said to it."""

    claimed: Claimed
    outcome: Outcome

    @property
    def message_id(self) -> int:
        """Our id."""
        return self.claimed.goes.outgoing.message_id


class Delivery:
    """Delivers from one database to one network. A process has one; one thread at a time calls `run`."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        *,
        rate: float = math.inf,
        threads: int = THREADS,
        clock: Clock = machine_clock,
    ) -> None:
        """`rate`: segments a second, of all processes together."""
        self._database = database
        self._gateway = gateway
        self._clock = clock
        self._pace = Pace(rate)
        self._threads = threads
        self._room = 3 * threads
        """For messages on their way, and for those that wait for their slot."""
        self._handed: queue.SimpleQueue[Handed] = queue.SimpleQueue()
        self._stops = _Stops(database, clock)
        self._halted = False
        self._stopped = False

    def stop(self) -> None:
        """Claim nothing more: a run that goes on ends as soon as all that is on its way has come back."""
        self._stopped = True

    def run(self, at: dt.datetime | None = None, *, seconds: float = math.inf) -> Tally:
        """Send until nothing more is due, or for so many seconds; returns how many came to what.

        `at` is another instant to play, which stands still: it decides what is due and what is too late. The pace
        goes by the machine's clock all the same.
        """
        self._gateway.get_ready()
        tally, in_flight, until = Tally(), self._handed.qsize(), time.monotonic() + seconds  # noted at last: see _look
        self._halted = False
        with ThreadPoolExecutor(self._threads, thread_name_prefix="sending") as pool:
            while True:
                handed = self._come_back(at_least=in_flight - self._room + self._threads // 2)
                in_flight -= len(handed)
                goes_on = time.monotonic() < until and not self._halted and not self._stopped
                block = self._look(at or self._clock(), handed, room=self._room - in_flight if goes_on else 0)
                in_flight += len(block.leaving)
                _count(tally, handed, block)
                for claimed in block.leaving:
                    pool.submit(self._hand_over, claimed)
                if not goes_on and not in_flight:
                    return tally
                if not self._rest(block, in_flight, stands_still=at is not None):
                    return tally

    def _come_back(self, at_least: int) -> list[Handed]:
        """What was handed over since the last look, waiting for `at_least` so many."""
        handed = [self._handed.get() for _ in range(at_least)]
        while not self._handed.empty():
            handed.append(self._handed.get())
        return handed

    def _look(self, now: dt.datetime, handed: Sequence[Handed], room: int) -> Block:
        """Note what came back and claim what may leave, in one transaction; waits for a database that is away."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self._database.connect() as connection:
                    self._note(connection, handed, now)
                    return self._pace.claim(connection, now, room) if room else Block()
            except AWAY as away:
                log.warning("database away", kind=type(away).__name__, unnoted=len(handed))
                if time.monotonic() > until:
                    for each in handed:
                        self._handed.put(each)  # the next run notes them
                    raise
                time.sleep(LONGEST_REST)

    def _note(self, connection: sa.Connection, handed: Sequence[Handed], now: dt.datetime) -> None:
        accepted = [each for each in handed if each.outcome.verdict is Verdict.ACCEPTED]
        noted = [{"message_id": each.message_id, "sid": each.outcome.sid, "at": now} for each in accepted]
        outbox.accept(connection, noted)
        for each in handed:
            if each.outcome.verdict is not Verdict.ACCEPTED:
                note_at_once(connection, each.message_id, each.outcome, now, each.claimed.claimed_at)
            if _refuses_account(each.outcome):
                outbox.leave_pace(connection, machine_clock() + HALT)

    def _hand_over(self, claimed: Claimed) -> None:
        """In a thread of its own: one message to the network, at its slot."""
        message_id = claimed.goes.outgoing.message_id
        outcome = Outcome(Verdict.NOT_TAKEN)
        try:
            in_time = self._pace.await_slot(claimed.slot, claimed.goes.cost)
            if in_time and not self._halted and self._may_still_go(claimed):
                outcome = self._gateway.send(claimed.goes.outgoing)
                if _refuses_account(outcome):
                    self._halted = True
        except Exception:  # whatever it is, the message may be on its way
            log.exception("gateway broke", message=message_id)
            outcome = Outcome(Verdict.UNKNOWN, error="broken")
        if outcome.verdict is not Verdict.ACCEPTED:
            log.info("not accepted", message=message_id, verdict=outcome.verdict.value, error=outcome.error)
        self._handed.put(Handed(claimed, outcome))

    def _may_still_go(self, claimed: Claimed) -> bool:
        """Whether the family has not said STOP while the message waited for its slot."""
        if time.monotonic() - claimed.looked_at < FRESH:
            return True
        try:
            return claimed.goes.phone_id not in self._stops.lately()
        except AWAY:
            return False

    def _rest(self, block: Block, in_flight: int, *, stands_still: bool) -> bool:
        """Wait until there is a reason to look again; False where there will be none."""
        if block.again_at is not None:
            time.sleep(min(max(block.again_at - time.monotonic(), 0.0), LONGEST_REST))
            return True
        if in_flight:
            self._handed.put(self._handed.get())
            return True
        if stands_still:
            return False
        with self._database.reading() as session:
            next_try = outbox.next_try(session.connection())
        wait = (next_try - self._clock()).total_seconds() if next_try is not None else math.inf
        time.sleep(min(max(wait, 0.0), LONGEST_REST))
        return wait <= SOON.total_seconds()


class _Stops:
    """Who has opted out in the last moments: asked at most every hundredth of a second, by all threads together."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at = -math.inf
        self._phone_ids: set[int] = set()

    def lately(self) -> set[int]:
        """Return their phones. Raises what the database raises where it is away."""
        with self._lock:
            if time.monotonic() - self._asked_at > FRESH:
                asked_at = time.monotonic()
                with self._database.connect_for_a_look() as connection:
                    self._phone_ids = outbox.opted_out_since(connection, self._clock() - TURN)
                self._asked_at = asked_at
            return self._phone_ids


def _refuses_account(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.CONFIGURATION and outcome.error in HALTS


def _count(tally: Tally, handed: Sequence[Handed], block: Block) -> None:
    tally.update(stays.state.value for stays in block.stayed)
    tally.update(_became(each.outcome) for each in handed)
    tally.update("halted" for each in handed if _refuses_account(each.outcome))


def _became(outcome: Outcome) -> str:
    """The state that an outcome leads to, in a word for operators."""
    if outcome.verdict is Verdict.ACCEPTED:
        return "sent"
    if outcome.verdict is Verdict.UNKNOWN:
        return "unsettled"
    return REFUSED[outcome.verdict].value if outcome.verdict in REFUSED else "again"
