"""The families of a round: what the clock needs to know of them, read in a handful of queries for all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models.family import Consent, ConsentKind, Family, Phone
from models.family_phones import phones_of_each
from models.message import Lane, Message, MessageState
from models.sign_up import SignUp, SignUpStatus
from models.workday import ToldWorkDay

A_WEEK = dt.timedelta(days=7)
NOT_SENT = (MessageState.EXPIRED, MessageState.WITHHELD, MessageState.REFUSED)


class Households:
    """Families, their phones, hours and sign-ups, as they are in one transaction. A family is read at its first use."""

    def __init__(self, session: Session, now: dt.datetime) -> None:
        self._session = session
        self._now = now
        self._families: dict[int, Family] = {}
        self._told: dict[int, ToldWorkDay] = {}
        self._phones: dict[int, list[Phone]] = {}
        self._agreed: set[int] = set()
        self._texts: dict[int, int] = {}
        self._enrolled: dict[tuple[int, int], list[SignUp]] = defaultdict(list)

    def read(self, family_ids: Iterable[int]) -> None:
        """Read what is known of families, all at once."""
        new = set(family_ids) - self._families.keys()
        if not new:
            return
        session = self._session
        self._families |= {one.id: one for one in session.scalars(sa.select(Family).where(Family.id.in_(new)))}
        told = session.scalars(sa.select(ToldWorkDay).where(ToldWorkDay.family_id.in_(new)))
        self._told |= {one.family_id: one for one in told}
        self._read_phones(new)
        self._read_sign_ups(new)

    def _read_phones(self, family_ids: set[int]) -> None:
        self._phones |= phones_of_each(self._session, family_ids)
        ids = list({phone.id for family_id in family_ids for phone in self._phones[family_id]})
        agreed = sa.select(Consent.phone_id).where(Consent.phone_id.in_(ids), Consent.kind == ConsentKind.OPT_IN)
        self._agreed.update(self._session.scalars(agreed.distinct()))
        self._count_texts(ids)

    def _count_texts(self, phone_ids: list[int]) -> None:
        """Texts of the last seven days that nobody had asked for, by phone."""
        counted = (
            sa.select(Message.phone_id, sa.func.count())
            .where(
                Message.phone_id.in_(phone_ids),
                Message.lane.in_((Lane.TIMELY, Lane.BULK)),
                Message.state.not_in(NOT_SENT),
                Message.retry_of_id.is_(None),
                sa.func.coalesce(Message.sent_at, Message.due_at) > self._now - A_WEEK,
            )
            .group_by(Message.phone_id)
        )
        self._texts |= dict.fromkeys(phone_ids, 0) | {row[0]: row[1] for row in self._session.execute(counted)}

    def _read_sign_ups(self, family_ids: set[int]) -> None:
        mine = sa.select(SignUp).where(SignUp.family_id.in_(family_ids), SignUp.status == SignUpStatus.ENROLLED)
        mine = mine.options(joinedload(SignUp.student), joinedload(SignUp.stop)).order_by(SignUp.id)
        for sign_up in self._session.scalars(mine):
            self._enrolled[sign_up.family_id, sign_up.program_id].append(sign_up)

    def family(self, family_id: int) -> Family:
        """Return a family."""
        self.read([family_id])
        return self._families[family_id]

    def told(self, family_id: int) -> ToldWorkDay | None:
        """Return what a family told of its work day."""
        self.read([family_id])
        return self._told.get(family_id)

    def phones(self, family_id: int) -> list[Phone]:
        """Return the phones of a family, those that it shares included."""
        self.read([family_id])
        return self._phones[family_id]

    def has_agreed(self, phone: Phone) -> bool:
        """Tell whether there is consent on record for a phone of a family that was read."""
        return phone.id in self._agreed

    def enrolled(self, family_id: int, program_id: int) -> list[SignUp]:
        """Return a family's sign-ups for a program that hold a place, the oldest first."""
        self.read([family_id])
        return [one for one in self._enrolled[family_id, program_id] if one.status is SignUpStatus.ENROLLED]

    def texts(self, family_id: int) -> int:
        """Return how many texts a family got in the last seven days that it had not asked for."""
        return sum(self._texts[phone.id] for phone in self.phones(family_id))

    def note_text(self, phone_id: int, change: int) -> None:
        """A text to a phone was written (1) or taken back (-1) in this transaction."""
        if phone_id in self._texts:
            self._texts[phone_id] += change
