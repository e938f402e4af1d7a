"""One look of the clock: what it may ask, and what it may leave behind, all in one transaction."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemState
from models.catalogue import Catalogue
from models.database import AWAY
from models.family import Phone
from models.family_phones import shared_with
from models.message import Direction, Message, MessageState
from models.place import Place
from models.program import Program
from models.task import Task, TaskKind
from models.workday import Seasons, WorkDay, read_seasons
from notifications.agenda.households import NOT_SENT, Households
from notifications.agenda.work_days import work_day_at
from notifications.outbox import Notice, put, takes_sms

log = structlog.get_logger()

MOST_A_WEEK = 3
"""Texts to a family in a week that it has not asked for."""
SOON = dt.timedelta(seconds=10)
SEE_IF_IT_LEFT = dt.timedelta(minutes=10)
NOT_ARRIVED = (MessageState.WITHHELD, MessageState.REFUSED, MessageState.FAILED, MessageState.UNDELIVERED)


class Busy(Exception):
    """The family is texting this very moment: the item is looked at again shortly."""


@dataclass
class Look:
    """What a handler works with. Nothing here commits."""

    session: Session
    catalogue: Catalogue
    now: dt.datetime
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    _held: set[int] = field(default_factory=set)
    """The phones that this look has locked."""
    _texts: dict[int, Message | None] = field(default_factory=dict)
    """By the first message about an item: the newest one, locked; None where somebody else has it."""

    # --- what is true -------------------------------------------------------------------------------------------

    @cached_property
    def households(self) -> Households:
        """The families, as they are in this transaction."""
        return Households(self.session, self.now)

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
        organization_id = self.households.family(family_id).organization_id
        told = self.households.told(family_id)
        return work_day_at(self.now, told, organization_id, self.catalogue, self._seasons, otherwise)

    def phone_of(self, family_id: int, preferred_id: int | None = None) -> Phone | None:
        """Return the phone on which a family is told things, locked; None where it cannot be texted.

        The one that signed up, where that still reaches them, else the one heard from last. Raises Busy.
        """
        known = self.households
        reachable = [one for one in known.phones(family_id) if known.has_agreed(one) and is_reachable(one)]
        if not reachable:
            return None
        chosen = max(reachable, key=lambda phone: (phone.id == preferred_id, _last_heard(phone), -phone.id))
        self.hold(chosen)
        theirs = chosen.family_id == family_id or family_id in shared_with(self.session, chosen.id)
        return chosen if is_reachable(chosen) and theirs else None

    def hold(self, phone: Phone) -> None:
        """Lock a phone and read it again, unless this look has it already. Raises Busy."""
        if phone.id in self._held:
            return
        if phone in self.session.dirty:
            self.session.flush()
        mine = sa.select(Phone).where(Phone.id == phone.id).with_for_update(skip_locked=True)
        with self.session.no_autoflush:  # what else this round has written need not be in the database for this
            if self.session.scalar(mine.execution_options(populate_existing=True)) is None:
                raise Busy
        self._held.add(phone.id)

    def has_opted_out(self, family_id: int) -> bool:
        """Tell whether it is the family's own wish that none of its phones is texted."""
        return any(phone.opted_out_at is not None for phone in self.households.phones(family_id))

    def texts_this_week(self, family_id: int) -> int:
        """Return how many texts a family got in the last seven days that it had not asked for."""
        return self.households.texts(family_id)

    def has_answered(self, item: AgendaItem) -> bool:
        """Tell whether a text came from the family after the newest one about the item."""
        phones = self.households.phones(item.family_id) if item.family_id is not None else []
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
        self.hold_texts([item])
        message = self._texts.get(item.message_id or 0)
        if message is None:
            raise Busy
        return message

    def hold_texts(self, items: Iterable[AgendaItem]) -> None:
        """Lock the newest texts about items, all at once; those that delivery has at this moment are left out."""
        newest = {
            one.message_id: one.message_id for one in items if one.message_id and one.message_id not in self._texts
        }
        if not newest:
            return
        while again := self._sent_in_place_of(newest.values()):
            newest = {first: again.get(last, last) for first, last in newest.items()}
        mine = sa.select(Message).where(Message.id.in_(newest.values()))
        mine = mine.with_for_update(key_share=True, skip_locked=True).execution_options(populate_existing=True)
        held = {message.id: message for message in self.session.scalars(mine)}
        self._texts |= {first: held.get(last) for first, last in newest.items()}

    def _sent_in_place_of(self, message_ids: Iterable[int]) -> dict[int, int]:
        again = sa.select(Message.retry_of_id, Message.id).where(Message.retry_of_id.in_(message_ids))
        return {before: after for before, after in self.session.execute(again) if before is not None}

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
        item.message, item.state, item.reason = message, ItemState.TOLD, notice.reason
        self.households.note_text(phone.id, 1)
        self.counts[item.kind.value] += 1
        return message

    def take_back(self, message: Message, state: MessageState, reason: str) -> None:
        """A text that has not left, and is locked, does not leave any more."""
        if message.state not in NOT_SENT:
            self.households.note_text(message.phone_id, -1)
        message.state, message.try_at, message.reason = state, None, reason

    def later(self, item: AgendaItem, at: dt.datetime) -> None:
        """Look at the item again at `at`."""
        item.look_at = at

    def end(self, item: AgendaItem, state: ItemState, reason: str | None = None) -> None:
        """Leave the item for good; dropped ones count as such."""
        item.state, item.look_at, item.reason = state, None, reason or item.reason
        if state is ItemState.DROPPED:
            self.counts["dropped"] += 1

    def awaits_call(self, kind: TaskKind, family_id: int, program_id: int | None) -> bool:
        """Tell whether a task of this kind is open for a family already: one call will do."""
        same = sa.select(Task.id).where(
            Task.kind == kind,
            Task.family_id == family_id,
            Task.program_id.is_not_distinct_from(program_id),
            Task.done_at.is_(None),
        )
        return self.session.scalar(same.limit(1)) is not None

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
        family = self.households.family(family_id)
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
