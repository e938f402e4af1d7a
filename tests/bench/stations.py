"""What is measured: the floor and Lucero, each behind gunicorn in the same configuration, ready for texts."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

import demo
import settings
from models.database import open_database
from models.message import Direction, Message, MessageState
from models.program import Room, Slot
from tests import servers
from tests.bench import machine, wire

WORKERS, THREADS = 2, 4
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Station:
    """One server, and how to tell what it has cost and kept."""

    name: str
    port: int
    master: int
    """gunicorn's first process, the parent of its workers."""
    url: str | None = None
    """Of its database; None for the floor."""
    postmaster: int | None = None
    """The parent of PostgreSQL's processes; SQLite works inside the workers."""
    sent: int = 0
    """Texts or callbacks that it has answered."""
    next_number: int = 0
    """The first phone or message that nothing came from yet."""


@contextlib.contextmanager
def floor(folder: Path) -> Iterator[Station]:
    """The least that can be done with a text."""
    with _gunicorn("floor", "tests.bench.floor:create_app()", folder, {}) as station:
        yield station


@contextlib.contextmanager
def lucero(name: str, url: str, folder: Path) -> Iterator[Station]:
    """The whole service on this database."""
    with _gunicorn(name, "wsgi:create_app()", folder, twilio_settings(url)) as station:
        station.url, station.postmaster = url, postmaster(url)
        yield station


def twilio_settings(url: str) -> dict[str, str]:
    """What the service is told about its database and its phone network."""
    return {
        "DATABASE_URL": url,
        "TWILIO_ACCOUNT_SID": wire.ACCOUNT,
        "TWILIO_AUTH_TOKEN": wire.TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": wire.SERVICE,
        "SECRET_KEY": wire.TOKEN * 2,
    }


def postmaster(url: str) -> int | None:
    """The parent of the processes that serve this database; None for a file."""
    if not url.startswith("postgresql"):
        return None
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return machine.parent_of(connection.info.backend_pid)


@contextlib.contextmanager
def databases(folder: Path, kinds: Sequence[str]) -> Iterator[dict[str, str]]:
    """Migrated databases of these kinds; their URLs."""
    with servers.standing_by() as port, databases_of(port, folder, kinds) as urls:
        yield urls


@contextlib.contextmanager
def databases_of(port: int, folder: Path, kinds: Sequence[str]) -> Iterator[dict[str, str]]:
    """The same from servers that stand by already."""
    ways = {
        "SQLite": lambda: servers.sqlite_database(port, folder),
        "PostgreSQL": lambda: servers.postgresql_database(port),
    }
    with contextlib.ExitStack() as open_until_the_end:
        yield {kind: open_until_the_end.enter_context(ways[kind]()) for kind in kinds}


def prepare(url: str) -> None:
    """Load the example, and give it seats that no benchmark fills: a waiting list of thousands is no one's."""
    database = open_database(url)
    with database.begin() as session:
        demo.load(session, dt.datetime.now(dt.UTC).date())
    with database.begin() as session:
        session.execute(sa.update(Room).values(seats=1_000_000))
        session.execute(sa.update(Slot).values(seats=1_000_000))
    database.close()


def kept(url: str) -> dict[str, int]:
    """How many texts came in, how many of those failed, and how many replies went out, as the database has it."""
    database = open_database(url)
    with database.reading() as session:
        rows = session.execute(
            sa.select(Message.direction, Message.state, sa.func.count())
            .where(sa.or_(Message.provider_sid.is_not(None), Message.answers_sid.is_not(None)))
            .group_by(Message.direction, Message.state)
        ).all()
    database.close()
    return {
        "in": sum(count for direction, _state, count in rows if direction is Direction.IN),
        "failed": sum(count for _direction, state, count in rows if state is MessageState.FAILED),
        "out": sum(count for direction, _state, count in rows if direction is Direction.OUT),
    }


@contextlib.contextmanager
def _gunicorn(name: str, application: str, folder: Path, configured: dict[str, str]) -> Iterator[Station]:
    """Serve it on a port of its own until the end. The listener is ours, so that no request comes too early."""
    environment = {key: value for key, value in os.environ.items() if key not in settings.NAMES}
    environment |= {"PUBLIC_URL": wire.PUBLIC_URL, "TWILIO_AUTH_TOKEN": wire.TOKEN, **configured}
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / f"{name}.log").open("w") as log:
        listening = ["--bind", f"fd://{listener.fileno()}"]
        master = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application, *listening),
                *("--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning"),
            ],
            cwd=ROOT,
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=log,
            stderr=log,
        )
        try:
            port = listener.getsockname()[1]
            _wait_until_it_answers(port)
            yield Station(name, port, master.pid)
        finally:
            master.terminate()
            master.wait(timeout=60)
            sys.stdout.write(Path(log.name).read_text(encoding="utf-8"))


def _wait_until_it_answers(port: int) -> None:
    """Ask for a page that is not there: the connection waits in the queue until a worker is up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/not-there")
    connection.getresponse().read()
    connection.close()
