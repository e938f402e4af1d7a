"""What staff must do for a family: call back, bring an interpreter, confirm, follow up."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, chosen_from


class TaskKind(enum.StrEnum):
    """Why somebody is needed."""

    CALL_BACK = "call_back"
    CONFIRM = "confirm"
    FOLLOW_UP = "follow_up"
    MOVED = "moved"
    RECORDS = "records"
    """A family moves: the school records go on to where it goes, or are asked for."""
    NEW_NUMBER = "new_number"
    WRONG_NUMBER = "wrong_number"
    ENROL = "enrol"
    RESOURCES = "resources"
    LATE = "late"
    ABSENT = "absent"
    """Stays on the list, and does not come on one day."""
    WORK_DAY = "work_day"
    NEWS = "news"
    """Wants to hear of the next one."""
    READ_THIS = "read_this"
    """A text that nobody could make sense of, or that may be an opt-out."""
    BROKEN_TURN = "broken_turn"
    BROKEN_PROMISE = "broken_promise"
    """What the clock was to do for a family broke, for a fault of ours; it is tried again each hour."""
    NOT_REMINDED = "not_reminded"
    """A reminder that could not be sent in time, and why: call them."""
    SILENT = "silent"
    """Two reminders in a row without an answer: call them."""
    OFFER_BY_PHONE = "offer_by_phone"
    """A seat is held for a family that cannot be texted: offer it to them by phone."""
    UNREACHED = "unreached"
    """A seat that was offered by text was passed on without an answer: call them."""
    DID_IT_ARRIVE = "did_it_arrive"
    """A text of ours of which nobody can tell whether it arrived; it is not sent again by itself."""


class Task(Base):
    """One thing to do, for the contact or the organization that it concerns."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(chosen_from(TaskKind))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"), index=True, default=None)
    program_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programs.id"), index=True, default=None)
    phone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("phones.id"), index=True, default=None)
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("families.id"), index=True, default=None)
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True, default=None)
    """The message that it is about."""
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    interpreter: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    """The language an interpreter is needed for."""
    when: Mapped[list[dict[str, Any]]] = mapped_column("best_times", default=list)
    """When the family can be called, as told: [{"after": "17:00"}, {"days": ["sat"]}]."""
    words: Mapped[str] = mapped_column(default="")
    """The family's own words, kept for the person who follows up."""
    created_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class FollowUp(enum.StrEnum):
    """What the registration questions lead to. Never "eligible": a recruiter decides that after an interview."""

    LIKELY = "likely"
    UNSURE = "unsure"
    NO = "no"


class Screening(Base):
    """A family's answers to the registration questions; the words are retired when the recruiter closes the item."""

    __tablename__ = "screenings"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("families.id"), index=True, default=None)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tasks.id"), index=True, default=None)
    followup: Mapped[FollowUp] = mapped_column(chosen_from(FollowUp))
    work: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    home_languages: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime]
