"""The agenda: what the clock does by itself, and when it looks at it next (docs/decisions/0010).

An item is a promise in keys, never a rendered text: at its moment the clock reads what is true then and decides anew.
What is due is found by one index; nothing that only waits is ever read.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, chosen_from, where
from models.message import Message
from models.sign_up import SignUp


class ItemKind(enum.StrEnum):
    """What is to be done."""

    ANNOUNCE = "announce"
    """A program that a family's children fit into and are not signed up for."""
    NUDGE = "nudge"
    """The same once more, a week ahead."""
    CONFIRM = "confirm"
    """Two days ahead: are you still coming?"""
    REMINDER = "reminder"
    """The evening before, or as the family works."""
    BEFORE_WORK = "before_work"
    """Once more on the day, for those who said that it is welcome."""
    DIGEST = "digest"
    """The Sunday summary of who wants to hear less."""
    WAITING_LIST = "waiting_list"
    """A seat of a room may have become free."""
    OFFER = "offer"
    """A freed seat, held for one family: tell it, then wait for its answer."""
    LEAVING = "leaving"
    """A family leaves a place on a day: what it gave up ends."""


class ItemState(enum.StrEnum):
    """How far an item is. From `done` on they are ends."""

    OPEN = "open"
    TOLD = "told"
    """The family was told; whether it answers is looked at later."""
    DONE = "done"
    SILENT = "silent"
    """Told, and the family did not answer in time."""
    DECLINED = "declined"
    """Told, and the family does not want it: it is not told of the same again."""
    DROPPED = "dropped"
    """Not told although it should have been; the reason is for staff."""
    WITHDRAWN = "withdrawn"
    """It no longer applies."""


class AgendaItem(Base):
    """One thing that the clock does. `look_at` is when it looks at it next; None: never again."""

    __tablename__ = "agenda"
    __table_args__ = (sa.Index("ix_agenda_to_look_at", "look_at", "id", **where("look_at IS NOT NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """What it is, said once: planned again, it is the same item."""
    kind: Mapped[ItemKind] = mapped_column(chosen_from(ItemKind))
    state: Mapped[ItemState] = mapped_column(chosen_from(ItemState), default=ItemState.OPEN)
    look_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("families.id"), index=True, default=None)
    program_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programs.id"), index=True, default=None)
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooms.id"), default=None)
    sign_up_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sign_ups.id"), index=True, default=None)
    phone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("phones.id"), default=None)
    """For a digest: the phone that asked for it."""
    begins_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When what it is about begins."""
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True, default=None)
    """The newest text about it."""
    reason: Mapped[str | None] = mapped_column(sa.String(200), default=None)
    """Why then, why not: for staff to read."""
    created_at: Mapped[dt.datetime]

    message: Mapped[Message | None] = relationship()


agenda = cast("sa.Table", AgendaItem.__table__)
sign_ups = cast("sa.Table", SignUp.__table__)


def put_on_agenda(connection: sa.Connection, items: list[dict[str, Any]]) -> None:
    """Put items on the agenda: `key`, `kind`, `look_at`, `created_at` and what they are about.

    Those that are on it stay as they are; one that was withdrawn is open again.
    """
    if items:
        connection.execute(_put_anew(connection.dialect.name), [{"state": ItemState.OPEN} | item for item in items])


@functools.cache
def _put_anew(dialect: str) -> sa.Insert:
    row = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(agenda)
    again = {"state": row.excluded.state, "look_at": row.excluded.look_at}
    return row.on_conflict_do_update(index_elements=["key"], set_=again, where=agenda.c.state == ItemState.WITHDRAWN)


def look_again(connection: sa.Connection, condition: sa.ColumnElement[bool], at: dt.datetime) -> None:
    """Have the clock look at the items of a condition at `at`: what decides when they are told has changed.

    Those that were told are looked at as well: the text may not have left yet, or what it says is not so any more.
    """
    not_over = sa.and_(condition, agenda.c.state.in_((ItemState.OPEN, ItemState.TOLD)), agenda.c.look_at.is_not(None))
    connection.execute(sa.update(agenda).where(not_over).values(look_at=at))


def look_again_at_family(connection: sa.Connection, family_id: int, at: dt.datetime) -> None:
    """A family's hours, place or wishes have changed: what waits for it is decided anew."""
    look_again(connection, agenda.c.family_id == family_id, at)


def plan_family_again(connection: sa.Connection, family_id: int) -> None:
    """A family wants to hear from us again: what was withdrawn meanwhile is planned anew."""
    connection.execute(sa.update(sign_ups).where(sign_ups.c.family_id == family_id).values(planned_at=None))


def decline(connection: sa.Connection, family_id: int, program_ids: Iterable[int]) -> None:
    """A family was told of these programs, and does not want them."""
    told = sa.and_(
        agenda.c.family_id == family_id,
        agenda.c.program_id.in_(program_ids),
        agenda.c.kind.in_((ItemKind.ANNOUNCE, ItemKind.NUDGE)),
    )
    connection.execute(sa.update(agenda).where(told).values(state=ItemState.DECLINED, look_at=None))


def look_at_waiting_list(connection: sa.Connection, program_id: int, room_id: int, at: dt.datetime) -> None:
    """A seat of a room may be free: have the clock look at its waiting list."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    item = {
        "key": f"waiting_list:{room_id}",
        "kind": ItemKind.WAITING_LIST,
        "state": ItemState.OPEN,
        "program_id": program_id,
        "room_id": room_id,
        "look_at": at,
        "created_at": at,
    }
    row = insert(agenda).values(item)
    connection.execute(row.on_conflict_do_update(index_elements=["key"], set_={"look_at": at}))
