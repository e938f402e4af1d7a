"""A season on either database, or on one where the kind does not matter."""

import contextlib
from collections.abc import Iterator

import pytest

from models.database import Database, open_database
from tests.notifications.agenda.season import Season


@pytest.fixture
def season(database: Database) -> Season:
    """On both kinds of database."""
    return Season(database)


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Season]:
    """For what the kind of database has no part in."""
    with contextlib.closing(open_database(sqlite_url)) as opened:
        yield Season(opened)
