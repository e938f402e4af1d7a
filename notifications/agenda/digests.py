"""The Sunday summary, for those who want to hear less."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from locales import written_in
from models.agenda import AgendaItem, ItemKind, ItemState, put_on_agenda
from models.family import Phone
from models.message import Message, MessageState, Purpose
from models.offers import begins_at
from models.program import Program, ProgramStatus
from models.sign_up import SignUp, SignUpStatus
from notifications.agenda.digest_words import Coming, digest_text
from notifications.agenda.households import A_WEEK, NOT_SENT
from notifications.agenda.look import MOST_A_WEEK, Look, is_reachable
from notifications.agenda.meetings import meetings_within
from notifications.family_clock import decide
from notifications.family_matters import Drop, Matter, Occasion, Send
from notifications.outbox import Notice

NOT_AT_ONCE = dt.timedelta(hours=12)
"""Who has just asked for less hears of nothing on the same evening."""
A_FEW_DAYS = dt.timedelta(days=4)
"""One on Monday, and the next on Sunday, are further apart; two of the same week are not."""
NEWS_AHEAD = dt.timedelta(days=21)
MOST_NEWS = 2


def plan_digest(connection: sa.Connection, phone_id: int, after: dt.datetime, now: dt.datetime) -> None:
    """Put the first Sunday summary after a moment on the agenda of a phone."""
    item = {
        "key": f"digest:{phone_id}:{after:%Y%m%d}",
        "kind": ItemKind.DIGEST,
        "phone_id": phone_id,
        "begins_at": after,
        "look_at": now,
        "created_at": now,
    }
    put_on_agenda(connection, [item])


def plan_first_digest(connection: sa.Connection, phone_id: int, now: dt.datetime) -> None:
    """A phone has asked for the summary only."""
    plan_digest(connection, phone_id, now + NOT_AT_ONCE, now)


def look_at_digest(look: Look, item: AgendaItem) -> None:
    """Send the summary on Sunday, and put the next one on the agenda."""
    phone = look.session.get(Phone, item.phone_id)
    if phone is None or phone.paused_at is None or not is_reachable(phone):
        look.end(item, ItemState.WITHDRAWN, "They do not want the summary any more.")
    elif item.state is ItemState.TOLD:
        _after_telling(look, item, phone)
    else:
        _tell_on_sunday(look, item, phone)


def _after_telling(look: Look, item: AgendaItem, phone: Phone) -> None:
    """One that could not leave on Sunday is told on Monday, if they can read it then."""
    message = look.newest_text(item)
    if message.state not in (MessageState.EXPIRED, MessageState.QUEUED):
        look.end(item, ItemState.DONE)
        return
    look.take_back(message, MessageState.EXPIRED, "It had not left in time, and was decided anew.")
    _tell_on_sunday(look, item, phone)


def _tell_on_sunday(look: Look, item: AgendaItem, phone: Phone) -> None:
    decision = decide(look.work_day_of(phone), Matter(Occasion.DIGEST, earliest=item.begins_at), look.now)
    if isinstance(decision, Send) and decision.at > look.now:
        look.later(item, decision.at)
        return
    is_first_try = item.message_id is None
    if is_first_try and _was_told_lately(look, phone):  # they asked for it twice in one week
        look.end(item, ItemState.WITHDRAWN, "They have had the summary of this week.")
        return
    if isinstance(decision, Drop):
        look.end(item, ItemState.DROPPED, decision.reason)
    else:
        _tell(look, item, phone, decision)
    if is_first_try:
        plan_digest(look.session.connection(), phone.id, look.now + dt.timedelta(days=1), look.now)


def _tell(look: Look, item: AgendaItem, phone: Phone, send: Send) -> None:
    look.hold(phone)
    coming, news = _coming(look, phone), _news(look, phone)
    obstacle = _obstacle(look, phone, nothing=not coming and not news)
    if obstacle is not None:
        look.end(item, ItemState.WITHDRAWN, obstacle)
        return
    language = written_in(phone.language)
    said = digest_text(coming, news, language)
    look.tell(item, phone, Notice(Purpose.DIGEST, said, language, expires_at=send.until, reason=send.reason))
    look.later(item, max(send.until, look.now + dt.timedelta(minutes=1)))


def _obstacle(look: Look, phone: Phone, *, nothing: bool) -> str | None:
    if nothing and _has_had_one(look, phone):
        return "There is nothing to tell this week."
    if phone.family_id is not None and look.texts_this_week(phone.family_id) >= MOST_A_WEEK:  # on another phone
        return f"The family has had {MOST_A_WEEK} texts in seven days."
    return None


def _coming(look: Look, phone: Phone) -> list[Coming]:
    """What the family has in the next seven days, in order."""
    mine = sa.select(SignUp).where(SignUp.family_id == phone.family_id, SignUp.status == SignUpStatus.ENROLLED)
    found: dict[tuple[int, dt.datetime], Coming] = {}
    for sign_up in look.session.scalars(mine.options(joinedload(SignUp.slot)).order_by(SignUp.id)):
        program = look.catalogue.programs.get(sign_up.program_id)
        if program is None or program.status is ProgramStatus.CANCELLED:
            continue
        slot_at = sign_up.slot.starts_at if sign_up.slot else None
        for meeting in meetings_within(program, slot_at, look.now, look.now + A_WEEK):
            if sign_up.leaves_on is None or meeting.day < sign_up.leaves_on:
                found[program.id, meeting.begins] = Coming(program, meeting)
    return sorted(found.values(), key=lambda each: each.meeting.begins)


def _news(look: Look, phone: Phone) -> list[Program]:
    """What is open for signing up in the phone's district, begins soon, and is not theirs already."""
    district = look.catalogue.district_of(phone.organization_id)
    if district is None:
        return []
    ever = sa.select(SignUp.program_id).where(SignUp.family_id == phone.family_id)
    known = {look.catalogue.programs[each].offering for each in look.session.scalars(ever)}
    opening = [
        program
        for program in look.catalogue.open_programs
        if program.organization_id == district.id
        and program.offering not in known
        and look.now < begins_at(program) < look.now + NEWS_AHEAD
    ]
    by_offering: dict[str, Program] = {}
    for program in sorted(opening, key=begins_at):
        by_offering.setdefault(program.offering, program)
    return list(by_offering.values())[:MOST_NEWS]


def _has_had_one(look: Look, phone: Phone) -> bool:
    return look.session.scalar(_summaries(phone).limit(1)) is not None


def _was_told_lately(look: Look, phone: Phone) -> bool:
    lately = _summaries(phone).where(Message.due_at > look.now - A_FEW_DAYS, Message.state.not_in(NOT_SENT))
    return look.session.scalar(lately.limit(1)) is not None


def _summaries(phone: Phone) -> sa.Select[int]:
    return sa.select(Message.id).where(Message.phone_id == phone.id, Message.purpose == Purpose.DIGEST)
