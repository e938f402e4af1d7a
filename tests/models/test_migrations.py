"""The numbered migrations make exactly the tables that the models describe, and can be undone."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from models.migrations import configuration, is_current, upgrade
from models.tables import metadata
from tests import servers
from tests.conftest import PORT


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = servers.ask(request.config.stash[PORT], "postgresql")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        name = f"empty_{uuid4().hex}"
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield servers.sqlalchemy_url(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def newest(url: str) -> bool:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    current = is_current(engine)
    engine.dispose()
    return current


def catalogue_versions(url: str) -> list[int]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = connection.scalars(sa.text("SELECT version FROM catalogue_version")).all()
    engine.dispose()
    return list(found)


def test_up_from_nothing_down_and_up_again(empty_url: str) -> None:
    assert not newest(empty_url)
    upgrade(empty_url)
    command.check(configuration(empty_url))  # raises where the models say more, less or something else
    assert newest(empty_url)
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}
    upgrade(empty_url)
    command.downgrade(configuration(empty_url), "base")
    assert tables(empty_url) == {"alembic_version"}
    assert not newest(empty_url)
    upgrade(empty_url)
    command.check(configuration(empty_url))
    assert catalogue_versions(empty_url) == [0]


def test_every_step_goes_down_and_up(empty_url: str) -> None:
    upgrade(empty_url)
    while tables(empty_url) != {"alembic_version"}:
        command.downgrade(configuration(empty_url), "-1")
    while not newest(empty_url):
        command.upgrade(configuration(empty_url), "+1")
    command.check(configuration(empty_url))


def test_words_of_an_enumeration_fit_their_column() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                assert max(map(len, column.type.enums)) <= (column.type.length or 0), column
