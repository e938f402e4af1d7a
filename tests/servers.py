"""A real PostgreSQL and a real Redis-compatible server for the tests, and databases already migrated.

pytest starts `python -m tests.keeper` once for all its workers and keeps a pipe to it. What a test needs is
started when it is first asked for, over a socket; when the pipe closes, also because pytest was killed, all
is stopped and removed. The binaries come with two development packages; nothing has to be installed.
"""

import contextlib
import functools
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg

ROOT = Path(__file__).parent.parent


class ServerDidNotStart(Exception):
    """What a test asked for could not be brought up: the test must fail, never be skipped."""


@contextlib.contextmanager
def standing_by() -> Iterator[int]:
    """Keep a process ready to start servers; yields the port to ask it at. All is gone afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.keeper", "--listener", str(listener.fileno())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for pytest, which then closes the pipe
        )
        port: int = listener.getsockname()[1]
    try:
        yield port
    finally:
        keeper.communicate(timeout=60)


@functools.cache
def ask(port: int, what: str) -> str:
    """Where the "sqlite" template file, the "postgresql" or the "redis" server is, started if need be."""
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rw") as line:
        line.write(what + "\n")
        line.flush()
        answer = json.loads(line.readline() or '{"error": "The process that starts servers has died."}')
    if "error" in answer:
        raise ServerDidNotStart(f"{what}: {answer['error']}")
    return str(answer["found"])


@contextlib.contextmanager
def sqlite_database(port: int, folder: Path) -> Iterator[str]:
    """A migrated SQLite database of one's own; yields its URL."""
    shutil.copyfile(ask(port, "sqlite"), folder / "lucero.db")
    yield f"sqlite:///{folder / 'lucero.db'}"


@contextlib.contextmanager
def postgresql_database(port: int) -> Iterator[str]:
    """A migrated PostgreSQL database of one's own; yields its URL."""
    server, name = ask(port, "postgresql"), f"test_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        try:
            yield sqlalchemy_url(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def sqlalchemy_url(server: str, name: str) -> str:
    return f"{server.replace('postgresql:', 'postgresql+psycopg:')}/{name}"
