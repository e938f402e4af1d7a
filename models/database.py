"""The connection to the database: one code path for SQLite and PostgreSQL.

SQLite takes one writer at a time, and its busy timeout waits by sleeping. A lock file (between processes) and a
lock (between threads) in front of every write transaction let the next writer start at once instead.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

WRITES = {"lucero_begins": "BEGIN IMMEDIATE"}
BEGINS_NOTHING = {"lucero_begins": None}
POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
"""Parameters are texts and numbers of families: no error message may show them."""
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError)
"""What is raised where the database is away, or another process stood in the way."""


class Database:
    """Transactions on one database. The edges (webhooks, views, commands, ticks) open them; nothing below commits."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(**WRITES)
        self._engine_without_transactions = _without_transactions(engine)
        self._turnstile = _turnstile(engine)

    @contextlib.contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """Open a write transaction without a session; commits at the end, rolls back on an exception."""
        with self._turnstile.entered(), self._writing_engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def connect_for_one_statement(self) -> Iterator[sa.Connection]:
        """Open a connection on which each statement is a transaction of its own: at half the cost of `connect`."""
        with self._turnstile.entered(), self._engine_without_transactions.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def connect_for_a_look(self) -> Iterator[sa.Connection]:
        """The same for a statement that only reads: it waits for no writer."""
        with self._engine_without_transactions.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a write transaction; commits at the end, rolls back on an exception."""
        with self._turnstile.entered(), Session(self._writing_engine) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads: it neither waits for a writer nor makes one wait."""
        with Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at `url` (SQLAlchemy URL, SQLite file or PostgreSQL); connects at first use."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, **POOL)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        # Twilio waits 15 seconds for a reply, through several attempts.
        engine = sa.create_engine(url, connect_args={"connect_timeout": 3}, **POOL)
    return Database(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("busy_timeout=4000", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _, _, file = connection.execute("PRAGMA database_list").fetchone()
    if file and connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        # Two that open a new file at once would turn each other away, however long they are told to wait.
        with _locked(Path(f"{file}.first")):
            connection.execute("PRAGMA journal_mode=WAL")


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold a lock file, waiting for whoever holds it."""
    lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get("lucero_begins", "BEGIN")
    if begin:
        connection.connection.cursor().execute(begin)


def _without_transactions(engine: sa.Engine) -> sa.Engine:
    """The same connections without BEGIN. On SQLite, AUTOCOMMIT would leave sqlite3 beginning by itself afterwards."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**BEGINS_NOTHING)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class _OpenTurnstile:
    """PostgreSQL needs no turnstile: its rows have locks."""

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        yield


class _OneWriter(_OpenTurnstile):
    """One writer at a time among the threads of this process and the processes of this machine."""

    def __init__(self, lock_file: Path) -> None:
        self._threads = threading.Lock()
        self._lock_file = lock_file

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        with self._threads, _locked(self._lock_file):
            yield


def _turnstile(engine: sa.Engine) -> _OpenTurnstile:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return _OpenTurnstile()
    return _OneWriter(Path(engine.url.database + ".writer"))
