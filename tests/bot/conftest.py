"""What the tests of the webhook and the turn ask for: the service on a fresh database."""

from collections.abc import Iterator

import flask
import pytest

from tests.bot import posting


@pytest.fixture
def app(database_url: str) -> Iterator[flask.Flask]:
    """The service on a fresh database, once on each kind."""
    made = posting.application(database_url)
    yield made
    posting.database_of(made).close()


@pytest.fixture
def sqlite_app(sqlite_url: str) -> Iterator[flask.Flask]:
    """The same on SQLite only, for what does not depend on the kind of database."""
    made = posting.application(sqlite_url)
    yield made
    posting.database_of(made).close()
