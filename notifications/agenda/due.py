"""Doing what is due: plan what has changed, then look at each item whose moment has come.

A round costs what is due. Two clocks are harmless: one works at a time, and what it did, the other finds done.
"""

from __future__ import annotations

import collections
import datetime as dt
import math
import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemKind
from models.catalogue import CatalogueShelf, catalogue_version
from models.database import AWAY, Database
from models.task import TaskKind
from notifications.agenda import announcements, digests, leaving, offers, planning, reminders
from notifications.agenda.look import SOON, Busy, Look

log = structlog.get_logger()

BATCH = 50
"""Items of one transaction: on SQLite a family's text waits for it."""
BROKEN = dt.timedelta(hours=1)
"""When an item that broke is looked at again."""
TURN = 2026_10
"""The advisory lock of PostgreSQL that says whose turn it is; on SQLite there is one writer anyhow."""


class LeftDue(Exception):
    """A handler left its item as due as it was."""


Handler = Callable[[Look, AgendaItem], None]
HANDLERS: Mapping[ItemKind, Handler] = {
    ItemKind.ANNOUNCE: announcements.look_at_announcement,
    ItemKind.NUDGE: announcements.look_at_announcement,
    ItemKind.CONFIRM: reminders.look_at_reminder,
    ItemKind.REMINDER: reminders.look_at_reminder,
    ItemKind.BEFORE_WORK: reminders.look_at_reminder,
    ItemKind.DIGEST: digests.look_at_digest,
    ItemKind.WAITING_LIST: offers.look_at_list,
    ItemKind.OFFER: offers.look_at_offer,
    ItemKind.LEAVING: leaving.look_at_leaving,
}


class Agenda:
    """What the clock does on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shelf = CatalogueShelf()

    def do_what_is_due(self, now: dt.datetime, *, seconds: float = math.inf) -> collections.Counter[str]:
        """Do everything that is due at `now`, or what can be done in so many seconds; returns how many of which kind.

        The clock comes back for the rest with the `now` of then: hours go by where ten thousand are due.
        """
        counts: collections.Counter[str] = collections.Counter()
        until = time.monotonic() + seconds
        while self._round(now, counts) and time.monotonic() < until:
            pass
        return counts

    def _round(self, now: dt.datetime, counts: collections.Counter[str]) -> bool:
        """One transaction's worth; tells whether there may be more. What others hold is left for the next tick."""
        with self._database.reading() as session:
            if not planning.is_due(session) and not _due(session, now, most=1):
                return False
        with self._database.begin() as session:
            if not _takes_turn(session):
                return False
            changed = planning.lock_changed_programs(session, most=BATCH)  # before their catalogue is read
            look = Look(session, self._shelf.at(catalogue_version(session), session.connection()), now, counts)
            planned = planning.plan(look, changed, most=BATCH)
            due = _due(session, now, most=BATCH, to_do=True)
            if due and not _look_at_all(look, due):
                for item_id in due:
                    _look_at(look, item_id)
            return bool(planned or due)


def _takes_turn(session: Session) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(TURN))))


def _due(session: Session, now: dt.datetime, most: int, *, to_do: bool = False) -> list[int]:
    """The items that are due. To do them, they are locked; what a family is changing this moment is left out."""
    wanted = sa.select(AgendaItem.id).where(AgendaItem.look_at <= now).order_by(AgendaItem.look_at, AgendaItem.id)
    if to_do:
        wanted = wanted.with_for_update(skip_locked=True, key_share=True)
    return list(session.scalars(wanted.limit(most)))


def _look_at_all(look: Look, due: list[int]) -> bool:
    """Have items handled together, their families read in one go. Where one breaks: False, and none was handled."""
    items = {item.id: item for item in look.session.scalars(sa.select(AgendaItem).where(AgendaItem.id.in_(due)))}
    together = Look(look.session, look.catalogue, look.now)
    try:
        with look.session.begin_nested():
            together.households.read(item.family_id for item in items.values() if item.family_id is not None)
            together.hold_texts(items.values())
            for item_id in due:
                try:
                    HANDLERS[items[item_id].kind](together, items[item_id])
                except Busy:
                    items[item_id].look_at = look.now + SOON
            look.session.flush()
            if any(item.look_at is not None and item.look_at <= look.now for item in items.values()):
                raise LeftDue
    except AWAY:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, each is looked at alone, and then it is told which one broke
        return False
    look.counts.update(together.counts)
    return True


def _look_at(look: Look, item_id: int) -> None:
    """Have an item handled; one that breaks stops no other, and is tried again later."""
    item = look.session.get_one(AgendaItem, item_id)
    try:
        went_well = look.attempt(lambda: HANDLERS[item.kind](look, item), item=item_id, kind=item.kind.value)
    except Busy:
        item.look_at = look.now + SOON
        return
    if went_well and item.look_at is not None and item.look_at <= look.now:
        log.error("left due", item=item_id, kind=item.kind.value)
        look.counts["broken"] += 1
        went_well = False
    if not went_well:
        item.look_at = look.now + BROKEN
        _have_it_seen(look, item)


def _have_it_seen(look: Look, item: AgendaItem) -> None:
    """What breaks each hour must reach a person: one task for a family and program, while it is open."""
    if item.family_id is not None and not look.awaits_call(TaskKind.BROKEN_PROMISE, item.family_id, item.program_id):
        program = look.catalogue.programs.get(item.program_id or 0)
        look.add_task(TaskKind.BROKEN_PROMISE, family_id=item.family_id, program=program, words=item.kind.value)
