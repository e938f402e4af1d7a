"""Reminders of a meeting: confirm, the evening before, before work. One text for all of a family's children in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa

from locales import written_in
from models.agenda import AgendaItem, ItemKind, ItemState
from models.family import Phone
from models.message import Message, MessageState, Purpose
from models.place import Place
from models.program import Program, ProgramStatus
from models.sign_up import SignUp
from models.task import TaskKind
from notifications.agenda import planning
from notifications.agenda.look import MOST_A_WEEK, NOT_ARRIVED, SEE_IF_IT_LEFT, Look
from notifications.agenda.meetings import Meeting, event_of, leave_by, next_meeting
from notifications.agenda.reminder_words import Reminded, reminder_text
from notifications.family_clock import decide
from notifications.family_matters import Drop, Matter, Occasion, Send
from notifications.family_windows import midnight, zone_of
from notifications.outbox import Notice

A_DAY = dt.timedelta(days=1)
A_MOMENT = dt.timedelta(minutes=1)
JUST_SIGNED_UP = dt.timedelta(hours=1)
"""Who has signed up so shortly before needs no reminder."""
JUST_REMINDED = dt.timedelta(hours=1)
ROOM_FOR_MORE = MOST_A_WEEK - 1
"""So many texts in a week, and only what matters more than a question goes out."""
OCCASIONS = {
    ItemKind.CONFIRM: Occasion.NOTICE,
    ItemKind.REMINDER: Occasion.REMINDER,
    ItemKind.BEFORE_WORK: Occasion.BEFORE_WORK,
}
SILENT_BEFORE_CALL = 2
"""So many reminders in a row without an answer, and somebody calls."""


@dataclass(frozen=True)
class Coming:
    """Who of a family comes to a meeting: the sign-ups that stand."""

    program: Program
    meeting: Meeting
    sign_ups: list[SignUp]


def look_at_reminder(look: Look, item: AgendaItem) -> None:
    """Tell it if it is time; afterwards see whether it arrived, and whether it was answered."""
    if item.state is ItemState.TOLD:
        _after_telling(look, item)
    elif item.state is ItemState.OPEN:
        _before_telling(look, item)
    else:
        _go_on(look, item)


def _before_telling(look: Look, item: AgendaItem) -> None:
    coming = _coming(look, item)
    if coming is None:
        look.end(item, ItemState.WITHDRAWN, "Nobody of the family is signed up for it any more.")
        return
    first_look = coming.meeting.begins - planning.ahead(item.kind)
    if look.now < first_look:
        look.later(item, first_look)
        return
    matter = _matter(item, coming)
    decision = decide(look.work_day(_family(item), coming.program.zone), matter, look.now)
    again_at = _next_look(item, matter, decision)
    if again_at is not None and again_at > look.now:
        look.later(item, again_at)
        return
    obstacle = _obstacle(look, item, coming, decision)
    if obstacle is not None:
        _leave_out(look, item, coming, *obstacle)
    elif isinstance(decision, Send):
        _tell(look, item, coming, decision)


def _coming(look: Look, item: AgendaItem) -> Coming | None:
    """The sign-ups that stand for the meeting that the item is about; None where there is none, or no meeting."""
    program = look.catalogue.programs.get(item.program_id or 0)
    if program is None or item.begins_at is None or program.status is ProgramStatus.CANCELLED:
        return None
    meeting = Meeting(item.begins_at, program.zone)
    standing = [one for one in look.households.enrolled(_family(item), program.id) if _is_at(program, one, meeting)]
    return Coming(program, meeting, standing) if standing else None


def _is_at(program: Program, sign_up: SignUp, meeting: Meeting) -> bool:
    if sign_up.leaves_on is not None and meeting.day >= sign_up.leaves_on:
        return False
    slot = next((slot for slot in program.slots if slot.id == sign_up.slot_id), None)
    if slot is None and sign_up.slot_id is None and sign_up.seats == 0:  # a sibling at a visit: the first has the time
        return False
    return next_meeting(program, slot.starts_at if slot else None, meeting.begins - A_MOMENT) == meeting


def _matter(item: AgendaItem, coming: Coming) -> Matter:
    event = event_of(coming.program, coming.sign_ups[0], coming.meeting)
    deadline = min(leave_by(one, coming.meeting) for one in coming.sign_ups)
    if item.kind is ItemKind.CONFIRM:
        zone = zone_of(coming.meeting.zone)
        earliest, deadline = (midnight(coming.meeting.day - A_DAY * days, zone) for days in (2, 1))
        return Matter(OCCASIONS[item.kind], event, deadline, earliest)
    return Matter(OCCASIONS[item.kind], event, deadline)


def _next_look(item: AgendaItem, matter: Matter, decision: Send | Drop) -> dt.datetime | None:
    """When it is told; who wants no text before work may still say, while there is time, that it is welcome."""
    if isinstance(decision, Send):
        return decision.at
    return matter.useful_until if item.kind is ItemKind.BEFORE_WORK else None


# --- telling --------------------------------------------------------------------------------------------------------


def _obstacle(look: Look, item: AgendaItem, coming: Coming, decision: Send | Drop) -> tuple[str, bool] | None:
    """Why it is not told, and whether somebody should call instead; None where it is told."""
    must_know = item.kind is ItemKind.REMINDER
    if isinstance(decision, Drop):
        return decision.reason, must_know
    signed_up_at = min(one.signed_up_at for one in coming.sign_ups)
    if look.now - JUST_SIGNED_UP < signed_up_at <= look.now:
        return "They signed up just before.", False
    if item.kind is ItemKind.BEFORE_WORK and _has_just_been_reminded(look, item):
        return "They have just been reminded: what was late came before work, too.", False
    most = ROOM_FOR_MORE if _gives_way(look, item) else MOST_A_WEEK
    if look.texts_this_week(_family(item)) >= most:
        return f"The family has had {most} texts in seven days.", must_know
    return None


def _has_just_been_reminded(look: Look, item: AgendaItem) -> bool:
    told = (
        sa.select(AgendaItem.id)
        .join(Message, Message.id == AgendaItem.message_id)
        .where(
            AgendaItem.family_id == item.family_id,
            AgendaItem.program_id == item.program_id,
            AgendaItem.begins_at == item.begins_at,
            AgendaItem.kind == ItemKind.REMINDER,
            AgendaItem.state == ItemState.TOLD,
            Message.due_at > look.now - JUST_REMINDED,
        )
    )
    return look.session.scalar(told.limit(1)) is not None


def _gives_way(look: Look, item: AgendaItem) -> bool:
    """Whether the last text of a week is kept for the reminder: it asks, and staff call where it cannot go."""
    if item.kind is not ItemKind.BEFORE_WORK:
        return item.kind is ItemKind.CONFIRM
    to_come = sa.select(AgendaItem.id).where(
        AgendaItem.family_id == item.family_id,
        AgendaItem.kind == ItemKind.REMINDER,
        AgendaItem.state == ItemState.OPEN,
        AgendaItem.begins_at <= item.begins_at,
    )
    return look.session.scalar(to_come.limit(1)) is not None


def _tell(look: Look, item: AgendaItem, coming: Coming, send: Send) -> None:
    phone = look.phone_of(_family(item), coming.sign_ups[0].phone_id)
    if phone is None:
        opted_out = look.has_opted_out(_family(item))
        reason = "The family has opted out." if opted_out else "No phone of theirs can be texted."
        _leave_out(look, item, coming, reason, not opted_out)
    elif phone.paused_at is not None:
        look.end(item, ItemState.WITHDRAWN, "They want only the Sunday summary, which tells of it.")
        _plan_next(look, item)
    else:
        look.tell(item, phone, _notice(look, item, coming, send, phone), _question(item, coming))
        # From `until` on the words are not true any more: if it has not left by then, they are chosen anew.
        look.later(item, max(min(send.until, coming.meeting.begins), look.now + A_MOMENT))


def _notice(look: Look, item: AgendaItem, coming: Coming, send: Send, phone: Phone) -> Notice:
    language = written_in(phone.language)
    about = Reminded(item.kind, coming.program, coming.meeting, coming.sign_ups, send.wording, asks=_asks(item))
    said = reminder_text(replace(about, clock_of=_clock_of(look, item, coming)), language)
    return Notice(Purpose.REMINDER, said, language, expires_at=send.until, reason=send.reason)


def _clock_of(look: Look, item: AgendaItem, coming: Coming) -> str | None:
    """The town whose clock is meant, where the family's own shows another hour."""
    there, theirs = coming.meeting.zone, look.work_day(_family(item), coming.meeting.zone).zone
    begins = coming.meeting.begins
    if begins.astimezone(zone_of(there)).utcoffset() == begins.astimezone(zone_of(theirs)).utcoffset():
        return None
    district = look.catalogue.organizations[coming.program.organization_id]
    return district.town or district.known_as


