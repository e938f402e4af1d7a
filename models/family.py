"""Families: the household, its phones, its students, and what it agreed to."""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, chosen_from, where

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
"""No vowels, so that no code spells a word; no 0, 1, O or I, which look alike on a small screen."""


class ConsentKind(enum.StrEnum):
    """What a family told us about hearing from us."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    PAUSE = "pause"
    WRONG_NUMBER = "wrong_number"


class Family(Base):
    """A household. It may have several phones; a phone may change; the family stays."""

    __tablename__ = "families"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    """What a family says to be recognised from a new number."""
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)
    """The school or district they told us."""
    created_at: Mapped[dt.datetime]

    phones: Mapped[list[Phone]] = relationship(back_populates="family")
    students: Mapped[list[Student]] = relationship(back_populates="family", order_by="Student.id")


class Student(Base):
    """A child or youth. Nickname only; age as told, with the day it was told."""

    __tablename__ = "students"
    __table_args__ = (sa.Index("ix_students_to_plan", "id", **where("planned_at IS NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    age: Mapped[int | None] = mapped_column(default=None)
    grade: Mapped[int | None] = mapped_column(default=None)
    """-1 preschool, 0 kindergarten, 1 to 12."""
    told_on: Mapped[dt.date]
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)
    priority_for_services: Mapped[bool] = mapped_column(default=False)
    """Set by staff only; comes first on a waiting list; never shown to families."""
    planned_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When the clock looked whether there is something to offer to a child that was added."""

    family: Mapped[Family] = relationship(back_populates="students")


class Phone(Base):
    """A number (or a WhatsApp name) that texts us, and where its conversation stands."""

    __tablename__ = "phones"
    __table_args__ = (sa.Index("ix_phones_opted_out_at", "opted_out_at", **where("opted_out_at IS NOT NULL")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """E.164 where it is a phone number; else the sender's address as Twilio gives it."""
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("families.id"), index=True, default=None)
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)
    """The district of its conversations: from the program number it texts, or from what the family said."""
    places: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The open questions, newest last (bot/place.py)."""
    opted_out_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    paused_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """Wants only the Sunday digest and what is urgent."""
    unreachable: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    """Why no SMS reaches the family here: `reassigned` after a wrong-number answer, `landline`, `dead`."""
    whatsapp_unreachable: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    """Why nothing reaches it by WhatsApp: `absent`."""
    welcomed_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    sms_heard_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    whatsapp_heard_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    created_at: Mapped[dt.datetime]

    family: Mapped[Family | None] = relationship(back_populates="phones")


class Consent(Base):
    """One line of the consent history of a phone: who, when, how, and which words were shown."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(chosen_from(ConsentKind))
    how: Mapped[str] = mapped_column(sa.String(40))
    """`texted us`, `words`, `keyword`, `Twilio` (answered there already), `staff`."""
    words_shown: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str | None] = mapped_column(sa.String(8), default=None)
    at: Mapped[dt.datetime]


def new_family_code() -> str:
    """Return a code of six letters and digits that can be read aloud and is not to be guessed."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
