"""What every test may ask for: a fresh database of either kind, an empty Redis."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import logs
import models.tables  # noqa: F401 - registers every table, also for a test that runs alone
import settings
from models.database import Database, open_database
from tests import servers

for name in settings.NAMES:
    os.environ.pop(name, None)  # what a developer has set for `make run` must not reach a test

hypothesis.settings.register_profile("lucero", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("lucero")

STANDING_BY = pytest.StashKey[contextlib.ExitStack]()
PORT = pytest.StashKey[int]()


class ServersForWorkers:
    """Tells each pytest worker where the servers are asked for; there is one process for all of them."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        node.workerinput["servers"] = node.config.stash[PORT]  # type: ignore[attr-defined]  # xdist has no types


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write the replies that came into the transcripts")


def pytest_configure(config: pytest.Config) -> None:
    logs.configure_logs()
    if hasattr(config, "workerinput"):
        config.stash[PORT] = config.workerinput["servers"]
        return
    config.stash[STANDING_BY] = contextlib.ExitStack()
    config.stash[PORT] = config.stash[STANDING_BY].enter_context(servers.standing_by())
    config.pluginmanager.register(ServersForWorkers())


def pytest_unconfigure(config: pytest.Config) -> None:
    if STANDING_BY in config.stash:
        config.stash[STANDING_BY].close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, migrated database: the test runs once on each kind."""
    with migrated(request.config, request.param, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, open."""
    with contextlib.closing(open_database(database_url)) as opened:
        yield opened


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL on SQLite only, for what does not depend on the kind of database."""
    with migrated(request.config, "sqlite", tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same on PostgreSQL only."""
    with migrated(request.config, "postgresql", tmp_path) as url:
        yield url


@contextlib.contextmanager
def migrated(config: pytest.Config, kind: str, folder: Path) -> Iterator[str]:
    port = config.stash[PORT]
    made = servers.sqlite_database(port, folder) if kind == "sqlite" else servers.postgresql_database(port)
    with made as url:
        yield url


@pytest.fixture
def redis_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty Redis database, this worker's own."""
    import redis  # here, so that the workers of a run without it start faster

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{servers.ask(request.config.stash[PORT], 'redis')}/{int(worker) % 16}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url
