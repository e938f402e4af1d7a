"""One service for all the phones of a file; each test texts from a phone of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.example import Service, serving


@pytest.fixture(scope="module")
def line(request: pytest.FixtureRequest) -> Iterator[Service]:
    """The service on SQLite, shared by the tests of a file: for what does not depend on the kind of database."""
    with serving(request.config, "sqlite") as service:
        yield service


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """The service on an example of its own, once on each kind of database."""
    with serving(request.config, request.param) as service:
        yield service


@pytest.fixture
def edited(request: pytest.FixtureRequest) -> Iterator[Service]:
    """The service on SQLite with an example of its own, for tests that edit programs."""
    with serving(request.config, "sqlite") as service:
        yield service
