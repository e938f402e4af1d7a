"""The visitor's free times, those that fit the family first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from bot.talk import Talk
from bot.wording import DAYS
from models.program import Program, Slot
from models.seats import free_in_slots
from models.sign_up import ACTIVE, SignUp
from notifications.program_words import local

PARTS = {
    "morning": (dt.time(6), dt.time(12)),
    "afternoon": (dt.time(12), dt.time(18)),
    "evening": (dt.time(17), dt.time(22)),
}


def free_slots(talk: Talk, program: Program, seats: int = 1) -> list[Slot]:
    """The times ahead that have so many seats left."""
    ahead = [slot for slot in program.slots if slot.starts_at > talk.now]
    free = free_in_slots(talk.writing.session, [slot.id for slot in ahead])
    return [slot for slot in ahead if free[slot.id] >= seats]


def fitting_slots(talk: Talk, program: Program, when: list[dict[str, Any]], seats: int = 1) -> list[Slot]:
    """The free times, those at which the family said it can first; each group in order of time."""
    free = free_slots(talk, program, seats)
    fits = {slot.id: any(_suits(local(slot.starts_at, program), one) for one in when) for slot in free}
    return sorted(free, key=lambda slot: (not fits[slot.id], slot.starts_at))


def _suits(moment: dt.datetime, when: dict[str, Any]) -> bool:
    if when.get("days") and DAYS[moment.weekday()] not in when["days"]:
        return False
    start, end = PARTS.get(when.get("part", ""), (dt.time(0), dt.time(23, 59)))
    after = dt.time.fromisoformat(when["after"]) if when.get("after") else start
    before = dt.time.fromisoformat(when["before"]) if when.get("before") else end
    return max(start, after) <= moment.time() <= min(end, before)


def siblings_of(talk: Talk, sign_up: SignUp) -> list[SignUp]:
    """The other children of the same visit: they are on the roster without a seat of their own."""
    shared = sa.select(SignUp).where(
        SignUp.program_id == sign_up.program_id,
        SignUp.family_id == sign_up.family_id,
        SignUp.status.in_(ACTIVE),
        SignUp.seats == 0,
    )
    return list(talk.writing.session.scalars(shared))
