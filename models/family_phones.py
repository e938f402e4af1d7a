"""Which phones are whose: a family may have several, and several families may share one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.family import Phone
from models.moving import SharedPhone
from models.sign_up import SignUp
from models.task import Task


def shared_with(session: Session, phone_id: int) -> list[int]:
    """Return the families that share a phone, in the order in which they came to it; none: it is not shared."""
    sharing = sa.select(SharedPhone.family_id).where(SharedPhone.phone_id == phone_id)
    return list(session.scalars(sharing.order_by(SharedPhone.since, SharedPhone.family_id)))


def phones_of(session: Session, family_id: int) -> list[Phone]:
    """Return the phones of a family, those that it shares included, whoever wrote from them last."""
    return phones_of_each(session, {family_id})[family_id]


def phones_of_each(session: Session, family_ids: set[int]) -> dict[int, list[Phone]]:
    """Return the same for several families at once, each with a list, by the id of the phone."""
    shared = sa.select(SharedPhone.phone_id, SharedPhone.family_id).where(SharedPhone.family_id.in_(family_ids))
    sharers: dict[int, set[int]] = defaultdict(set)
    for phone_id, family_id in session.execute(shared):
        sharers[phone_id].add(family_id)
    theirs = sa.select(Phone).where(sa.or_(Phone.family_id.in_(family_ids), Phone.id.in_(sharers)))
    found: dict[int, list[Phone]] = {family_id: [] for family_id in family_ids}
    for phone in session.scalars(theirs.order_by(Phone.id)):
        alone = {phone.family_id} if phone.family_id is not None else set()
        for family_id in (alone | sharers[phone.id]) & family_ids:
            found[family_id].append(phone)
    return found


def share(session: Session, phone_id: int, family_ids: Iterable[int], now: dt.datetime) -> None:
    """Let these families share a phone; those that do already go on."""
    there = set(shared_with(session, phone_id))
    rows = [SharedPhone(phone_id=phone_id, family_id=one, since=now) for one in family_ids if one not in there]
    session.add_all(rows)
    session.flush()


def end_sharing(connection: sa.Connection, phone_id: int) -> None:
    """Nobody shares a phone any more."""
    connection.execute(sa.delete(SharedPhone).where(SharedPhone.phone_id == phone_id))


def leave_phone(session: Session, phone_id: int, family_id: int, *, for_phone: int | None) -> None:
    """A family uses a phone no more: what it had signed up for, or is to be called about, goes with it to another."""
    session.execute(sa.delete(SharedPhone).where(SharedPhone.phone_id == phone_id, SharedPhone.family_id == family_id))
    others = shared_with(session, phone_id)
    if len(others) == 1:
        end_sharing(session.connection(), phone_id)
    theirs = sa.and_(Phone.id == phone_id, Phone.family_id == family_id)
    session.execute(sa.update(Phone).where(theirs).values(_left(next(iter(others), None))))
    signed_up = sa.and_(SignUp.phone_id == phone_id, SignUp.family_id == family_id)
    session.execute(sa.update(SignUp).where(signed_up).values(phone_id=for_phone))
    to_do = sa.and_(Task.phone_id == phone_id, Task.family_id == family_id, Task.done_at.is_(None))
    session.execute(sa.update(Task).where(to_do).values(phone_id=for_phone))


def _left(family_id: int | None) -> dict[str, Any]:
    """What a phone is known by once a family has left it; if to nobody, whoever has it now starts as anybody does."""
    if family_id is not None:
        return {"family_id": family_id, "places": []}
    return {"family_id": None, "places": [], "organization_id": None, "welcomed_at": None, "paused_at": None}
