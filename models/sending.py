"""What sending shares among all processes: the pace, who was heard from, and the approved templates."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Pace(Base):
    """When the next message may go. One row; whoever claims messages holds its lock (docs/decisions/0007)."""

    __tablename__ = "paces"

    id: Mapped[int] = mapped_column(primary_key=True)
    free_at: Mapped[dt.datetime]


class Heartbeat(Base):
    """When a process that works unseen was last heard from."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    at: Mapped[dt.datetime]


class Template(Base):
    """A WhatsApp template as Twilio knows it: one purpose in one language."""

    __tablename__ = "templates"
    __table_args__ = (sa.UniqueConstraint("purpose", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(8))
    content_sid: Mapped[str] = mapped_column(sa.String(34))
    status: Mapped[str] = mapped_column(sa.String(20))
    """Twilio's word: unsubmitted, received, pending, approved, rejected, paused, disabled."""
    category: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    rejection_reason: Mapped[str | None] = mapped_column(sa.String(200), default=None)
    checked_at: Mapped[dt.datetime]