def _asks(item: AgendaItem) -> bool:
    """Before work nothing is asked: it was, the evening before."""
    return item.kind is not ItemKind.BEFORE_WORK


def _question(item: AgendaItem, coming: Coming) -> Place | None:
    if not _asks(item):
        return None
    about = {
        "sign_ups": [one.id for one in coming.sign_ups],
        "begins": coming.meeting.begins.isoformat(),
        "family_id": item.family_id,
    }
    return Place("reminded", about=about, waiting="coming", kind="words")


def _leave_out(look: Look, item: AgendaItem, coming: Coming, reason: str, call: bool) -> None:
    """Do not tell it; where the family must know, staff are told."""
    look.end(item, ItemState.DROPPED if call else ItemState.WITHDRAWN, reason)
    if call:
        _have_called(look, item, coming, reason)
    _plan_next(look, item)


def _have_called(look: Look, item: AgendaItem, coming: Coming, reason: str) -> None:
    if look.awaits_call(TaskKind.NOT_REMINDED, _family(item), coming.program.id):
        return
    look.add_task(
        TaskKind.NOT_REMINDED,
        family_id=_family(item),
        program=coming.program,
        phone_id=coming.sign_ups[0].phone_id,
        message_id=item.message_id,
        words=reason,
    )


# --- afterwards -----------------------------------------------------------------------------------------------------


