"""`flask send`, `deliver`, `tick`, `worker` and `clock`, as an operator's script sees them."""

import datetime as dt
import json
from collections.abc import Iterator
from types import SimpleNamespace

import flask
import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from models.database import Database, open_database
from models.message import MessageState, Purpose
from notifications.delivery import Delivery
from notifications.simulated_gateway import SimulatedGateway
from notifications.work import ThreadBell
from tests.notifications.outbox_rows import add_message, add_phone, all_messages, states
from web import sending_commands

NUMBER = "+14135550142"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def run(database: Database, *words: str) -> Result:
    app, gateway = flask.Flask(__name__), SimulatedGateway()
    app.extensions["lucero"] = SimpleNamespace(
        database=database,
        gateway=gateway,
        delivery=Delivery(database, gateway),
        bell=ThreadBell(),
        settings=SimpleNamespace(redis_url=None),
    )
    for command in sending_commands.COMMANDS:
        app.cli.add_command(command)
    runner: FlaskCliRunner = app.test_cli_runner()
    result: Result = runner.invoke(args=list(words))
    return result


def test_a_text_is_put_into_the_outbox_and_delivered(database: Database) -> None:
    add_phone(database, NUMBER)
    sent = run(database, "send", "(413) 555-0142", "¿Llegó esto?")
    assert sent.exit_code == 0
    assert sent.stdout.startswith("Message 1 is in the outbox")
    assert states(database) == [MessageState.QUEUED]
    assert json.loads(run(database, "deliver", "--json").stdout) == {"sent": 1}
    assert states(database) == [MessageState.SENT]
    assert run(database, "deliver").stdout == "There was nothing to do.\n"


def test_the_purpose_decides_what_goes_first(database: Database) -> None:
    add_phone(database, NUMBER)
    for purpose in (Purpose.BROADCAST, Purpose.REMINDER, Purpose.ANSWER):
        assert run(database, "send", NUMBER, "Hola", "--purpose", purpose.value).exit_code == 0
    assert [(message.purpose, message.lane) for message in all_messages(database)] == [
        ("broadcast", 2),
        ("reminder", 1),
        ("answer", 0),
    ]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (
            ["send", "+14135550199", "Hola"],
            "No text has come from +14135550199: text the program number from it first.",
        ),
        (["send", NUMBER, "  "], "A text has from 1 to 1600 characters; this one has 0."),
        (["send", NUMBER, "a" * 1601], "A text has from 1 to 1600 characters; this one has 1601."),
        (
            ["deliver", "--at", "tomorrow"],
            "Invalid value for '--at': tomorrow is not a moment like 2027-07-05T22:30:00Z.",
        ),
        (["tick", "--at", "2027-07-05T22:30"], "2027-07-05T22:30 has no time zone"),
        (["worker"], "REDIS_URL is unset; without a Redis the clock does a worker's work too."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(database: Database, words: list[str], refusal: str) -> None:
    add_phone(database, NUMBER)
    result = run(database, *words)
    assert result.exit_code == 1
    assert refusal in result.stderr
    assert result.stderr.count("\n") == 1
    assert states(database) == []


def test_another_instant_is_played(database: Database) -> None:
    later = dt.datetime(2027, 7, 5, 22, 30, tzinfo=dt.UTC)
    add_message(database, add_phone(database, NUMBER), due_at=later, try_at=later)
    assert json.loads(run(database, "deliver", "--json").stdout) == {}
    assert json.loads(run(database, "tick", "--at", "2027-07-05T18:29:59-04:00", "--json").stdout) == {}
    assert json.loads(run(database, "tick", "--at", "2027-07-05T18:30:00-04:00", "--json").stdout) == {"sent": 1}
    assert all_messages(database)[0].sent_at == later


def test_what_was_too_late_is_counted_and_not_sent(database: Database) -> None:
    begins = dt.datetime(2027, 7, 5, 22, 30, tzinfo=dt.UTC)
    add_message(database, add_phone(database, NUMBER), due_at=begins, try_at=begins, expires_at=begins)
    assert json.loads(run(database, "tick", "--at", begins.isoformat(), "--json").stdout) == {"expired": 1}


def test_what_was_left_on_its_way_by_a_killed_process_is_sent_after_all(database: Database) -> None:
    """On the simulated network nothing can have arrived that is not recorded."""
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3)
    add_message(database, add_phone(database, NUMBER), state=MessageState.SENDING, try_at=None, claimed_at=moment)
    assert json.loads(run(database, "tick", "--json").stdout) == {"settled": 1, "sent": 1}
