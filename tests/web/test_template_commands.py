"""`flask templates`, as an operator sees it."""

import contextlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import flask
import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from models.database import Database, open_database
from notifications.gateway import Gateway
from notifications.simulated_gateway import SimulatedGateway
from notifications.twilio_gateway import TwilioGateway
from tests.notifications import scripted_server as scripted
from tests.notifications.scripted_server import says
from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.client import TwilioApi, running
from web import template_commands

REJECTED = {"name": "n", "category": "UTILITY", "status": "rejected", "rejection_reason": "It is too plain."}


def content(name: str, number: int, language: str, **approval: str) -> dict[str, Any]:
    return {
        "sid": f"HX{number:032x}",
        "friendly_name": name,
        "language": language,
        "variables": {"1": "mañana"},
        "types": {"twilio/text": {"body": "Hola.\n{{1}}\nALTO = no más mensajes."}},
        "approval_requests": REJECTED | approval,
    }


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api() -> Iterator[TwilioApi]:
    with running() as running_api:
        yield running_api


@contextlib.contextmanager
def connected(url: str) -> Iterator[Gateway]:
    gateway = TwilioGateway(
        account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, callback=lambda _id: "https://x", api_url=url, timeout=2
    )
    with contextlib.closing(gateway):
        yield gateway


def asked(database: Database, url: str | None, *words: str) -> Result:
    """Run the command where Twilio is at `url`; None: where the simulator is the phone network."""
    app = flask.Flask(__name__)
    for command in template_commands.COMMANDS:
        app.cli.add_command(command)
    runner: FlaskCliRunner = app.test_cli_runner()
    with connected(url) if url else contextlib.nullcontext(SimulatedGateway()) as gateway:
        app.extensions["lucero"] = SimpleNamespace(database=database, gateway=gateway)
        result: Result = runner.invoke(args=["templates", *words])
    return result


def test_what_is_missing_is_told_as_it_is_entered(database: Database) -> None:
    told = asked(database, None).stdout
    rows = told.splitlines()
    assert rows[0].split()[:3] == ["purpose", "language", "state"]
    assert rows[1].split()[:4] == ["answer", "en", "missing", "lucero_answer_en"]
    assert len([row for row in rows if " missing " in row]) == 18
    assert (
        "lucero_reminder_pt, language pt_BR\n"
        "    Oi! Aqui é a linha das famílias da escola. Um lembrete da sua inscrição:\n"
        "    {{1}}\n"
        "    Pode responder aqui. PARAR = sem mensagens.\n"
        "  sample for {{1}}: O programa de verão começa"
    ) in told


def test_fetching_shows_the_states(database: Database, api: TwilioApi) -> None:
    api.know_contents(
        [
            content("lucero_reminder_es", 1, "es_MX", status="approved", rejection_reason=""),
            content("lucero_offer_es", 2, "es"),
            content("lucero_offfer_es", 3, "es"),
        ]
    )
    result = asked(database, api.url, "--fetch")
    assert (result.exit_code, result.stderr.count("\n")) == (0, 1)
    assert result.stderr.startswith("lucero_offfer_es is at Twilio too")
    rows = {row.split()[3]: row for row in result.stdout.splitlines() if row.count("lucero_") == 1 and "," not in row}
    assert rows["lucero_reminder_es"].split() == ["reminder", "es", "approved", "lucero_reminder_es"]
    assert rows["lucero_urgent_en"].split()[2] == "missing"
    assert "It is too plain. Enter it anew, with _2 after its name." in result.stdout
    assert "lucero_offer_es, language es" in result.stdout
    assert "lucero_reminder_es, language" not in result.stdout


def test_json(database: Database, api: TwilioApi) -> None:
    api.know_contents([content("lucero_offer_es", 2, "es")])
    listed = json.loads(asked(database, api.url, "--fetch", "--json").stdout)
    assert listed == json.loads(asked(database, None, "--json").stdout)
    assert len(listed) == 18
    [offer] = [entry for entry in listed if entry["friendly_name"] == "lucero_offer_es"]
    assert (offer["purpose"], offer["language"], offer["state"]) == ("offer", "es", "rejected")
    assert (offer["reason"], offer["content_sid"][:2], offer["category"]) == ("It is too plain.", "HX", "UTILITY")
    assert offer["checked_at"].endswith("+00:00")
    assert "\n{{1}}\n" in offer["body"]


def test_without_twilio(database: Database) -> None:
    result = asked(database, None, "--fetch")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: {template_commands.NOT_TWILIO}\n"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (says(401, {"code": 20003}), "Twilio does not accept our account SID and auth token."),
        (says(401, {}), "Twilio does not accept our account SID and auth token."),
        (says(200, "<html>"), "its answer made no sense."),
        (says(500, {}), "it answered 500."),
        (scripted.sends(b""), "it broke off."),
    ],
)
def test_what_goes_wrong_at_twilio_is_one_sentence(database: Database, answer: scripted.Answer, told: str) -> None:
    with scripted.scripted_server(answer) as server:
        server.will(*[answer] * 4)
        result = asked(database, server.url, "--fetch")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Error: Twilio did not tell its templates: {told}\n"


def test_twilio_out_of_reach_changes_nothing(database: Database, api: TwilioApi) -> None:
    api.know_contents([content("lucero_offer_es", 2, "es", status="approved", rejection_reason="")])
    before = asked(database, api.url, "--fetch").stdout
    result = asked(database, "http://127.0.0.1:9", "--fetch")
    assert result.exit_code == 1
    assert result.stderr == "Error: Twilio did not tell its templates: there is no connection to it.\n"
    assert asked(database, None).stdout == before
