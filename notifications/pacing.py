"""Claiming what may leave next, at the rate that all processes share (docs/decisions/0007)."""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from models import outbox
from notifications.last_look import Goes, Stays, last_look

AHEAD = 0.05
"""Seconds ahead of which messages are claimed: enough to hide a transaction."""
BLOCK = 0.1
"""Seconds of the pace that are claimed at once."""
LARGEST_BLOCK = 100
SLOWER = 0.994
"""The share of the rate that is used, so that messages that travel unevenly do not arrive faster than it."""
OVERSLEPT = 0.005
"""Seconds after its moment at which a message still leaves as if it were that moment."""
TOO_LATE = 0.25
"""Seconds after its slot at which a message is put back: others use the pace of this moment."""
OTHERS_CLAIM = 0.01
"""Seconds after which to look again where another process is claiming."""


@dataclass(frozen=True)
class Claimed:
    """A message that leaves soon."""

    goes: Goes
    slot: float
    """When it may leave, by the monotonic clock."""
    claimed_at: dt.datetime
    """By which its row tells this claim from any other."""
    looked_at: float
    """When it got its last look, by the monotonic clock."""


@dataclass(frozen=True)
class Block:
    """What one look at the outbox gave."""

    leaving: Sequence[Claimed] = ()
    stayed: Sequence[Stays] = ()
    again_at: float | None = None
    """When the pace allows another look, by the monotonic clock; None: nothing more is due."""


class Pace:
    """The rate of one process among others: segments a second of all of them together."""

    def __init__(self, rate: float) -> None:
        self._rate = rate * SLOWER
        self._sent = LastSecond(rate)

    def claim(self, connection: sa.Connection, now: dt.datetime, room: int) -> Block:
        """Claim up to `room` messages that are due at `now`, as many as the next moments can carry.

        The pace itself goes by the machine's clock, whatever `now` an operator plays.
        """
        free_at = outbox.take_pace(connection)
        clock, second = dt.datetime.now(dt.UTC), time.monotonic()
        if free_at is None:
            return Block(again_at=second + OTHERS_CLAIM)
        wait = (free_at - clock).total_seconds()
        if wait > AHEAD:
            return Block(again_at=second + wait - AHEAD)
        leaving, stayed = self._take(connection, now, clock, room)
        if not leaving:
            return Block(stayed=stayed, again_at=second if stayed else None)
        start = max(wait, 0.0)
        slots = [start]
        for goes in leaving:
            slots.append(slots[-1] + self.seconds(goes.cost))
        outbox.leave_pace(connection, clock + dt.timedelta(seconds=slots[-1]))
        claimed = [Claimed(goes, second + slot, clock, second) for goes, slot in zip(leaving, slots, strict=False)]
        return Block(claimed, stayed, again_at=second + slots[-1] - AHEAD)

    def _take(
        self, connection: sa.Connection, now: dt.datetime, clock: dt.datetime, room: int
    ) -> tuple[list[Goes], list[Stays]]:
        budget = min(max(1.0, self._rate * BLOCK), LARGEST_BLOCK, room)
        find_template = partial(outbox.approved_template, connection)
        looked = [last_look(each, now, find_template) for each in outbox.due(connection, now, math.ceil(budget))]
        stayed = [look for look in looked if isinstance(look, Stays)]
        leaving = _within(budget, [look for look in looked if isinstance(look, Goes)])
        outbox.settle(connection, [{"message_id": s.message_id, "state": s.state, "reason": s.reason} for s in stayed])
        outbox.claim(connection, [_as_claim(goes, clock) for goes in leaving])
        return leaving, stayed

    def seconds(self, cost: int) -> float:
        """Return how long so many segments take of the pace."""
        return cost / self._rate

    def await_slot(self, slot: float, cost: int) -> bool:
        """Sleep until a slot, and as long as this process has sent enough; False where it has become too late.

        Who oversleeps takes another slot: many threads that a busy machine wakes at once must not send at once.
        """
        while time.monotonic() - slot < TOO_LATE:
            at = self._sent.add(max(slot, time.monotonic()), cost)
            time.sleep(max(at - time.monotonic(), 0.0))
            if time.monotonic() - at < OVERSLEPT:
                return True
            self._sent.remove(at, cost)
        return False


class LastSecond:
    """The segments that this process has sent within the last second, or is about to: never more than the rate."""

    def __init__(self, rate: float) -> None:
        self._most = int(min(max(rate, 1), 1000))
        self._seconds = self._most / rate / SLOWER**0.5
        """In which the most may go: a second and a little, for any usual rate."""
        self._moments: collections.deque[float] = collections.deque()
        self._apart = self._seconds / self._most / 2  # delays are made up at twice the rate at most
        self._lock = threading.Lock()

    def add(self, earliest: float, cost: int) -> float:
        """Return the first moment from `earliest` on at which so many segments may go, and count them."""
        with self._lock:
            at = earliest
            if self._moments:
                over = len(self._moments) + cost - self._most
                at = max(at, self._moments[-1] + self._apart)
                if over > 0:
                    at = max(at, self._moments[min(over, len(self._moments)) - 1] + self._seconds)
            self._moments.extend([at] * cost)
            while self._moments[0] < at - 2 * self._seconds:  # older than any that may be asked for once more
                self._moments.popleft()
            return at

    def remove(self, at: float, cost: int) -> None:
        """Segments that were counted there did not go after all."""
        with self._lock:
            for _ in range(cost):
                with contextlib.suppress(ValueError):
                    self._moments.remove(at)


def _within(budget: float, messages: Sequence[Goes]) -> list[Goes]:
    """The first messages that fit the budget, in segments; the first one always does."""
    taken: list[Goes] = []
    for goes in messages:
        if taken and sum(each.cost for each in taken) + goes.cost > budget:
            break
        taken.append(goes)
    return taken


def _as_claim(goes: Goes, clock: dt.datetime) -> dict[str, object]:
    return {
        "message_id": goes.outgoing.message_id,
        "channel": goes.outgoing.channel,
        "segments": goes.segments,
        "encoding": goes.encoding,
        "reason": goes.reason,
        "at": clock,
    }
