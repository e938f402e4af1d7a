"""`flask templates`: which WhatsApp templates are approved, and what to enter at Twilio. wsgi.py registers it."""

from __future__ import annotations

import datetime as dt

import click
from flask import current_app
from flask.cli import with_appcontext

from models.database import Database
from models.outbox import APPROVED
from notifications.outcomes import WORDS, reason_of
from notifications.templates import MARKETING, MISSING, UNUSABLE, Standing, standings, store
from notifications.twilio_errors import as_code
from notifications.twilio_gateway import TemplatesNotFetched, TwilioGateway
from web.commands import PlainCommand
from web.sheets import Record, as_json, table

COLUMNS = ("purpose", "language", "state", "name", "what_now")
CATEGORY = "UTILITY"
WHAT_NOW = {
    MISSING: "Enter it at Twilio.",
    "unsubmitted": "Submit it to WhatsApp for approval.",
    "received": "Wait: WhatsApp has it.",
    "pending": "Wait: WhatsApp is looking at it.",
    APPROVED: "",
    "rejected": "Enter it anew, with _2 after its name.",
    "paused": "Wait: too many people blocked it or complained. It comes back by itself.",
    "disabled": "Enter it anew, with other words and _2 after its name.",
    MARKETING: "WhatsApp holds it back in the US. Ask for the category utility, or enter it anew with _2.",
    UNUSABLE: "Enter it anew, with _2 after its name.",
}
TO_ENTER = frozenset({MISSING, "rejected", "disabled", UNUSABLE})
"""States from which only another template at Twilio leads on."""
NOT_TWILIO = "Twilio is not configured, so there are no templates to fetch; docs/running.md says how to set it."
NO_ANSWER = {
    "timeout": "it did not answer in time",
    "reset": "it broke off",
    "unreadable": "its answer made no sense",
    **dict.fromkeys(("no_connection", "refused", "connect_timeout"), "there is no connection to it"),
    "dns": "its address cannot be found",
    "tls": "its certificate is not trusted",
}
HOW_TO_ENTER = (
    "To enter in Twilio's Content Template Builder, each as type Text (twilio/text), in category Utility, with one"
    " variable. After WhatsApp has approved them: flask --app wsgi templates --fetch"
)


@click.command("templates", cls=PlainCommand)
@click.option("--fetch", is_flag=True, help="First ask Twilio which are approved.")
@click.option("--json", "as_is", is_flag=True, help="An array of objects, for scripts.")
@with_appcontext
def templates(fetch: bool, as_is: bool) -> None:
    """Show the WhatsApp template of each purpose and language: its state, and what to enter at Twilio."""
    if fetch:
        _fetch(dt.datetime.now(dt.UTC))
    with _database().reading() as session:
        found = standings(session)
    click.echo(as_json(_record(standing) for standing in found) if as_is else _readable(found))


COMMANDS: tuple[click.Command, ...] = (templates,)


def _database() -> Database:
    database: Database = current_app.extensions["lucero"].database
    return database


def _fetch(now: dt.datetime) -> None:
    gateway = current_app.extensions["lucero"].gateway
    if not isinstance(gateway, TwilioGateway):
        raise click.ClickException(NOT_TWILIO)
    try:
        listed = gateway.fetch_templates()
    except TemplatesNotFetched as failure:
        raise click.ClickException(f"Twilio did not tell its templates: {_why(str(failure))}") from None
    with _database().begin() as session:
        strays = store(session, listed, now)
    for name in strays:
        click.echo(f"{name} is at Twilio too, but Lucero uses no template of that name.", err=True)


def _why(failure: str) -> str:
    if as_code(failure) is not None or failure in WORDS:
        return reason_of(failure)
    return f"{NO_ANSWER.get(failure, f'it answered {failure}')}."


def _record(standing: Standing) -> Record:
    wanted = standing.wanted
    return {
        "purpose": wanted.purpose,
        "language": wanted.language,
        "state": standing.state,
        "reason": standing.reason,
        "what_now": WHAT_NOW.get(standing.state, ""),
        "content_sid": standing.content_sid,
        "checked_at": standing.checked_at,
        "friendly_name": wanted.friendly_name,
        "twilio_language": wanted.twilio_language,
        "category": CATEGORY,
        "body": wanted.body,
        "sample": wanted.sample,
    }


def _readable(found: list[Standing]) -> str:
    rows = [_record(standing) | _in_short(standing) for standing in found]
    to_enter = [_entry(standing) for standing in found if standing.state in TO_ENTER]
    return "\n\n".join([table(rows, COLUMNS), *([HOW_TO_ENTER] if to_enter else []), *to_enter])


def _in_short(standing: Standing) -> Record:
    """Its name as a column, and the reason before what is to be done about it."""
    said = (standing.reason, WHAT_NOW.get(standing.state))
    return {"name": standing.wanted.friendly_name, "what_now": " ".join(filter(None, said))}


def _entry(standing: Standing) -> str:
    """Name, language, text and sample, as they are typed at Twilio."""
    wanted = standing.wanted
    text = "\n".join(f"    {line}" for line in wanted.body.splitlines())
    return f"{wanted.friendly_name}, language {wanted.twilio_language}\n{text}\n  sample for {{{{1}}}}: {wanted.sample}"
