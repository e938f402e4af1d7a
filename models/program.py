"""Programs: anything a family can sign up for, as a coordinator describes it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Words, chosen_from, where
from models.organization import Organization

TELLS = ("reminder", "before_work")
"""What a program tells those on its list where its coordinator has not said otherwise."""


class Attends(enum.StrEnum):
    """Who a sign-up is for, which decides how the conversation goes."""

    CHILDREN = "children"
    """Each child has a sign-up and a seat."""
    PAIRS = "pairs"
    """A child together with a grown-up: one sign-up, one seat, two people."""
    PEOPLE = "people"
    """A head-count, nobody named: a clinic, an open house, a course for parents."""
    VISIT = "visit"
    """Somebody comes to the family, at a time both can."""
    CALL_BACK = "call_back"
    """Somebody calls the family."""
    SCREENER = "screener"
    """The registration questions."""


class ProgramStatus(enum.StrEnum):
    """Whether families can sign up."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Program(Base):
    """One program. Times are wall times in `zone`; dates are inclusive; words are {language: text}."""

    __tablename__ = "programs"
    __table_args__ = (sa.Index("ix_programs_to_plan", "id", **where("to_plan")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    """The district that runs it."""
    offering: Mapped[str] = mapped_column(sa.String(40), index=True)
    """Programs with the same offering are one thing to a family: each child goes to the one that fits."""
    kind: Mapped[str] = mapped_column(sa.String(40))
    attends: Mapped[Attends] = mapped_column(chosen_from(Attends))
    status: Mapped[ProgramStatus] = mapped_column(chosen_from(ProgramStatus), default=ProgramStatus.OPEN)
    title: Mapped[Words]
    also_known_as: Mapped[list[str]] = mapped_column(default=list)
    """What families call it, in any language."""
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Coordinators' answers to what families ask, topic -> {language: text}: `what`, `bus`, `food`, `bring`, …"""
    place: Mapped[str] = mapped_column(sa.String(80), default="")
    zone: Mapped[str] = mapped_column(sa.String(40))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    weekdays: Mapped[list[int]] = mapped_column(default=list)
    """Monday is 0; empty where days are agreed with each family."""
    not_on: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    """Days (ISO dates) on which it does not meet although its weekday comes: a vacation week, a holiday."""
    begins: Mapped[dt.time | None] = mapped_column(default=None)
    ends: Mapped[dt.time | None] = mapped_column(default=None)
    meals: Mapped[list[str]] = mapped_column(default=list)
    """Of breakfast, lunch, snack, dinner."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    asks: Mapped[list[str]] = mapped_column(default=list)
    """What the sign-up asks beyond ages: of name, grade, ride, hand_over, diet, interpreter."""
    promises: Mapped[list[str]] = mapped_column(default=list)
    """What staff have confirmed and families may be told: no_papers, no_insurance, walk_in, anyone, kit."""
    seat_for: Mapped[str] = mapped_column(sa.String(10), default="person")
    """`person`: each head takes a seat; `sign_up`: one seat whatever the heads (a family, a pair)."""
    confirmed_by_staff: Mapped[bool] = mapped_column(default=False)
    """Families are told they are on the list, and staff call to confirm."""

    tells: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    """The reminder plan: what families are told by itself, of announce, nudge, confirm, reminder, before_work. None:
    the usual (TELLS)."""
    sign_up_by: Mapped[dt.date | None] = mapped_column(default=None)
    """The last day of the sign-up season. Later families are still taken, and stand on the late-added list."""
    to_plan: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """It has changed since the clock last looked: what its families are told is planned anew."""

    organization: Mapped[Organization] = relationship()
    rooms: Mapped[list[Room]] = relationship(back_populates="program", order_by="Room.id")
    stops: Mapped[list[Stop]] = relationship(back_populates="program", order_by="Stop.pick_up, Stop.id")
    slots: Mapped[list[Slot]] = relationship(back_populates="program", order_by="Slot.starts_at, Slot.id")
    questions: Mapped[list[Question]] = relationship(back_populates="program", order_by="Question.rank")

    def meets_on(self, day: dt.date) -> bool:
        """Tell whether it meets on a day; False for all days where they are agreed with each family."""
        is_its_day = self.starts_on <= day <= self.ends_on and day.weekday() in self.weekdays
        return is_its_day and day.isoformat() not in (self.not_on or ())


class Room(Base):
    """Seats for an age band. Every program with seats has one; a waiting list belongs to a room."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    title: Mapped[Words] = mapped_column(default=dict)
    seats: Mapped[int | None] = mapped_column(default=None)
    """None: no limit."""
    youngest: Mapped[int] = mapped_column(default=0)
    oldest: Mapped[int] = mapped_column(default=99)
    lowest_grade: Mapped[int | None] = mapped_column(default=None)
    highest_grade: Mapped[int | None] = mapped_column(default=None)

    program: Mapped[Program] = relationship(back_populates="rooms")

    def takes(self, age: int | None, grade: int | None) -> bool:
        """Tell whether the room is for a child of this age (years) and grade; an unknown one does not exclude."""
        if grade is not None and self.lowest_grade is not None and self.highest_grade is not None:
            return self.lowest_grade <= grade <= self.highest_grade
        return age is None or self.youngest <= age <= self.oldest


class Stop(Base):
    """A place where a ride picks up, in the order of the route."""

    __tablename__ = "stops"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    also_known_as: Mapped[list[str]] = mapped_column(default=list)
    pick_up: Mapped[dt.time | None] = mapped_column(default=None)

    program: Mapped[Program] = relationship(back_populates="stops")


class Slot(Base):
    """A time that can be booked: at a clinic (seats for heads) or for a visit (one family)."""

    __tablename__ = "slots"

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    starts_at: Mapped[dt.datetime]
    seats: Mapped[int] = mapped_column(default=1)

    program: Mapped[Program] = relationship(back_populates="slots")


class Question(Base):
    """A coordinator's own question: a row, not code. The answer is kept under its key."""

    __tablename__ = "questions"
    __table_args__ = (sa.UniqueConstraint("program_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(10))
    """yes_no, number, text or choice."""
    ask: Mapped[Words]
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """For a choice: [{"key": "am", "label": {"en": "Morning", …}}, …]."""
    rank: Mapped[int] = mapped_column(default=0)

    program: Mapped[Program] = relationship(back_populates="questions")
