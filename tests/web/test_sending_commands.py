"""`flask send`, `deliver`, `tick`, `worker` and `clock`, as an operator's script sees them."""

import datetime as dt
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import flask
import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from models.database import Database, open_database
from models.family import Family, new_family_code
from models.message import MessageState, Purpose
from models.workday import ToldWorkDay
from notifications.agenda.due import Agenda
from notifications.delivery import Delivery
from notifications.simulated_gateway import SimulatedGateway
from notifications.work import ThreadBell
from tests.notifications.outbox_rows import LONG_AGO, add_message, add_phone, all_messages, machine_now, states
from web import sending_commands

NUMBER = "+14135550142"
AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def run(database: Database, *words: str) -> Result:
    app, gateway = flask.Flask(__name__), SimulatedGateway()
    app.extensions["lucero"] = SimpleNamespace(
        database=database,
        agenda=Agenda(database),
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


def test_the_answer_to_who_has_just_texted_goes_at_once(database: Database) -> None:
    add_phone(database, NUMBER, sms_heard_at=machine_now())
    sent = run(database, "send", "(413) 555-0142", "¿Llegó esto?")
    assert sent.exit_code == 0
    outbox, when = sent.stdout.splitlines()
    assert outbox.startswith("Message 1 is in the outbox")
    assert when.startswith("It goes at once: they wrote on ")
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


def family_of(database: Database, zone: str, **hours: Any) -> int:
    """A family that lives there and has told its hours; returns its phone's id."""
    with database.begin() as session:
        family = Family(code=new_family_code(), created_at=LONG_AGO)
        session.add(family)
        session.flush()
        session.add(ToldWorkDay(family_id=family.id, zone=zone, told_at=LONG_AGO, **hours))
        family_id = family.id
    return add_phone(database, NUMBER, family_id=family_id)


def works_now(zone: str) -> dict[str, Any]:
    """Hours of somebody who left an hour ago and is home in two: in no window, wherever that is and whenever."""
    here = machine_now().astimezone(ZoneInfo(zone))
    return {"leaves_at": (here - AN_HOUR).time(), "home_at": (here + 2 * AN_HOUR).time(), "days_off": []}


@pytest.mark.parametrize("purpose", ["answer", "broadcast", "reminder", "offer", "digest"])
def test_what_is_no_reply_waits_for_their_hours_and_says_so(database: Database, purpose: str) -> None:
    hours = works_now("America/Denver")
    family_of(database, "America/Denver", **hours)
    sent = run(database, "send", NUMBER, "Hola", "--purpose", purpose)
    assert sent.exit_code == 0
    [message] = all_messages(database)
    assert message.due_at is not None
    assert message.due_at > machine_now()
    assert message.try_at == message.due_at
    their_time = message.due_at.astimezone(ZoneInfo("America/Denver"))
    assert sent.stdout.splitlines()[1].startswith(
        f"It goes at {their_time:%a %b %d, %H:%M} (their time): as soon as they can read it: "
    )
    assert message.reason is not None
    assert message.reason.startswith("As soon as they can read it: ")
    assert (message.expires_at is None) == (purpose == "answer")
    assert message.expires_at is None or message.expires_at > message.due_at
    assert json.loads(run(database, "deliver", "--json").stdout) == {}


def test_urgent_goes_at_once_with_its_reason_and_a_name(database: Database) -> None:
    family_of(database, "America/Denver", **works_now("America/Denver"))
    sent = run(
        database, "send", NUMBER, "No hay clases", "--purpose", "urgent", "--because", "a flood", "--by", "Ms. Rivera"
    )
    assert sent.stdout.splitlines()[1] == "It goes at once: urgent: a flood (Ms. Rivera), outside of their hours."
    [message] = all_messages(database)
    assert message.reason == "Urgent: a flood (Ms. Rivera), outside of their hours."
    assert json.loads(run(database, "deliver", "--json").stdout) == {"sent": 1}


def test_who_is_never_free_is_not_sent_it(database: Database) -> None:
    around_the_clock = {"leaves_at": dt.time(6), "home_at": dt.time(23), "days_off": []}
    family_of(database, "America/Denver", **around_the_clock)
    sent = run(database, "send", NUMBER, "Hola", "--purpose", "broadcast")
    assert sent.exit_code == 1
    assert sent.stderr == (
        "Error: It is not sent. They are never free between 8:00 and 21:00, as far as we know: call them.\n"
    )
    assert states(database) == []


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        *(
            (["send", NUMBER, "Hola", "--purpose", "urgent", *given], "say --because REASON --by NAME.")
            for given in (
                [],
                ["--because", "a flood"],
                ["--by", "Ms. Rivera"],
                ["--because", " ", "--by", "Ms. Rivera"],
            )
        ),
        (["send", NUMBER, "Hola", "--by", "Ms. Rivera"], "--because and --by are for what is urgent"),
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
