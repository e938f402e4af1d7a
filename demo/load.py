"""Loads the example into a database, as often as one likes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy.orm import Session

from demo.dates import shift
from demo.families import load_families
from demo.files import HERE
from demo.organizations import load_contacts, load_organizations
from demo.programs import load_programs
from demo.seasons import load_seasons


def load(session: Session, today: dt.date, folder: Path = HERE) -> dict[str, int]:
    """Bring the database to what the files say, and return how many of each kind they hold.

    The directory and the programs are brought up to date by code. Families are added where they are missing and
    left alone where they are not: what a family has said since is truer than the file. Nothing is ever doubled,
    and no sign-up is deleted. `today` decides how far the dates are moved (demo/dates.py).

    Raises DemoError where a file cannot be used; the caller then rolls back.
    """
    counts = {
        "organizations": load_organizations(session, folder),
        "contacts": load_contacts(session, folder),
    }
    session.flush()
    counts["seasons"] = load_seasons(session, folder)
    counts["programs"] = load_programs(session, folder, shift(today))
    session.flush()
    families, sign_ups = load_families(session, folder, today)
    session.flush()
    return counts | {"families": families, "sign_ups": sign_ups}
