"""Transactions: SQLite takes one writer at a time, and nobody is turned away."""

import contextlib
import datetime as dt
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalogue import CatalogueVersion, catalogue_version
from models.database import AWAY, Database, open_database
from models.family import Family, Phone
from models.prepared import Prepared
from tests.models.rows import NOW

THREADS = 8
WRITES = 20
LOOK = Prepared(sa.select(CatalogueVersion.version))


def write_from_many_threads(url: str) -> None:
    """Read, then write what was read plus one, as a ledger does; with readers in between."""
    database = open_database(url)

    def write(_number: int) -> None:
        with database.begin() as session:
            row = session.scalars(sa.select(CatalogueVersion).with_for_update()).one()
            row.version += 1
        with database.reading() as session:
            assert catalogue_version(session) > 0
        with database.connect() as connection:
            connection.execute(sa.update(CatalogueVersion).values(version=CatalogueVersion.version + 1))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, range(WRITES)))
    database.close()


def test_many_threads_of_several_processes_write(sqlite_url: str) -> None:
    """The file has never been opened before, as after a first installation."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as processes:
        list(processes.map(write_from_many_threads, [sqlite_url] * 2))
    database = open_database(sqlite_url)
    with database.reading() as session:
        assert catalogue_version(session) == 2 * 2 * WRITES
    database.close()


def test_the_first_connections_of_a_file_are_opened_at_once(sqlite_url: str) -> None:
    def connect(_number: int) -> str:
        database = open_database(sqlite_url)
        with database.reading() as session:
            mode = str(session.scalar(sa.text("PRAGMA journal_mode")))
        database.close()
        return mode

    with ThreadPoolExecutor(24) as threads:
        assert set(threads.map(connect, range(96))) == {"wal"}


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.begin() as writer:
        writer.add(Phone(number="+14135550142", created_at=NOW))
        writer.flush()
        with database.reading() as reader:
            assert reader.scalars(sa.select(Phone)).all() == []
    with database.reading() as reader:
        assert len(reader.scalars(sa.select(Phone)).all()) == 1


def test_an_exception_takes_all_back(database: Database) -> None:
    def write_and_fail(session: Session) -> None:
        session.add(Phone(number="+14135550142", created_at=NOW))
        session.flush()
        raise ZeroDivisionError

    def begin() -> None:
        with database.begin() as session:
            write_and_fail(session)

    def connect() -> None:
        with database.connect() as connection, Session(connection) as session:
            write_and_fail(session)

    for transaction in (begin, connect):
        with pytest.raises(ZeroDivisionError):
            transaction()
    with database.begin() as session:
        assert session.scalars(sa.select(Phone)).all() == []


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    def point_nowhere() -> None:
        with database.begin() as session:
            session.add(Phone(number="+14135550142", family_id=99, created_at=NOW))

    with pytest.raises(sa.exc.IntegrityError):
        point_nowhere()


def test_an_error_does_not_show_what_was_written(database: Database) -> None:
    def write_twice() -> None:
        with database.begin() as session:
            session.add_all([Phone(number="private", created_at=NOW), Family(code="X" * 8, created_at=NOW)])
            session.execute(sa.text("INSERT INTO nowhere VALUES (:what)"), {"what": "private"})

    with pytest.raises(sa.exc.DBAPIError) as told:
        write_twice()
    assert "private" not in str(told.value)


def test_moments_come_back_as_they_went_in(database: Database) -> None:
    eastern = dt.timezone(dt.timedelta(hours=-4))
    with database.begin() as session:
        session.add(Family(code="ABC", created_at=dt.datetime(2027, 6, 1, 8, 30, 0, 123456, eastern)))
    with database.reading() as session:
        moment = session.scalars(sa.select(Family.created_at)).one()
    assert moment == dt.datetime(2027, 6, 1, 12, 30, 0, 123456, dt.UTC)
    assert moment.utcoffset() == dt.timedelta()


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    def write_naive() -> None:
        with database.begin() as session:
            session.add(Family(code="ABC", created_at=dt.datetime(2027, 6, 1, 8, 30)))  # noqa: DTZ001 - the fault

    with pytest.raises(sa.exc.StatementError, match="time zone"):
        write_naive()


def look(database: Database) -> sa.Connection:
    """Look at the database; the connection that did it."""
    with database.connect_for_a_look() as connection:
        assert len(LOOK.run(connection)) == 1
    return connection


def test_a_connection_is_kept_for_the_next_statement(database: Database) -> None:
    kept = look(database)
    assert look(database) is kept
    with database.connect_for_one_statement() as connection:
        assert connection is kept
        assert look(database) is not kept, "one thread at a time"
    database.close()
    assert kept.closed
    assert look(database) is not kept


def test_a_kept_connection_that_met_an_error_is_not_used_again(database: Database) -> None:
    kept = look(database)
    with pytest.raises(ZeroDivisionError), database.connect_for_one_statement():
        raise ZeroDivisionError
    assert kept.closed
    assert look(database) is not kept


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_kept_connections_that_a_server_dropped_are_replaced_at_the_first_error(database: Database) -> None:
    with database.connect_for_a_look():
        look(database)
    with database.reading() as session:
        gone = "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity"
        session.execute(sa.text(f"{gone} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    with pytest.raises(AWAY):
        look(database)
    look(database)


def hold_up_all_writers(database: Database, inside: int, go: int) -> None:
    """What a forked process does until it is told to go; it ends with 0 where all went well."""
    ended = 1
    try:
        with database.connect_for_one_statement() as connection:
            LOOK.run(connection)
            os.write(inside, b"x")
            os.read(go, 1)
        ended = 0
    finally:
        os._exit(ended)


def test_a_forked_process_has_connections_and_a_lock_of_its_own(database: Database) -> None:
    with database.connect_for_one_statement() as kept:
        LOOK.run(kept)
    (told, inside), (go, let_go) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        hold_up_all_writers(database, inside, go)
    os.close(inside)
    assert os.read(told, 1) == b"x"
    assert look(database) is kept
    writer = threading.Thread(target=write_once, args=(database,))
    writer.start()
    writer.join(0.3)
    has_to_wait = writer.is_alive()
    os.write(let_go, b"x")
    writer.join()
    assert os.waitpid(child, 0)[1] == 0
    assert has_to_wait is (database.engine.dialect.name == "sqlite"), "the child has the lock"
    assert look(database) is kept
    for end in (told, go, let_go):
        os.close(end)


def write_once(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(sa.update(CatalogueVersion).values(version=CatalogueVersion.version + 1))


def test_a_transaction_in_which_nothing_happens_is_ended(postgresql_url: str) -> None:
    with contextlib.closing(open_database(postgresql_url)) as database, database.reading() as session:
        assert session.scalar(sa.text("SHOW idle_in_transaction_session_timeout")) == "1min"
