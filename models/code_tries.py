"""Tries at a family's code: a guess must not pay, so they are counted, by phone and by code.

A try is written before it is known whether it is right, and a code that nobody has is counted as any other: neither
the answer nor the time it takes tells whether there is such a family.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

REMEMBERED = dt.timedelta(hours=24)
MOST_OF_A_PHONE = 3
"""Wrong tries of one phone within that time; after them a person calls."""
MOST_AT_A_CODE = 6
"""Wrong tries at one code from any phones; after them nobody is recognised by it that day."""


class CodeTry(Base):
    """One try that was wrong, or that is just being looked at; a right one does not stay."""

    __tablename__ = "code_tries"
    __table_args__ = (sa.UniqueConstraint("code", "nth"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(sa.ForeignKey("phones.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(8))
    """As it was read, whether a family has it or not."""
    nth: Mapped[int]
    """Two tries at one code at the same moment cannot both be the same one: the second is counted after the first."""
    at: Mapped[dt.datetime] = mapped_column(index=True)


def are_spent(session: Session, phone_id: int, now: dt.datetime) -> bool:
    """Tell whether a phone has used up its tries."""
    mine = sa.select(sa.func.count()).where(CodeTry.phone_id == phone_id, CodeTry.at > now - REMEMBERED)
    return (session.scalar(mine) or 0) >= MOST_OF_A_PHONE


def note_try(session: Session, phone_id: int, code: str, now: dt.datetime) -> CodeTry:
    """Write a try down. Raises IntegrityError where another phone tried the same code at this moment."""
    session.execute(sa.delete(CodeTry).where(CodeTry.at <= now - REMEMBERED))
    before = session.scalar(sa.select(sa.func.max(CodeTry.nth)).where(CodeTry.code == code)) or 0
    one = CodeTry(phone_id=phone_id, code=code, nth=before + 1, at=now)
    session.add(one)
    session.flush()
    return one


def is_guessed_at(session: Session, code: str, now: dt.datetime) -> bool:
    """Tell whether a code was tried more often than a family would, the try that was just noted included."""
    tries = sa.select(sa.func.count()).where(CodeTry.code == code, CodeTry.at > now - REMEMBERED)
    return (session.scalar(tries) or 0) > MOST_AT_A_CODE
