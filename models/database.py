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
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    import psycopg

WRITES = {"lucero_begins": "BEGIN IMMEDIATE"}
BEGINS_NOTHING = {"lucero_begins": None}
LONGEST_IDLE = 60
"""Seconds after which PostgreSQL ends a transaction in which nothing happens: none of ours waits for anything."""
POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
"""Parameters are texts and numbers of families: no error message may show them."""
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError)
"""What is raised where the database is away, or another process stood in the way."""


class Database:
    """Transactions on one database. The edges (webhooks, views, commands, ticks) open them; nothing below commits."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(**WRITES)
        self._at_hand = _AtHand(_without_transactions(engine))
        sa.event.listen(engine, "engine_disposed", lambda _engine: self._at_hand.give_back())
        self._turnstile = _turnstile(engine)

    @contextlib.contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """Open a write transaction without a session; commits at the end, rolls back on an exception."""
        with self._turnstile, self._writing_engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def connect_for_one_statement(self) -> Iterator[sa.Connection]:
        """Open a connection on which each statement is a transaction of its own: at half the cost of `connect`."""
        with self._at_hand.one() as connection, self._turnstile:
            yield connection

    @contextlib.contextmanager
    def connect_for_a_look(self) -> Iterator[sa.Connection]:
        """The same for a statement that only reads: it waits for no writer."""
        with self._at_hand.one() as connection:
            yield connection

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a write transaction; commits at the end, rolls back on an exception."""
        with self._turnstile, Session(self._writing_engine) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads: it neither waits for a writer nor makes one wait."""
        with Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Give all connections back, and the lock."""
        self.engine.dispose()
        self._turnstile.close()


def open_database(url: str) -> Database:
    """Open the database at `url` (SQLAlchemy URL, SQLite file or PostgreSQL); connects at first use."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, **POOL)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        # Twilio waits 15 seconds for a reply, through several attempts.
        engine = sa.create_engine(url, connect_args={"connect_timeout": 3}, **POOL)
        sa.event.listen(engine, "connect", _prepare_postgresql)
    return Database(engine)


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: Any) -> None:
    """A process that froze, or whose machine lost power, must not keep its locks from all the others."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_IDLE}s'")
    connection.commit()


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
    lock = _opened(file)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _opened(lock_file: Path) -> int:
    return os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get("lucero_begins", "BEGIN")
    if begin:
        connection.connection.cursor().execute(begin)


def _without_transactions(engine: sa.Engine) -> sa.Engine:
    """The same connections without BEGIN. On SQLite, AUTOCOMMIT would leave sqlite3 beginning by itself afterwards."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**BEGINS_NOTHING)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class _AtHand:
    """Connections that do not go back to the pool after each use: that would cost as much as a statement does.

    Each serves one thread at a time, the one used last first. After an error it goes back to the pool, which mends
    or replaces it; where its server is gone, those that lie idle are as dead, and go too.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._idle: dict[int, list[sa.Connection]] = {}
        """By process: the copies that a fork has made stay the parent's, and must not even be closed."""

    @contextlib.contextmanager
    def one(self) -> Iterator[sa.Connection]:
        """Open a connection, or take one that is open."""
        idle = self._idle.setdefault(os.getpid(), [])
        try:
            connection = idle.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        except BaseException:
            if connection.invalidated:
                self.give_back()
            connection.close()
            raise
        idle.append(connection)

    def give_back(self) -> None:
        """Close those that lie idle."""
        idle = self._idle.get(os.getpid(), [])
        while idle:
            with contextlib.suppress(IndexError):  # another thread was faster
                connection = idle.pop()
                connection.invalidate()
                connection.close()


class _OpenTurnstile:
    """PostgreSQL needs no turnstile: its rows have locks."""

    def __enter__(self) -> None:
        """Wait until nobody else is inside."""

    def __exit__(self, *_raised: object) -> None:
        """Let the next one in."""

    def close(self) -> None:
        """Give back what it holds open."""


class _OneWriter(_OpenTurnstile):
    """One writer at a time among the threads of this process and the processes of this machine."""

    def __init__(self, lock_file: Path) -> None:
        self._threads = threading.Lock()
        self._lock_file = lock_file
        self._lock, self._process = -1, 0
        """Opened once; a process that was forked opens its own: on a copy it would share the lock with its parent."""

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._process != os.getpid():
                self._lock, self._process = _opened(self._lock_file), os.getpid()
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_raised: object) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        with self._threads:
            if self._process == os.getpid():
                os.close(self._lock)
            self._process = 0


def _turnstile(engine: sa.Engine) -> _OpenTurnstile:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return _OpenTurnstile()
    return _OneWriter(Path(engine.url.database + ".writer"))
