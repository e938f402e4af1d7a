"""A text arrives: who sent it, and whether it was answered before; then what the turn leaves behind.

Every text passes here, so these statements are prepared (models/prepared.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Moment
from models.catalogue import CatalogueVersion
from models.family import Phone
from models.message import Direction, Message, MessageState
from models.moving import SharedPhone
from models.prepared import Prepared

phones = cast("sa.Table", Phone.__table__)
messages = cast("sa.Table", Message.__table__)
KEPT_COLUMNS = (
    "family_id language organization_id places opted_out_at paused_at unreachable whatsapp_unreachable welcomed_at "
    "sms_heard_at whatsapp_heard_at"
).split()
"""What a turn may change."""
PHONE_COLUMNS = ["id", "number", *KEPT_COLUMNS]
KNOWN_OF_A_PHONE = [*PHONE_COLUMNS, "is_shared"]


@dataclass(frozen=True)
class Inbound:
    """A text as it came in. `sid` is the provider's id of it; `to` the program number it was sent to."""

    sid: str
    sender: str
    to: str
    channel: str
    body: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What was answered: message id for its status callback, and the text as it goes over the wire."""

    message_id: int
    body: str


@dataclass(frozen=True)
class Arrival:
    """The phone's row, the version of the catalogue, and what this very text was answered with before."""

    phone: Any
    version: int
    answered_before: bool
    reply: Reply | None


_inbound = messages.alias("inbound")
_reply = messages.alias("reply")
_find = Prepared(
    sa.select(
        *(phones.c[name] for name in PHONE_COLUMNS),
        sa.select(SharedPhone.phone_id).where(SharedPhone.phone_id == phones.c.id).exists().label("is_shared"),
        sa.select(CatalogueVersion.version).scalar_subquery().label("catalogue_version"),
        _inbound.c.id.label("inbound_id"),
        _reply.c.id.label("reply_id"),
        _reply.c.body.label("reply_body"),
    )
    .select_from(
        phones.outerjoin(_inbound, _inbound.c.provider_sid == sa.bindparam("sid")).outerjoin(
            _reply, _reply.c.answers_sid == sa.bindparam("sid")
        )
    )
    .where(phones.c.number == sa.bindparam("number"))
    .with_for_update(of=phones, key_share=True)
)
_add_phone = {
    name: Prepared(
        insert(phones)
        .values(
            number=sa.bindparam("number", type_=sa.String()),
            places=sa.bindparam("places", type_=sa.JSON()),
            created_at=sa.bindparam("now", type_=Moment()),
        )
        .on_conflict_do_nothing()
    )
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_leave_phone = Prepared(
    sa.update(phones)
    .where(phones.c.id == sa.bindparam("phone_id"))
    .values({name: sa.bindparam(f"new_{name}", type_=phones.c[name].type) for name in KEPT_COLUMNS})
)
_COLUMNS_IN = "phone_id direction channel language purpose state body segments encoding media provider_sid".split()
_COLUMNS_OUT = [*_COLUMNS_IN[:-1], "answers_sid", "due_at", "sent_at"]
_add_inbound = Prepared(
    sa.insert(messages).values(
        {name: sa.bindparam(name, type_=messages.c[name].type) for name in [*_COLUMNS_IN, "created_at"]}
    )
)
_add_reply = Prepared(
    sa.insert(messages)
    .values({name: sa.bindparam(name, type_=messages.c[name].type) for name in [*_COLUMNS_OUT, "created_at"]})
    .returning(messages.c.id)
)


def arrive(connection: sa.Connection, sid: str, number: str, now: dt.datetime) -> Arrival:
    """Find the phone (adding one that is new), locked until the transaction ends: its texts are taken one by one."""
    found = _find.run(connection, sid=sid, number=number)
    if not found:
        _add_phone[connection.dialect.name].run(connection, number=number, places=[], now=now)
        found = _find.run(connection, sid=sid, number=number)
    row = found[0]
    reply = Reply(row["reply_id"], row["reply_body"]) if row["reply_id"] is not None else None
    phone = SimpleNamespace(**{name: row[name] for name in KNOWN_OF_A_PHONE})
    return Arrival(phone, row["catalogue_version"] or 0, row["inbound_id"] is not None, reply)


def leave(connection: sa.Connection, phone_id: int, changed: dict[str, Any]) -> None:
    """Store the phone as the turn leaves it. `changed` has every column of KEPT_COLUMNS."""
    _leave_phone.run(connection, phone_id=phone_id, **{f"new_{name}": value for name, value in changed.items()})


def record_inbound(
    connection: sa.Connection,
    inbound: Inbound,
    phone_id: int,
    *,
    language: str | None,
    state: MessageState,
    now: dt.datetime,
) -> None:
    """Store the text that came in. Raises IntegrityError where another process stored the same one meanwhile."""
    _add_inbound.run(
        connection,
        phone_id=phone_id,
        direction=Direction.IN,
        channel=inbound.channel,
        language=language,
        purpose="text",
        state=state,
        body=inbound.body,
        segments=1,
        encoding="GSM-7",
        media=list(inbound.media),
        provider_sid=inbound.sid,
        created_at=now,
    )


@dataclass(frozen=True)
class Answered:
    """What a turn answers with: the full spelling, and how it goes over the wire."""

    body: str
    language: str
    segments: int
    encoding: str


def record_reply(
    connection: sa.Connection, inbound: Inbound, phone_id: int, answered: Answered, now: dt.datetime
) -> int:
    """Store the reply beside the text it answers, before it is sent; returns its id."""
    stored = _add_reply.run(
        connection,
        phone_id=phone_id,
        direction=Direction.OUT,
        channel=inbound.channel,
        language=answered.language,
        purpose="reply",
        state=MessageState.SENT,
        body=answered.body,
        segments=answered.segments,
        encoding=answered.encoding,
        media=[],
        answers_sid=inbound.sid,
        created_at=now,
        due_at=now,
        sent_at=now,
    )
    return int(stored[0]["id"])
