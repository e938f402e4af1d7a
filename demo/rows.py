"""Brings rows of the database to what the files say: found by key, added or changed, never doubled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base
from models.organization import Contact, Organization
from models.program import Program

Row = TypeVar("Row", bound=Base)
Coded = TypeVar("Coded", Organization, Contact, Program)


def by_code(session: Session, kind: type[Coded]) -> dict[str, Coded]:
    """All rows of a table that has codes, by code."""
    return {row.code: row for row in session.scalars(sa.select(kind))}


def put(session: Session, kind: type[Row], found: Row | None, values: Mapping[str, Any]) -> Row:
    """Give `found` these values, or add a new row that has them."""
    if found is None:
        found = kind(**values)
        session.add(found)
    else:
        change(found, values)
    return found


def change(row: Base, values: Mapping[str, Any]) -> None:
    """Set what is different; a row that is as it should be stays untouched."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def put_parts(
    existing: list[Row],
    make: Callable[..., Row],
    key: Callable[[Row], Any],
    wanted: Mapping[Any, Mapping[str, Any]],
) -> list[Row]:
    """Bring the parts of a program (rooms, stops, ...) to what is wanted; return those that no longer are."""
    found = {key(part): part for part in existing}
    for name, values in wanted.items():
        if name in found:
            change(found[name], values)
        else:
            existing.append(make(**values))
    return [part for name, part in found.items() if name not in wanted]
