"""The day on which a family leaves: what it gave up ends, and from now on it lives where it said."""

from __future__ import annotations

from models.agenda import AgendaItem, ItemState
from models.moving import Move, move_of, settle
from notifications.agenda.look import Look


def look_at_leaving(look: Look, item: AgendaItem) -> None:
    """Settle the move that the item is about, unless the family has taken it back."""
    move = look.session.get(Move, move_of(item.key))
    if move is None or move.settled_at is not None:
        look.end(item, ItemState.WITHDRAWN)
        return
    if item.begins_at is not None and look.now < item.begins_at:  # looked at since something else has changed
        look.later(item, item.begins_at)
        return
    settle(look.session, move, look.catalogue.zone(move.from_organization_id), look.now)
    look.end(item, ItemState.DONE)
    look.counts[item.kind.value] += 1
