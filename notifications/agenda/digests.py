"""The Sunday summary, for those who want to hear less."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.agenda import AgendaItem, ItemKind, ItemState, put_on_agenda
from models.family import Phone
from models.message import Message, MessageState, Purpose
from models.offers import begins_at
from models.program import Program, ProgramStatus
from models.sign_up import SignUp, SignUpStatus
from notifications.agenda.digest_words import Coming, digest_text
from notifications.agenda.look import A_WEEK, Busy, Look, is_reachable
from notifications.agenda.meetings import next_meeting
from notifications.family_clock import decide
from notifications.family_matters import Drop, Matter, Occasion, Send
from notifications.outbox import Notice

NOT_AT_ONCE = dt.timedelta(hours=12)
"""Who has just asked for less hears of nothing on the same evening."""
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
    elif item.state is ItemState.TOLD and not _has_expired(look, item):
        look.end(item, ItemState.DONE)
    else:
        _tell_on_sunday(look, item, phone)


def _has_expired(look: Look, item: AgendaItem) -> bool:
    return look.session.get_one(Message, item.message_id).state is MessageState.EXPIRED


def _tell_on_sunday(look: Look, item: AgendaItem, phone: Phone) -> None:
    decision = decide(look.work_day_of(phone), Matter(Occasion.DIGEST, earliest=item.begins_at), look.now)
    if isinstance(decision, Send) and decision.at > look.now:
        look.later(item, decision.at)
        return
    if isinstance(decision, Drop):
        look.end(item, ItemState.DROPPED, decision.reason)
    else:
        _tell(look, item, phone, decision)
    plan_digest(look.session.connection(), phone.id, look.now + dt.timedelta(days=1), look.now)


def _tell(look: Look, item: AgendaItem, phone: Phone, send: Send) -> None:
    coming, news = _coming(look, phone), _news(look, phone)
    if not coming and not news and not _is_first(look, phone):
        look.end(item, ItemState.WITHDRAWN, "There is nothing to tell this week.")
        return
    locked = look.session.scalar(sa.select(Phone.id).where(Phone.id == phone.id).with_for_update(skip_locked=True))
    if locked is None:
        raise Busy
    said = digest_text(coming, news, phone.language)
    look.tell(item, phone, Notice(Purpose.DIGEST, said, phone.language, expires_at=send.until, reason=send.reason))
    look.later(item, max(send.until, look.now + dt.timedelta(minutes=1)))


def _coming(look: Look, phone: Phone) -> list[Coming]:
    """What the family has in the next seven days, in order."""
    mine = sa.select(SignUp).where(SignUp.family_id == phone.family_id, SignUp.status == SignUpStatus.ENROLLED)
    found: dict[tuple[int, dt.datetime], Coming] = {}
    for sign_up in look.session.scalars(mine.options(joinedload(SignUp.slot)).order_by(SignUp.id)):
        program = look.catalogue.programs.get(sign_up.program_id)
        if program is None or program.status is ProgramStatus.CANCELLED:
            continue
        meeting = next_meeting(program, sign_up.slot.starts_at if sign_up.slot else None, look.now)
        if meeting is not None and meeting.begins < look.now + A_WEEK:
            found[program.id, meeting.begins] = Coming(program, meeting)
    return sorted(found.values(), key=lambda each: each.meeting.begins)


def _news(look: Look, phone: Phone) -> list[Program]:
    """What is open for signing up in the phone's district and begins soon."""
    district = look.catalogue.district_of(phone.organization_id)
    if district is None:
        return []
    opening = [
        program
        for program in look.catalogue.open_programs
        if program.organization_id == district.id and look.now < begins_at(program) < look.now + NEWS_AHEAD
    ]
    by_offering: dict[str, Program] = {}
    for program in sorted(opening, key=begins_at):
        by_offering.setdefault(program.offering, program)
    return list(by_offering.values())[:MOST_NEWS]


def _is_first(look: Look, phone: Phone) -> bool:
    told = sa.select(AgendaItem.id).where(
        AgendaItem.phone_id == phone.id, AgendaItem.kind == ItemKind.DIGEST, AgendaItem.message_id.is_not(None)
    )
    return look.session.scalar(told.limit(1)) is None
