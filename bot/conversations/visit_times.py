"""The visitor's free times, those that fit the family first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.talk import Talk
from bot.wording import DAYS, local
from models.program import Program, Slot
from models.seats import free_in_slots

PARTS = {
    "morning": (dt.time(6), dt.time(12)),
    "afternoon": (dt.time(12), dt.time(18)),
    "evening": (dt.time(17), dt.time(22)),
}


def free_slots(talk: Talk, program: Program) -> list[Slot]:
    """The times ahead that nobody has taken."""
    ahead = [slot for slot in program.slots if slot.starts_at > talk.now]
    free = free_in_slots(talk.writing.session, [slot.id for slot in ahead])
    return [slot for slot in ahead if free[slot.id] > 0]


def fitting_slots(talk: Talk, program: Program, when: list[dict[str, Any]]) -> list[Slot]:
    """The free times, those at which the family said it can first; each group in order of time."""
    free = free_slots(talk, program)
    fits = {slot.id: any(_suits(local(slot.starts_at, program), one) for one in when) for slot in free}
    return sorted(free, key=lambda slot: (not fits[slot.id], slot.starts_at))


def _suits(moment: dt.datetime, when: dict[str, Any]) -> bool:
    if when.get("days") and DAYS[moment.weekday()] not in when["days"]:
        return False
    start, end = PARTS.get(when.get("part", ""), (dt.time(0), dt.time(23, 59)))
    after = dt.time.fromisoformat(when["after"]) if when.get("after") else start
    before = dt.time.fromisoformat(when["before"]) if when.get("before") else end
    return max(start, after) <= moment.time() <= min(end, before)
