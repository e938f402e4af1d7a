"""What work is usual in each district of the example, and when: seasons.csv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo.files import Entry, rows
from demo.organizations import named
from demo.rows import by_code, put
from models.organization import Organization
from models.workday import Pattern, Season


def load_seasons(session: Session, folder: Path) -> int:
    """Bring the seasons to what the file says; return how many it holds. The organizations must be there."""
    organizations = by_code(session, Organization)
    found = {(season.organization_id, season.name): season for season in session.scalars(sa.select(Season))}
    entries = list(rows(folder / "seasons.csv"))
    for entry in entries:
        values = {"organization_id": named(entry, "organization", organizations).id, **season_of(entry)}
        key = values["organization_id"], values["name"]
        found[key] = put(session, Season, found.get(key), values)
        entry.done()
    return len(entries)


def season_of(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.text("name"),
        "rank": entry.number("rank", 0),
        "first_month": _month(entry, "first_month"),
        "last_month": _month(entry, "last_month"),
        "pattern": entry.word("pattern", Pattern),
        "leaves_at": entry.clock_or_none("leaves_at"),
        "home_at": entry.clock_or_none("home_at"),
        "not_before": entry.clock_or_none("not_before"),
        "not_after": entry.clock_or_none("not_after"),
        "days_off": entry.weekdays("days_off") if entry.has("days_off") else None,
    }


def _month(entry: Entry, key: str) -> int:
    month = entry.number(key)
    if not 1 <= month <= 12:
        raise entry.wrong(key, f"{month} is not a month from 1 to 12")
    return month
