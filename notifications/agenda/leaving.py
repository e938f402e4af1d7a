"""The day on which a family leaves: what it gave up ends, and from now on it lives where it said."""

from __future__ import annotations

import sqlalchemy as sa

from models.agenda import AgendaItem, ItemState
from models.family import Phone
from models.moving import Move, move_of, settle
from notifications.agenda.look import Busy, Look


def look_at_leaving(look: Look, item: AgendaItem) -> None:
    """Settle the move that the item is about, unless the family has taken it back. Raises Busy."""
    move = look.session.get(Move, move_of(item.key))
    if move is None or move.settled_at is not None:
        look.end(item, ItemState.WITHDRAWN)
        return
    if item.begins_at is not None and look.now < item.begins_at:  # looked at since something else has changed
        look.later(item, item.begins_at)
        return
    _lock_phones(look, move.family_id)
    settle(look.session, move, look.catalogue.zone(move.from_organization_id), look.now)
    look.end(item, ItemState.DONE)
    look.counts[item.kind.value] += 1


def _lock_phones(look: Look, family_id: int) -> None:
    """Hold the family's phones before anything else, as a turn does. Raises Busy where one of them is texting."""
    mine = sa.select(Phone.id).where(Phone.family_id == family_id)
    free = look.session.scalars(mine.with_for_update(skip_locked=True)).all()
    if len(free) < len(look.session.scalars(mine).all()):
        raise Busy