def _after_telling(look: Look, item: AgendaItem) -> None:
    message = look.newest_text(item)
    begins = item.begins_at or look.now
    if message.state in (MessageState.EXPIRED, MessageState.QUEUED):
        look.take_back(message, MessageState.EXPIRED, "It had not left in time, and was put in other words.")
        item.state = ItemState.OPEN
        _before_telling(look, item)
    elif message.state in NOT_ARRIVED:
        _note_not_arrived(look, item, message)
    elif look.now >= begins:
        _close(look, item)
        _plan_next(look, item)
    elif message.state is MessageState.SENDING:
        look.later(item, min(look.now + SEE_IF_IT_LEFT, begins))
    elif _coming(look, item) is None:
        look.end(item, ItemState.WITHDRAWN, "It is not so any more.")
    else:
        look.later(item, begins)


def _note_not_arrived(look: Look, item: AgendaItem, message: Message) -> None:
    """On to another phone of the family's; where there is none, staff call."""
    coming = _coming(look, item)
    phone = look.phone_of(_family(item), message.phone_id)
    if coming is not None and phone is not None and phone.id != message.phone_id:
        item.state = ItemState.OPEN
        _before_telling(look, item)
        return
    wished = look.has_opted_out(_family(item)) or (phone is not None and phone.paused_at is not None)
    must_call = coming is not None and item.kind is ItemKind.REMINDER and not wished
    look.end(item, ItemState.DROPPED if must_call else ItemState.WITHDRAWN, message.reason)
    if must_call and coming is not None:
        _have_called(look, item, coming, message.reason or "The text did not arrive.")
    _plan_next(look, item)


def _close(look: Look, item: AgendaItem) -> None:
    """The meeting has begun: was the question answered? Two silences in a row, and somebody calls."""
    if not _asks(item) or look.has_answered(item):
        look.end(item, ItemState.DONE)
        return
    look.end(item, ItemState.SILENT)
    if item.kind is ItemKind.REMINDER and _silences(look, item) % SILENT_BEFORE_CALL == 0:
        look.add_task(
            TaskKind.SILENT, family_id=_family(item), program=look.catalogue.programs.get(item.program_id or 0)
        )


def _silences(look: Look, item: AgendaItem) -> int:
    """How many of the family's newest reminders nobody answered, this one included."""
    newest = (
        sa.select(AgendaItem.state)
        .where(
            AgendaItem.family_id == item.family_id,
            AgendaItem.kind == ItemKind.REMINDER,
            AgendaItem.message_id.is_not(None),
            AgendaItem.state.in_((ItemState.DONE, ItemState.SILENT)),
        )
        .order_by(AgendaItem.begins_at.desc(), AgendaItem.id.desc())
    )
    states = look.session.scalars(newest).all()
    return next((number for number, state in enumerate(states) if state is ItemState.DONE), len(states))


def _plan_next(look: Look, item: AgendaItem) -> None:
    """It is over: the next one of the same program, once this meeting has begun. One kind does so for all."""
    program = look.catalogue.programs.get(item.program_id or 0)
    if program is None or item.begins_at is None or item.kind is not _carries_on(program):
        return
    if item.begins_at > look.now:
        look.later(item, item.begins_at)
    else:
        _go_on(look, item)


def _carries_on(program: Program) -> ItemKind:
    kinds = planning.told_of_meetings(program)
    return ItemKind.REMINDER if ItemKind.REMINDER in kinds or not kinds else kinds[0]


def _go_on(look: Look, item: AgendaItem) -> None:
    item.look_at = None
    program = look.catalogue.programs.get(item.program_id or 0)
    if program is not None and program.status is not ProgramStatus.CANCELLED:
        mine = look.households.enrolled(_family(item), program.id)
        planning.plan_meeting(look, _family(item), program, mine, look.now)


def _family(item: AgendaItem) -> int:
    if item.family_id is None:
        raise ValueError("a reminder is for a family")
    return item.family_id
