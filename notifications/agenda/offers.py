"""The clock's side of the waiting list: offer what is free, tell the family in its hours, pass on what stays silent.

The hold begins when the family is told and runs in its own windows. Whom no text reaches is called: the seat is held
for a day, and the call is a task for staff. So it is for a family that wants only the Sunday summary: a seat cannot
wait for Sunday, and a call is no text.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from locales import speaking, written_in
from models import offers
from models.agenda import AgendaItem, ItemState
from models.family import Phone
from models.message import MessageState, Purpose
from models.place import Place
from models.program import Program, ProgramStatus
from models.sign_up import SignUp, SignUpStatus
from models.task import TaskKind
from models.workday import WorkDay
from notifications.agenda.look import MOST_A_WEEK, NOT_ARRIVED, SEE_IF_IT_LEFT, Busy, Look
from notifications.agenda.offer_words import Offered, offer_text
from notifications.family_clock import decide
from notifications.family_matters import Matter, Occasion, Send
from notifications.family_windows import A_DAY, hold_ends
from notifications.family_words import moment
from notifications.outbox import Notice

HOLD_HOURS = 2.25
"""How long a seat is held, counted in the hours in which the family can read: for most, until tomorrow evening."""
ON_ITS_WAY = (MessageState.QUEUED, MessageState.SENDING)


@dataclass(frozen=True)
class Offer:
    """One offer at a look: what stands on the agenda, for which family, of which program."""

    item: AgendaItem
    sign_up: SignUp
    program: Program
    work_day: WorkDay

    @property
    def begins(self) -> dt.datetime:
        """From when on there is nothing to take any more."""
        return offers.begins_at(self.program, self.sign_up.slot)


def look_at_list(look: Look, item: AgendaItem) -> None:
    """Offer every seat of a room that is free to who is next for it."""
    if item.program_id is None or item.room_id is None:
        raise ValueError("a waiting list is a room's")
    _lock(look, item.program_id)
    item.look_at = None
    while offers.offer_next(look.session, item.room_id, now=look.now) is not None:
        look.counts["offered"] += 1


def look_at_offer(look: Look, item: AgendaItem) -> None:
    """Tell the family; afterwards see whether it arrived, and pass the seat on when the hold has run out."""
    offer = _read(look, item)
    status = offer.sign_up.status
    if status is not SignUpStatus.OFFERED:
        _take_back_text(look, item)
        answered = status in (SignUpStatus.ENROLLED, SignUpStatus.DECLINED)
        look.end(item, ItemState.DONE if answered else ItemState.WITHDRAWN)
    elif offer.program.status is ProgramStatus.CANCELLED:
        look.end(item, ItemState.WITHDRAWN, "The program is cancelled.")
    elif offer.begins <= look.now:
        _pass_on(look, offer)
    elif item.state is ItemState.OPEN:
        _before_telling(look, offer)
    elif item.state is ItemState.TOLD:
        _after_telling(look, offer)
    else:
        _go_on_holding(look, offer)


def _read(look: Look, item: AgendaItem) -> Offer:
    if item.program_id is None or item.family_id is None:
        raise ValueError("an offer is a family's")
    program = _lock(look, item.program_id)
    sign_up = look.session.get_one(SignUp, item.sign_up_id, populate_existing=True)
    return Offer(item, sign_up, program, look.work_day(item.family_id, program.zone))


def _lock(look: Look, program_id: int) -> Program:
    """Lock the program, but never wait for who has it: that may be a family that waits for us. Raises Busy."""
    free = sa.select(Program).where(Program.id == program_id).with_for_update(key_share=True, skip_locked=True)
    program = look.session.scalar(free.execution_options(populate_existing=True))
    if program is None:
        raise Busy
    return program


# --- telling --------------------------------------------------------------------------------------------------------


def _before_telling(look: Look, offer: Offer) -> None:
    decision = decide(offer.work_day, Matter(Occasion.OFFER, deadline=offer.begins), look.now)
    if not isinstance(decision, Send):
        _have_it_offered_by_phone(look, offer, decision.reason)
    elif decision.at > look.now:
        look.later(offer.item, decision.at)
    else:
        _tell_or_call(look, offer, decision)


def _tell_or_call(look: Look, offer: Offer, send: Send) -> None:
    family_id = offer.sign_up.family_id
    phone = look.phone_of(family_id, offer.sign_up.phone_id)
    if phone is None:
        opted_out = look.has_opted_out(family_id)
        reason = "The family has opted out." if opted_out else "No phone of theirs can be texted."
        _have_it_offered_by_phone(look, offer, reason)
    elif phone.paused_at is not None:
        _have_it_offered_by_phone(look, offer, "They want only the Sunday summary and what is urgent.")
    elif look.texts_this_week(family_id) >= MOST_A_WEEK:
        _have_it_offered_by_phone(look, offer, f"The family has had {MOST_A_WEEK} texts in seven days.")
    else:
        _tell(look, offer, send, phone)


def _tell(look: Look, offer: Offer, send: Send, phone: Phone) -> None:
    until = min(hold_ends(offer.work_day, look.now, HOLD_HOURS), offer.begins)
    offers.hold(look.session, offer.sign_up, until)
    language = written_in(phone.language)
    with speaking(language):
        body = offer_text(Offered(offer.sign_up, offer.program, offer.work_day.zone, look.now))
    notice = Notice(Purpose.OFFER, body, language, expires_at=min(send.until, until), reason=_in_short(send.reason))
    _take_back_question(phone, offer.sign_up)
    look.tell(offer.item, phone, notice, _question(offer))
    look.later(offer.item, min(look.now + SEE_IF_IT_LEFT, until))


def _question(offer: Offer) -> Place:
    about = {"sign_up": offer.sign_up.id, "zone": offer.work_day.zone}
    return Place("offer", about=about, waiting="take", kind="yes_no")


def _take_back_question(phone: Phone, sign_up: SignUp) -> None:
    """An offer that did not leave in time is told anew: it is asked about once."""
    phone.places = [place for place in phone.places if not _asks_about(place, sign_up)]


def _asks_about(place: dict[str, object], sign_up: SignUp) -> bool:
    about = place.get("about")
    return place.get("conversation") == "offer" and isinstance(about, dict) and about.get("sign_up") == sign_up.id


def _have_it_offered_by_phone(look: Look, offer: Offer, reason: str) -> None:
    """No text tells them: the seat is held for a day, in which somebody calls."""
    until = min(look.now + A_DAY, offer.begins)
    offers.hold(look.session, offer.sign_up, until)
    offer.item.state, offer.item.reason = ItemState.DROPPED, _in_short(reason)
    look.counts["dropped"] += 1
    look.add_task(
        TaskKind.OFFER_BY_PHONE,
        family_id=offer.sign_up.family_id,
        program=offer.program,
        phone_id=offer.sign_up.phone_id,
        message_id=offer.item.message_id,
        words=f"{reason} The place is held until {moment(until, offer.program.zone)}.",
    )
    look.later(offer.item, until)


def _in_short(reason: str) -> str:
    return reason[:200]


# --- afterwards -----------------------------------------------------------------------------------------------------


def _after_telling(look: Look, offer: Offer) -> None:
    """See what became of the text. One that did not leave while its words were true is put in other words."""
    message = look.newest_text(offer.item)
    expires_at = message.expires_at or look.now
    if message.state is MessageState.EXPIRED or (message.state is MessageState.QUEUED and expires_at <= look.now):
        look.take_back(message, MessageState.EXPIRED, "It had not left in time, and was put in other words.")
        offer.item.state, offer.sign_up.hold_until = ItemState.OPEN, None
        _before_telling(look, offer)
    elif message.state in NOT_ARRIVED:
        _have_it_offered_by_phone(look, offer, message.reason or "The text did not arrive.")
    elif message.state in ON_ITS_WAY and look.now < expires_at:
        look.later(offer.item, min(look.now + SEE_IF_IT_LEFT, expires_at))
    else:
        _go_on_holding(look, offer)


def _take_back_text(look: Look, item: AgendaItem) -> None:
    """It is settled already: a text that has not left yet would only confuse them."""
    message = look.newest_text(item) if item.message_id is not None else None
    if message is not None and message.state is MessageState.QUEUED:
        look.take_back(message, MessageState.WITHHELD, "It was settled before.")


def _go_on_holding(look: Look, offer: Offer) -> None:
    until = offer.sign_up.hold_until or look.now
    if look.now < until:
        look.later(offer.item, until)
    else:
        _pass_on(look, offer)


def _pass_on(look: Look, offer: Offer) -> None:
    """Nobody has answered in time: who is next is offered it, and staff call this family."""
    offers.let_lapse(look.session, offer.sign_up, now=look.now)
    told = offer.item.state is ItemState.TOLD
    look.end(offer.item, ItemState.SILENT)
    if told:
        look.add_task(
            TaskKind.UNREACHED,
            family_id=offer.sign_up.family_id,
            program=offer.program,
            phone_id=offer.sign_up.phone_id,
            message_id=offer.item.message_id,
        )
