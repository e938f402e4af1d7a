"""What watching machines are told."""

import datetime as dt
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemKind
from models.database import open_database
from models.sending import Heartbeat
from tests.web.browser import application
from web.health import REDIS_PATIENCE, health


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    with application(database_url, tmp_path) as app:
        yield app.test_client()


def without_database(url: str) -> FlaskClient:
    app = flask.Flask(__name__)
    app.register_blueprint(health(open_database(url), refused=lambda: 0))
    return app.test_client()


def heard_from_the_clock(url: str, ago: dt.timedelta) -> None:
    engine = sa.create_engine(url)
    with Session(engine) as session, session.begin():
        session.add(Heartbeat(name="clock", at=dt.datetime.now(dt.UTC) - ago))
    engine.dispose()


def test_able_to_work(client: FlaskClient, database_url: str) -> None:
    heard_from_the_clock(database_url, dt.timedelta(minutes=2))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_clock_that_was_never_started_is_named_and_no_obstacle(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.text == "ready; the clock has not been heard from yet: start flask --app wsgi clock\n"


def test_a_clock_that_has_fallen_silent(client: FlaskClient, database_url: str) -> None:
    heard_from_the_clock(database_url, dt.timedelta(minutes=12, seconds=5))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text == "The clock was last heard from 12 minutes ago: see to flask --app wsgi clock.\n"


def test_a_clock_that_was_heard_from_in_a_day_that_was_played(client: FlaskClient, database_url: str) -> None:
    heard_from_the_clock(database_url, dt.timedelta(days=-200))
    assert client.get("/readyz").text == "ready\n"


@pytest.mark.parametrize(
    ("late", "said"),
    [(14, (200, "ready\n")), (47, (503, "The clock is 47 minutes behind with its agenda: its log may say why.\n"))],
)
def test_a_clock_that_is_behind_with_its_agenda(
    client: FlaskClient, database_url: str, late: int, said: tuple[int, str]
) -> None:
    heard_from_the_clock(database_url, dt.timedelta())
    due = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=late, seconds=5)
    engine = sa.create_engine(database_url)
    with Session(engine) as session, session.begin():
        session.add(AgendaItem(key="digest:1", kind=ItemKind.DIGEST, look_at=due, created_at=due))
    engine.dispose()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == said


def test_redis_answers(sqlite_url: str, redis_url: str, tmp_path: Path) -> None:
    heard_from_the_clock(sqlite_url, dt.timedelta())
    with application(sqlite_url, tmp_path, {"REDIS_URL": redis_url}) as app:
        assert app.test_client().get("/readyz").text == "ready\n"


def test_redis_is_away(sqlite_url: str, tmp_path: Path) -> None:
    with application(sqlite_url, tmp_path, {"REDIS_URL": "redis://:secret@127.0.0.1:1/0"}) as app:
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "The Redis at REDIS_URL does not answer.\n")
        numbers = app.test_client().get("/metrics").text
    assert "lucero_redis_up 0\n" in numbers
    assert "lucero_queue_jobs" not in numbers
    assert "lucero_database_up 1\n" in numbers


def test_a_redis_that_says_nothing_is_not_waited_for_long(sqlite_url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with application(sqlite_url, tmp_path, {"REDIS_URL": url}) as app:
            began = time.monotonic()
            assert app.test_client().get("/readyz").status_code == 503
            assert time.monotonic() - began < 2 * REDIS_PATIENCE


def test_another_schema(client: FlaskClient, database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    engine.dispose()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.text.startswith("The database has another schema")
    assert answer.text.count("\n") == 1


def test_no_schema_at_all(tmp_path: Path) -> None:
    assert without_database(f"sqlite:///{tmp_path}/new.db").get("/readyz").status_code == 503


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing?connect_timeout=2"]
)
def test_no_database(url: str, caplog: pytest.LogCaptureFixture) -> None:
    client = without_database(url)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "The database cannot be reached.\n")
    assert "secret" not in caplog.text
    assert client.get("/healthz").status_code == 200


def test_alive(client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").mimetype) == (200, "text/plain")


def test_metrics_are_prometheus_text(client: FlaskClient) -> None:
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE lucero_up gauge\nlucero_up 1\n" in answer.text
    assert "lucero_refused_requests_total 0\n" in answer.text
    assert "lucero_database_up 1\n" in answer.text
    assert 'lucero_outbox_depth{purpose="broadcast"} 0\n' in answer.text
    assert "lucero_redis_up" not in answer.text


def test_numbers_without_a_database() -> None:
    answer = without_database("sqlite:////nowhere/at/all.db").get("/metrics")
    assert answer.status_code == 200
    assert "lucero_up 1\n" in answer.text
    assert "lucero_database_up 0\n" in answer.text
    assert "lucero_outbox" not in answer.text


def test_numbers_are_told_again_for_a_while(client: FlaskClient, database_url: str) -> None:
    first = client.get("/metrics").text
    heard_from_the_clock(database_url, dt.timedelta())
    assert client.get("/metrics").text == first


def test_a_refused_request_leaves_a_count(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.post("/twilio/inbound", data={"MessageSid": "SM1", "From": "+14135550142"}).status_code == 403
    assert "lucero_refused_requests_total 1\n" in client.get("/metrics").text
