"""What recruiters see of a family's moves: 36 months of them, and a line in the log that somebody looked."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner

from models.database import Database, open_database
from models.family import Family
from models.moving import Move
from models.organization import Organization, OrganizationKind
from web import family_commands

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
AT = NOW.isoformat()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    with opened.begin() as session:
        springfield = Organization(code="SPR", kind=OrganizationKind.DISTRICT, name="Springfield")
        session.add_all([Family(code="BCDFGH", created_at=NOW), Family(code="ZZZZZZ", created_at=NOW), springfield])
        session.flush()
        family_id = session.scalars(sa.select(Family.id).where(Family.code == "BCDFGH")).one()
        for place, day in (
            ("Homestead", dt.date(2023, 11, 20)),
            ("Yuma", dt.date(2023, 11, 23)),
            ("Lynn", dt.date(2027, 3, 1)),
        ):
            move = Move(family_id=family_id, place=place, moves_on=day, told_at=NOW, words=f"nos vamos a {place}")
            move.from_organization_id = springfield.id
            session.add(move)
    yield opened
    opened.close()


@pytest.fixture
def runner(database: Database) -> FlaskCliRunner:
    app = flask.Flask(__name__)
    app.extensions["lucero"] = SimpleNamespace(database=database)
    for command in family_commands.COMMANDS:
        app.cli.add_command(command)
    return app.test_cli_runner()


def test_moves_of_the_last_36_months_are_shown_newest_first(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["moves", "bcdfgh ", "--at", AT, "--json"])
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert [(move["place"], move["moves_on"], move["from"]) for move in shown] == [
        ("Lynn", "2027-03-01", "SPR"),
        ("Yuma", "2023-11-23", "SPR"),
    ]


def test_a_table_is_for_people(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["moves", "BCDFGH", "--at", AT])
    assert result.stdout.splitlines()[0].split()[:3] == ["moves", "on", "from"]
    assert "Yuma" in result.stdout
    assert "Homestead" not in result.stdout


def test_that_somebody_looked_is_logged_without_a_place(
    runner: FlaskCliRunner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        runner.invoke(args=["moves", "BCDFGH", "--at", AT])
    assert [record.getMessage() for record in caplog.records] == ["moves shown: family 1, 2 moves"]


def test_a_family_without_moves_and_one_that_is_not_there(runner: FlaskCliRunner) -> None:
    assert "no move" in runner.invoke(args=["moves", "ZZZ-ZZZ"]).stdout
    nobody = runner.invoke(args=["moves", "NOBODY"])
    assert nobody.exit_code == 1
    assert nobody.output == "Error: There is no family NOBODY.\n"
