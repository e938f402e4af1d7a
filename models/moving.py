"""Families on the move: where they went and when, and phones that several of them share."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

MEMORY = dt.timedelta(days=3 * 365 + 1)
"""How long a move counts: the 36 months of the program. Shown to recruiters only."""


class Move(Base):
    """One move of a family, as it told it. `moves_on` is the day, or about when."""

    __tablename__ = "moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), index=True)
    from_organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), default=None)
    to_organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), default=None)
    """The district there, where it is one of ours."""
    place: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    """Where to, in the family's words."""
    zone: Mapped[str | None] = mapped_column(sa.String(40), default=None)
    """IANA name of the zone there, where the place tells it."""
    moves_on: Mapped[dt.date | None] = mapped_column(default=None)
    words: Mapped[str] = mapped_column(sa.String(320), default="")
    """What they wrote."""
    told_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    """When the day had come and what they gave up was ended."""


class SharedPhone(Base):
    """A family that writes from a phone which others use as well; `phones.family_id` is the one that wrote last."""

    __tablename__ = "shared_phones"

    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), primary_key=True)
    since: Mapped[dt.datetime]
