"""The staff commands, as an operator's script sees them."""

import csv
import datetime as dt
import io
import json
import logging
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import flask
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskCliRunner

import demo
from models.database import Database, open_database
from models.family import Phone, Student
from models.message import Direction, Message, MessageState
from models.program import Program
from models.sign_up import SignUp
from web import commands
from web.sheets import harmless

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def nothing_to_prepare() -> None:
    """The tests' databases are migrated already."""


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    with opened.begin() as session:
        demo.load(session, TODAY)
    yield opened
    opened.close()


@pytest.fixture
def runner(database: Database) -> FlaskCliRunner:
    app = flask.Flask(__name__)
    app.extensions["lucero"] = SimpleNamespace(database=database)
    for command in (*commands.COMMANDS, commands.demo_command(nothing_to_prepare, demo.load, demo.DemoError)):
        app.cli.add_command(command)
    return app.test_cli_runner()


def asked(runner: FlaskCliRunner, *words: str) -> Result:
    result: Result = runner.invoke(args=words)
    return result


def test_the_example_loads_again(runner: FlaskCliRunner) -> None:
    result = asked(runner, "demo")
    assert result.exit_code == 0
    assert "21 programs" in result.stdout


def test_a_file_that_cannot_be_used_is_one_sentence(database: Database) -> None:
    def load(_session: object, _today: dt.date) -> dict[str, int]:
        raise demo.DemoError("contacts.csv, line 3, phone: missing.")

    app = flask.Flask(__name__)
    app.extensions["lucero"] = SimpleNamespace(database=database)
    app.cli.add_command(commands.demo_command(nothing_to_prepare, load, demo.DemoError))
    result = app.test_cli_runner().invoke(args=["demo"])
    assert (result.exit_code, result.stderr) == (1, "Error: contacts.csv, line 3, phone: missing.\n")


def test_programs_as_json(runner: FlaskCliRunner) -> None:
    listed = {row["code"]: row for row in json.loads(asked(runner, "programs", "--json").stdout)}
    camp = listed["LYN-CAMP"]
    assert camp["title"] == "Club summer camp"
    assert (camp["starts"], camp["ends"], camp["seats"], camp["kind"])[2:] == (40, "summer")
    assert dt.date.fromisoformat(camp["starts"]).weekday() == 0
    assert listed["NBD-WRAP"]["seats"] is None


def test_programs_as_a_table(runner: FlaskCliRunner) -> None:
    lines = asked(runner, "programs").stdout.splitlines()
    assert lines[0].split() == "code title district code seats enrolled waiting starts ends".split()
    assert any(line.startswith("SPR-SUM-PK") and " 32 " in line for line in lines)


def test_a_roster_as_json(runner: FlaskCliRunner) -> None:
    rows = json.loads(asked(runner, "roster", "spr-sum-fd", "--format", "json").stdout)
    nico = next(row for row in rows if row["student"] == "Nico")
    assert (nico["stop"], nico["pick_up"], nico["hand_over"], nico["grade"]) == ("White St", "06:15", "father", 4)
    assert nico["phone"].endswith("0111")
    assert "787" not in nico["phone"]
    assert dt.datetime.fromisoformat(nico["signed_up_at"]).utcoffset() is not None


