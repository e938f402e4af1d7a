"""The servers that tests run on are real, and nothing of them is left behind."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa

from models.migrations import is_current
from tests import servers


def test_a_database_is_migrated_and_its_own(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    assert is_current(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    assert "left_behind" in sa.inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("_again", [1, 2])
def test_the_next_test_has_a_fresh_one(database_url: str, _again: int) -> None:
    engine = sa.create_engine(database_url)
    assert "left_behind" not in sa.inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


def test_the_postgresql_is_one(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        assert str(connection.scalar(sa.text("SELECT version()"))).startswith("PostgreSQL")
    engine.dispose()


@pytest.mark.parametrize("_again", [1, 2])
def test_the_redis_is_one_and_empty(redis_url: str, _again: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")
        assert client.get("left") == b"behind"


def test_an_unknown_server_is_an_error_not_a_skip() -> None:
    with servers.standing_by() as port, pytest.raises(servers.ServerDidNotStart, match="mainframe"):
        servers.ask(port, "mainframe")


STARTS_AND_IS_KILLED = """
import os, signal
from tests import servers
with servers.standing_by() as port:
    print(*[servers.ask(port, what) for what in ("postgresql", "redis", "sqlite")], flush=True)
    os.kill(os.getpid(), signal.{signal})
    input()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_pytest_is_killed(sent: signal.Signals) -> None:
    program = STARTS_AND_IS_KILLED.replace("{signal}", sent.name)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=servers.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as run:
        said, _ = run.communicate(timeout=120)  # ends when the last process that holds this output has ended
    postgresql, redis_server, template = said.split()
    assert not answers(postgresql)
    assert not answers(redis_server)
    assert not Path(template).parent.exists()
    assert run.returncode != os.EX_OK


def answers(url: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0
