"""Sign-ups: who stands on which roster."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, chosen_from, where
from models.family import Family, Phone, Student
from models.program import Program, Room, Slot, Stop


class SignUpStatus(enum.StrEnum):
    """Where a sign-up stands. `offered` holds a freed seat while the family decides."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    OFFERED = "offered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNREACHED = "unreached"


SEATED = (SignUpStatus.ENROLLED, SignUpStatus.OFFERED)
"""These hold a seat."""
ACTIVE = (SignUpStatus.ENROLLED, SignUpStatus.OFFERED, SignUpStatus.WAITING)
"""These are on the list: a child can have one of them a program."""

TO_PLAN = "sign_ups.planned_at IS NULL"
"""Rows that have changed since the clock last put on the agenda what their families are told of them."""
_ACTIVE_ROW = "status IN ('enrolled', 'offered', 'waiting')"


class SignUp(Base):
    """One child (or one group of heads) in one program."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        sa.Index(
            "uq_sign_ups_active_student",
            "program_id",
            "student_id",
            unique=True,
            **where(_ACTIVE_ROW),
        ),
        sa.Index("ix_sign_ups_room_id_status", "room_id", "status"),
        sa.Index("ix_sign_ups_slot_id_status", "slot_id", "status"),
        sa.Index("ix_sign_ups_to_plan", "id", **where("planned_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooms.id"), default=None)
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slots.id"), default=None)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), index=True)
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("students.id"), index=True, default=None)
    phone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("phones.id"), index=True, default=None)
    status: Mapped[SignUpStatus] = mapped_column(chosen_from(SignUpStatus))
    heads: Mapped[int] = mapped_column(default=1)
    seats: Mapped[int] = mapped_column(default=1)
    """Seats that it takes: its heads, or one where the program counts families."""
    guardian_role: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    needs_ride: Mapped[bool | None] = mapped_column(default=None)
    stop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stops.id"), default=None)
    hand_over: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    """Who brings the child to the ride: a relation to the child (`grandmother`), or the family's words."""
    diet: Mapped[list[str]] = mapped_column(default=list)
    """Codes such as `allergy:peanut`, `no:pork`; `words:…` where we had no code."""
    interpreter: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    available: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """For a visit: when the family can, as told."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str] = mapped_column(sa.String(20), default="text")
    priority: Mapped[bool] = mapped_column(default=False)
    """Comes first on the waiting list (priority for services)."""
    late_added: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Signed up after the program's sign-up season: the district's own list does not have it."""
    hold_until: Mapped[dt.datetime | None] = mapped_column(default=None)
    """On an offered seat: until when it is held."""
    leaves_on: Mapped[dt.date | None] = mapped_column(default=None)
    """The family moves away: from this day on the seat is free."""
    signed_up_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    planned_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When the clock last put on the agenda what the family is told of it."""

    program: Mapped[Program] = relationship()
    room: Mapped[Room | None] = relationship()
    slot: Mapped[Slot | None] = relationship()
    stop: Mapped[Stop | None] = relationship()
    family: Mapped[Family] = relationship()
    student: Mapped[Student | None] = relationship()
    phone: Mapped[Phone | None] = relationship()


@sa.event.listens_for(SignUp.changed_at, "set")
def _have_planned_anew(sign_up: SignUp, _at: dt.datetime, _before: Any, _initiator: Any) -> None:
    """Whoever changes it says when; the clock plans it anew even where it had been played further ahead than that."""
    sign_up.planned_at = None