def test_a_roster_in_full_is_written_to_the_log(runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        rows = json.loads(asked(runner, "roster", "SPR-CR-EVE", "--format", "json", "--full").stdout)
    assert [row["phone"] for row in rows] == ["+19565550102", "+19565550112"]
    [line] = [line for line in caplog.messages if "roster shown in full" in line]
    assert line == "roster shown in full: SPR-CR-EVE, 2 rows"


def test_a_roster_as_a_table(runner: FlaskCliRunner) -> None:
    lines = asked(runner, "roster", "SPR-SUM-PK").stdout.splitlines()
    assert lines[0].startswith("student")
    assert len(lines) == 19
    assert lines[-1].startswith("Cielo")
    assert asked(runner, "roster", "LYN-VAC-APR").stdout == "Nobody is on this list yet.\n"


def test_the_late_added_alone(runner: FlaskCliRunner, database: Database) -> None:
    assert asked(runner, "roster", "SPR-SUM-FD", "--late-added").stdout == "Nobody is on this list yet.\n"
    with database.begin() as session:
        nico = sa.select(SignUp).join(Student, Student.id == SignUp.student_id).where(Student.name == "Nico")
        session.scalars(nico).one().late_added = True
    rows = json.loads(asked(runner, "roster", "SPR-SUM-FD", "--late-added", "--format", "json").stdout)
    assert [row["student"] for row in rows] == ["Nico"]


def test_a_roster_for_a_spreadsheet(runner: FlaskCliRunner, database: Database) -> None:
    with database.begin() as session:
        student = session.scalars(sa.select(Student).where(Student.name == "Kevin")).one()
        student.name = '=HYPERLINK("http://example.org")'
        sign_up = session.scalars(sa.select(SignUp).where(SignUp.student_id == student.id)).one()
        sign_up.hand_over = "+1 aunt"
    written = asked(runner, "roster", "SPR-SUM-FD", "--format", "csv", "--full").stdout_bytes
    assert written.startswith(b"\xef\xbb\xbfstudent,age,")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    kevin = next(row for row in rows if "HYPERLINK" in row["student"])
    assert kevin["student"].startswith("'=")
    assert kevin["hand_over"] == "'+1 aunt"
    assert kevin["phone"] == "(239) 555-0109"
    assert kevin["reach"] == "phone call only"
    assert kevin["meals"] == "breakfast, lunch, snack"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless(f"a{start}") == f"a{start}"


def test_a_roster_as_an_excel_sheet(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    result = asked(runner, "roster", "SPR-SUM-PK", "--format", "xlsx", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    with zipfile.ZipFile(path) as book:
        strings = "".join(ET.fromstring(book.read("xl/sharedStrings.xml")).itertext())  # noqa: S314  made by us
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Cielo" in strings
    assert sheet.count("<row ") == 19
    assert "<f>" not in sheet


def test_an_excel_sheet_goes_to_a_pipe_as_it_is(runner: FlaskCliRunner) -> None:
    assert asked(runner, "roster", "SPR-SUM-PK", "--format", "xlsx").stdout_bytes.startswith(b"PK")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["roster", "SPR-SUM-F"], "Error: There is no program SPR-SUM-F; did you mean SPR-SUM-FD or "),
        (["roster", "?"], "Error: There is no program ?; `flask programs` lists them."),
        (["roster"], "Error: Missing argument 'CODE'."),
        (["roster", "LYN-CAMP", "--format", "pdf"], "Error: Invalid value for '--format': 'pdf' is not one of"),
        (["messages", "413 555 0199"], "Error: No text has come from or gone to 413 555 0199."),
        (["programs", "--jason"], "Error: No such option"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence_and_exit_1(runner: FlaskCliRunner, words: list[str], told: str) -> None:
    result = asked(runner, *words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1


@pytest.fixture
def thread(database: Database) -> None:
    with database.begin() as session:
        phone = Phone(number="+14135550142", created_at=NOW)
        session.add(phone)
        session.flush()
        common = {"phone_id": phone.id, "channel": "sms", "language": "es", "created_at": NOW}
        received = Message(
            **common,
            direction=Direction.IN,
            purpose="text",
            state=MessageState.RECEIVED,
            body="ola",
            provider_sid="SM1",
        )
        session.add(received)
        session.flush()
        answer = Message(
            **common,
            direction=Direction.OUT,
            purpose="reply",
            state=MessageState.SENT,
            body="Hola.\n¿Qué?",
            sent_at=NOW,
        )
        session.add(answer)


@pytest.mark.usefixtures("thread")
@pytest.mark.parametrize("spelling", ["+14135550142", "413 555 0142", "(413) 555-0142", "whatsapp:+14135550142"])
def test_messages_of_a_number_in_any_spelling(runner: FlaskCliRunner, spelling: str) -> None:
    heard, said = json.loads(asked(runner, "messages", spelling, "--json").stdout)
    assert (heard["direction"], heard["state"], heard["body"], heard["provider_sid"]) == (
        "in",
        "received",
        "ola",
        "SM1",
    )
    assert (said["direction"], said["sent_at"], said["body"]) == ("out", "2026-11-22T12:00:00+00:00", "Hola.\n¿Qué?")
    promised = (
        "id direction channel language purpose state due_at expires_at sent_at body segments encoding provider_sid "
        "error reason"
    )
    assert set(promised.split()) <= set(said)


@pytest.mark.usefixtures("thread")
def test_messages_as_a_table(runner: FlaskCliRunner) -> None:
    lines = asked(runner, "messages", "413-555-0142").stdout.splitlines()
    assert len(lines) == 3
    assert lines[2].endswith("Hola. ¿Qué?")


@pytest.mark.usefixtures("thread")
def test_the_table_tells_why_a_message_did_not_leave(runner: FlaskCliRunner, database: Database) -> None:
    with database.begin() as session:
        answer = session.scalars(sa.select(Message).where(Message.direction == Direction.OUT)).one()
        answer.state, answer.reason = MessageState.WITHHELD, "The family has opted out."
    assert "withheld  1         The family has opted out.  Hola." in asked(runner, "messages", "413-555-0142").stdout


def test_a_number_that_has_said_nothing_yet(runner: FlaskCliRunner) -> None:
    assert asked(runner, "messages", "+12395550101").stdout == "No messages with this number yet.\n"
    assert json.loads(asked(runner, "messages", "+12395550101", "--json").stdout) == []


def test_without_programs(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    app = flask.Flask(__name__)
    app.extensions["lucero"] = SimpleNamespace(database=database)
    app.cli.add_command(commands.programs)
    assert app.test_cli_runner().invoke(args=["programs"]).stdout == "There are no programs yet.\n"
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Program)) == 0
    database.close()


def test_a_database_without_tables_is_one_sentence(tmp_path: Path) -> None:
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "roster", "SPR-SUM-PK"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"Error: {commands.NO_DATABASE}\n"


def test_a_database_that_is_away_is_one_sentence() -> None:
    environ = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "migrate"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"Error: {commands.NO_DATABASE}\n"
