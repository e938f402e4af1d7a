"""A phone becomes a family's, or stops being it: what moves with it, who is told, and what the history keeps."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from bot.caller import Caller
from bot.family_language import is_in_full
from bot.talk import Talk
from locales import _, speaking, written_in
from models import outbox
from models.agenda import agenda, look_again_at_family
from models.consents import note_consent
from models.family import ConsentKind, Family, Phone
from models.family_phones import end_sharing, leave_phone, phones_of, share, shared_with
from models.message import Message, MessageState, Purpose
from models.task import Task, TaskKind
from models.workday import ToldWorkDay, read_seasons
from notifications.agenda.work_days import work_day_at
from notifications.family_clock import decide
from notifications.family_matters import Matter, Occasion, Send
from notifications.outbox import Notice, put

HOW = "new number"


def take_over(caller: Caller, family: Family) -> None:
    """It is this family that writes from now on: what is another one's, or was asked of it, ends here."""
    before = caller.family_id
    caller.places[:] = [place for place in caller.places if place.about.get("family_id", before) in (None, family.id)]
    caller.family_id = family.id
    caller.organization_id = family.organization_id or caller.organization_id
    if caller.language is None and is_in_full(family.language):
        caller.language = family.language


def link(talk: Talk, family: Family) -> None:
    """A new number of a family: its work day and sign-ups are there, and so is its wish to hear less."""
    others = phones_of(talk.writing.session, family.id)
    if any(phone.paused_at is not None for phone in others):
        talk.caller.paused_at = talk.caller.paused_at or talk.now
    take_over(talk.caller, family)
    _note(talk, talk.caller.phone_id, ConsentKind.OPT_IN, talk.caller.language)
    look_again_at_family(talk.writing.connection, family.id, talk.now)


def let_share(talk: Talk, family: Family) -> None:
    """The phone is used by one more family, which writes now."""
    sharing = [family_id for family_id in (talk.caller.family_id, family.id) if family_id is not None]
    share(talk.writing.session, talk.caller.phone_id, sharing, talk.now)
    talk.caller.is_shared = True
    take_over(talk.caller, family)
    _note(talk, talk.caller.phone_id, ConsentKind.OPT_IN, talk.caller.language)
    look_again_at_family(talk.writing.connection, family.id, talk.now)


def hand_over(talk: Talk, family: Family) -> None:
    """The phone is another family's now, and no longer of those that had it."""
    caller, session = talk.caller, talk.writing.session
    for before in {caller.family_id, *shared_with(session, caller.phone_id)}:
        if before is not None and before != family.id:
            _end_here(talk, caller.phone_id, before)
    outbox.withdraw(talk.writing.connection, caller.phone_id, "The phone belongs to another family now.")
    end_sharing(talk.writing.connection, caller.phone_id)
    caller.is_shared, caller.paused_at = False, None
    take_over(caller, family)
    _note(talk, caller.phone_id, ConsentKind.OPT_IN, caller.language)
    look_again_at_family(talk.writing.connection, family.id, talk.now)


def _end_here(talk: Talk, phone_id: int, family_id: int) -> None:
    """A family has a phone less; where it was the last one, somebody has to find out how to reach it."""
    left = [phone for phone in phones_of(talk.writing.session, family_id) if phone.id != phone_id]
    leave_phone(talk.writing.session, phone_id, family_id, for_phone=left[0].id if left else None)
    if not left:
        family = talk.writing.session.get_one(Family, family_id)
        alone = Task(kind=TaskKind.NEW_NUMBER, family_id=family_id, language=family.language, created_at=talk.now)
        alone.organization_id = family.organization_id
        talk.writing.session.add(alone)
    look_again_at_family(talk.writing.connection, family_id, talk.now)


def _note(talk: Talk, phone_id: int, kind: ConsentKind, language: str | None) -> None:
    note_consent(talk.writing.connection, phone_id, kind, how=HOW, words_shown=None, language=language, at=talk.now)


def tell_the_others(talk: Talk, family: Family) -> dict[str, int]:
    """Tell the family's other phones, which is what stops somebody who knows its code.

    Returns the message to each phone; a phone that gets none from us, or cannot be reached, is not told.
    """
    told: dict[str, int] = {}
    for phone in phones_of(talk.writing.session, family.id):
        if phone.id != talk.caller.phone_id:
            reachable = phone.opted_out_at is None and phone.unreachable is None
            told[str(phone.id)] = _tell(talk, phone, family).id if reachable else 0
    return told


def _tell(talk: Talk, phone: Phone, family: Family) -> Message:
    language = written_in(phone.language or family.language)
    with speaking(language):
        body = _("A new number was linked to your family. If it was not you, write PERSON and someone will call you.")
    notice = Notice(Purpose.ANSWER, body, language, *_when_to_tell(talk, family))
    message = put(talk.writing.session, phone, notice, talk.now)
    talk.writing.session.flush()
    return message


def _when_to_tell(talk: Talk, family: Family) -> tuple[dt.datetime, None, str | None]:
    """When they can read it, for how long it is of use (always), and why then."""
    session = talk.writing.session
    told, seasons = session.get(ToldWorkDay, family.id), read_seasons(session)
    work_day = work_day_at(talk.now, told, family.organization_id, talk.catalogue, seasons)
    decision = decide(work_day, Matter(Occasion.NOTICE), talk.now)
    return (decision.at if isinstance(decision, Send) else talk.now), None, decision.reason


def give_up(talk: Talk, phone: Phone, family: Family, told: int) -> None:
    """A number is the family's no more: nothing leaves for it but `told`, the message that warns whoever has it."""
    session = talk.writing.session
    waiting = [Message.phone_id == phone.id, Message.try_at.is_not(None), Message.id != told]
    if shared_with(session, phone.id):
        theirs = sa.select(agenda.c.message_id).where(agenda.c.family_id == family.id, agenda.c.message_id.is_not(None))
        waiting.append(Message.id.in_(theirs))  # what waits there for another family goes on
    reason = "The family does not use this number any more."
    withheld = {"state": MessageState.WITHHELD, "reason": reason, "try_at": None}
    session.execute(sa.update(Message).where(*waiting).values(withheld))
    leave_phone(session, phone.id, family.id, for_phone=talk.caller.phone_id)
    _note(talk, phone.id, ConsentKind.WRONG_NUMBER, phone.language)
    look_again_at_family(talk.writing.connection, family.id, talk.now)
