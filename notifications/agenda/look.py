"""One look of the clock: what it may ask, and what it may leave behind, all in one transaction."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemState
from models.catalogue import Catalogue
from models.database import AWAY
from models.family import Consent, ConsentKind, Family, Phone
from models.family_phones import phones_of, shared_with
from models.message import Direction, Lane, Message, MessageState
from models.place import Place
from models.program import Program
from models.task import Task, TaskKind
from models.workday import Seasons, ToldWorkDay, WorkDay, read_seasons
from notifications.agenda.work_days import work_day_at
from notifications.outbox import Notice, put, takes_sms

log = structlog.get_logger()

A_WEEK = dt.timedelta(days=7)
MOST_A_WEEK = 3
"""Texts to a family in a week that it has not asked for."""
SOON = dt.timedelta(seconds=10)
NOT_SENT = (MessageState.EXPIRED, MessageState.WITHHELD, MessageState.REFUSED)


class Busy(Exception):
    """The family is texting this very moment: the item is looked at again shortly."""


@dataclass
class Look:
    """What a handler works with. Nothing here commits."""

    session: Session
    catalogue: Catalogue
    now: dt.datetime
    counts: collections.Counter[str] = field(default_factory=collections.Counter)

    # --- what is true -------------------------------------------------------------------------------------------

    @cached_property
    def _seasons(self) -> Seasons:
        return read_seasons(self.session)

    def work_day_of(self, phone: Phone) -> WorkDay:
        """Return the work day of whoever has a phone; where nobody's place is known, in our first district's zone."""
        districts = self.catalogue.districts
        otherwise = self.catalogue.zone(phone.organization_id) or (districts[0].zone if districts else None)
        if phone.family_id is not None:
            return self.work_day(phone.family_id, otherwise)
        return work_day_at(self.now, None, phone.organization_id, self.catalogue, self._seasons, otherwise)

    def work_day(self, family_id: int, otherwise: str | None = None) -> WorkDay:
        """Return a family's work day as of now. `otherwise`: the zone where nothing else tells one."""
        family = self.session.get_one(Family, family_id)
        told = self.session.get(ToldWorkDay, family_id)
        return work_day_at(self.now, told, family.organization_id, self.catalogue, self._seasons, otherwise)

    def phone_of(self, family_id: int, preferred_id: int | None = None) -> Phone | None:
        """Return the phone on which a family is told things, locked; None where it cannot be texted.

        The one that signed up, where that still reaches them, else the one heard from last. Raises Busy.
        """
        reachable = [phone for phone in self._consenting_phones(family_id) if is_reachable(phone)]
        if not reachable:
            return None
        chosen = max(reachable, key=lambda phone: (phone.id == preferred_id, _last_heard(phone), -phone.id))
        mine = sa.select(Phone).where(Phone.id == chosen.id).with_for_update(skip_locked=True)
        locked = self.session.scalar(mine.execution_options(populate_existing=True))
        if locked is None:
            raise Busy
        theirs = family_id in (locked.family_id, *shared_with(self.session, locked.id))
        return locked if is_reachable(locked) and theirs else None

    def _consenting_phones(self, family_id: int) -> list[Phone]:
        phones = phones_of(self.session, family_id)
        agreed = sa.select(Consent.phone_id).where(
            Consent.phone_id.in_([phone.id for phone in phones]), Consent.kind == ConsentKind.OPT_IN
        )
        consenting = set(self.session.scalars(agreed))
        return [phone for phone in phones if phone.id in consenting]

    def has_opted_out(self, family_id: int) -> bool:
        """Tell whether it is the family's own wish that none of its phones is texted."""
        return any(phone.opted_out_at is not None for phone in phones_of(self.session, family_id))

    def texts_this_week(self, family_id: int) -> int:
        """Return how many texts a family got in the last seven days that it had not asked for."""
        counted = (
            sa.select(sa.func.count())
            .select_from(Message)
            .where(
                Message.phone_id.in_([phone.id for phone in phones_of(self.session, family_id)]),
                Message.lane.in_((Lane.TIMELY, Lane.BULK)),
                Message.state.not_in(NOT_SENT),
                Message.retry_of_id.is_(None),
                sa.func.coalesce(Message.sent_at, Message.due_at) > self.now - A_WEEK,
            )
        )
        return self.session.scalar(counted) or 0

    def has_answered(self, item: AgendaItem) -> bool:
        """Tell whether a text came from the family after the newest one about the item."""
        phones = phones_of(self.session, item.family_id) if item.family_id is not None else []
        came = sa.select(Message.id).where(
            Message.phone_id.in_([phone.id for phone in phones]),
            Message.direction == Direction.IN,
            Message.id > (item.message_id or 0),
        )
        return self.session.scalar(came.limit(1)) is not None

    def newest_text(self, item: AgendaItem) -> Message:
        """Return the text about the item, or what was sent in its place, locked: delivery leaves it alone.

        Raises Busy.
        """
        message_id = item.message_id
        while (
            again := self.session.scalar(sa.select(Message.id).where(Message.retry_of_id == message_id))
        ) is not None:
            message_id = again
        mine = sa.select(Message).where(Message.id == message_id).with_for_update(key_share=True, skip_locked=True)
        message = self.session.scalar(mine.execution_options(populate_existing=True))
        if message is None:
            raise Busy
        return message

    def attempt(self, do: Callable[[], None], **what: object) -> bool:
        """Do something that, if it breaks, leaves nothing behind and stops nothing else; tells whether it went well.

        `what`, in ids, is for the log. Raises Busy, and what the database raises where it is away.
        """
        try:
            with self.session.begin_nested():
                do()
                self.session.flush()
        except (Busy, *AWAY):
            raise
        except Exception:  # whatever it is, the others must be told what they were promised
            log.exception("agenda broke", **what)
            self.counts["broken"] += 1
            return False
        return True

    # --- what comes of it ---------------------------------------------------------------------------------------

    def tell(self, item: AgendaItem, phone: Phone, notice: Notice, place: Place | None = None) -> Message:
        """Put a text about the item into the outbox; `place` is the question that it asks, if it asks one."""
        message = put(self.session, phone, notice, self.now)
        if place is not None:
            place.about["family_id"] = item.family_id  # whose question it is, where several families share the phone
            _leave_question(phone, place, self.now)
        self.session.flush()
        item.message_id, item.state, item.reason = message.id, ItemState.TOLD, notice.reason
        self.counts[item.kind.value] += 1
        return message

    def take_back(self, message: Message, state: MessageState, reason: str) -> None:
        """A text that has not left, and is locked, does not leave any more."""
        message.state, message.try_at, message.reason = state, None, reason

    def later(self, item: AgendaItem, at: dt.datetime) -> None:
        """Look at the item again at `at`."""
        item.look_at = at

    def end(self, item: AgendaItem, state: ItemState, reason: str | None = None) -> None:
        """Leave the item for good; dropped ones count as such."""
        item.state, item.look_at, item.reason = state, None, reason or item.reason
        if state is ItemState.DROPPED:
            self.counts["dropped"] += 1

    def add_task(
        self,
        kind: TaskKind,
        *,
        family_id: int,
        program: Program | None = None,
        phone_id: int | None = None,
        message_id: int | None = None,
        words: str = "",
    ) -> Task:
        """Put something on the list of the program's district, else of the family's own."""
        family = self.session.get_one(Family, family_id)
        task = Task(
            kind=kind,
            organization_id=program.organization_id if program else family.organization_id,
            program_id=program.id if program else None,
            phone_id=phone_id,
            family_id=family_id,
            message_id=message_id,
            language=family.language,
            words=words,
            created_at=self.now,
        )
        self.session.add(task)
        self.counts["tasks"] += 1
        return task


def is_reachable(phone: Phone) -> bool:
    """Tell whether anything that we send by ourselves can reach a phone, by either channel."""
    if phone.opted_out_at is not None or phone.unreachable == "reassigned":
        return False
    by_sms = phone.unreachable is None and takes_sms(phone.number)
    by_whatsapp = phone.whatsapp_unreachable is None and phone.whatsapp_heard_at is not None
    return by_sms or by_whatsapp


def _last_heard(phone: Phone) -> dt.datetime:
    heard = [at for at in (phone.sms_heard_at, phone.whatsapp_heard_at) if at is not None]
    return max(heard, default=phone.created_at)


def _leave_question(phone: Phone, place: Place, now: dt.datetime) -> None:
    """The newest question of its kind is the one that an answer is for; a menu that lay open is over."""
    place.from_us, place.asked_at = True, now.isoformat()
    over = {"menu"} if place.conversation == "offer" else {"menu", place.conversation}
    kept = [one for one in phone.places if one.get("conversation") not in over]
    phone.places = [*kept, place.as_json()]
