"""Transactions: SQLite takes one writer at a time, and nobody is turned away."""

import datetime as dt
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalogue import CatalogueVersion, catalogue_version
from models.database import Database, open_database
from models.family import Family, Phone
from tests.models.rows import NOW

THREADS = 8
WRITES = 20


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
