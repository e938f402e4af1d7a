"""What every table shares: the declarative base, names of constraints, and columns that hold a moment."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

Words = dict[str, str]
"""A coordinator's words: language code -> text. Never passed through gettext."""


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """An instant, aware and in UTC on both databases (SQLite would give it back naive)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware: give it a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(dt.UTC)
        return value.replace(tzinfo=dt.UTC)


def chosen_from(kind: type[enum.StrEnum]) -> sa.Enum:
    """Return the column type for one of a fixed set of words, kept as plain text on both databases."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def where(condition: str) -> dict[str, Any]:
    """Return what a partial index holds, said to either database."""
    return {f"{dialect}_where": sa.text(condition) for dialect in ("sqlite", "postgresql")}


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: Moment,
        dict[str, str]: sa.JSON,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        list[int]: sa.JSON,
        list[dict[str, Any]]: sa.JSON,
    }
