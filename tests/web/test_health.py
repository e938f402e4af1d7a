"""What watching machines are told."""

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models.database import open_database
from tests.web.browser import application
from web.health import health


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    with application(database_url, tmp_path) as app:
        yield app.test_client()


def without_database(url: str) -> FlaskClient:
    app = flask.Flask(__name__)
    app.register_blueprint(health(open_database(url), refused=lambda: 0))
    return app.test_client()


def test_able_to_work(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert answer.headers["Cache-Control"] == "no-store"


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


def test_a_refused_request_leaves_a_count(client: FlaskClient) -> None:
    assert client.post("/twilio/inbound", data={"MessageSid": "SM1", "From": "+14135550142"}).status_code == 403
    assert "lucero_refused_requests_total 1\n" in client.get("/metrics").text
