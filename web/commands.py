"""Commands for staff and operators: `flask programs`, `roster`, `messages`, `demo`. wsgi.py registers them."""

from __future__ import annotations

import datetime as dt
import difflib
import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from models.database import Database
from models.family import Phone
from models.message import Message
from models.phone_number import normalized, spoken
from models.program import Program
from web.roster import RosterRow, roster, seats
from web.sheets import Record, as_csv, as_json, as_xlsx, record, table

logger = logging.getLogger(__name__)

PROGRAM_COLUMNS = ("code", "title", "district_code", "seats", "enrolled", "waiting", "starts", "ends")
ROSTER_COLUMNS = (
    "student", "age", "grade", "status", "position", "phone", "reach", "language", "stop", "pick_up", "hand_over",
    "diet", "heads", "slot",
)  # fmt: skip
MESSAGE_COLUMNS = ("created_at", "direction", "channel", "language", "state", "segments", "reason", "body")
GRADES: dict[object, str] = {-1: "PK", 0: "K"}

NO_DATABASE = (
    "The database at DATABASE_URL cannot be reached or has no tables yet; flask --app wsgi migrate makes them."
)

Load = Callable[[Session, dt.date], dict[str, int]]


class PlainCommand(click.Command):
    """A command that answers bad input, or a database that is away, with exit 1 and one sentence."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise click.ClickException(error.format_message()) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except sa.exc.DatabaseError as error:
            logger.debug("the database refused", exc_info=error)
            raise click.ClickException(NO_DATABASE) from None


def demo_command(prepare: Callable[[], None], load: Load, refuses: type[Exception]) -> click.Command:
    """The `demo` command. wsgi.py gives it what brings the database to the newest schema, and the loader, which
    raises `refuses` for a file it cannot use.
    """

    @click.command("demo", cls=PlainCommand)
    @with_appcontext
    def demo() -> None:
        """Load the example data; loading it again changes nothing that families said."""
        today = dt.datetime.now(dt.UTC).date()
        prepare()
        try:
            with _database().begin() as session:
                counts = load(session, today)
        except refuses as error:
            raise click.ClickException(str(error)) from error
        said = ", ".join(f"{count} {kind.replace('_', '-')}" for kind, count in counts.items())
        click.echo(f"The example is loaded: {said}.")

    return demo


@click.command("programs", cls=PlainCommand)
@click.option("--json", "as_is", is_flag=True, help="An array of objects, for scripts.")
@with_appcontext
def programs(as_is: bool) -> None:
    """List the programs: code, title, seats, taken, waiting."""
    with _database().reading() as session:
        records = [record(row) for row in seats(session)]
    click.echo(as_json(records) if as_is else _listed(records, PROGRAM_COLUMNS, "There are no programs yet."))


@click.command("roster", cls=PlainCommand)
@click.argument("code")
@click.option("--format", "style", type=click.Choice(["csv", "xlsx", "json"]), help="Instead of a plain table.")
@click.option("--full", is_flag=True, help="Show telephone numbers whole; this is written to the log.")
@click.option("--late-added", is_flag=True, help="Only those who signed up after the sign-up season.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write to.")
@with_appcontext
def roster_command(code: str, style: str | None, full: bool, late_added: bool, output: Path | None) -> None:
    """Print the roster of the program CODE."""
    with _database().reading() as session:
        program = _program(session, code)
        rows = [row for row in roster(session, program, full=full) if row.late_added or not late_added]
    if full:
        logger.info("roster shown in full: %s, %d rows", program.code, len(rows))
    _write(_rendered(rows, style, program.code, full=full), output, binary=style == "xlsx")


@click.command("messages", cls=PlainCommand)
@click.argument("phone")
@click.option("--json", "as_is", is_flag=True, help="An array of objects, for scripts.")
@with_appcontext
def messages(phone: str, as_is: bool) -> None:
    """Show what was heard from and sent to the number PHONE, oldest first."""
    with _database().reading() as session:
        records = [_message(message) for message in _thread(session, phone)]
    click.echo(as_json(records) if as_is else _listed(records, MESSAGE_COLUMNS, "No messages with this number yet."))


COMMANDS: tuple[click.Command, ...] = (programs, roster_command, messages)
"""What wsgi.py registers besides `demo_command`."""


def _database() -> Database:
    database: Database = current_app.extensions["lucero"].database
    return database


def _listed(records: list[Record], columns: tuple[str, ...], otherwise: str) -> str:
    return table(records, columns) if records else otherwise


def _program(session: Session, code: str) -> Program:
    """The program, whatever the case of its code."""
    program = session.scalar(sa.select(Program).where(Program.code == code.strip().upper()))
    if program is None:
        codes = session.scalars(sa.select(Program.code)).all()
        raise click.ClickException(f"There is no program {code}{_did_you_mean(code.upper(), codes)}.")
    return program


def _did_you_mean(wanted: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}" if near else "; `flask programs` lists them"


def _rendered(rows: list[RosterRow], style: str | None, code: str, *, full: bool) -> bytes:
    records = [record(row) for row in rows]
    if style == "json":
        return as_json(records).encode() + b"\n"
    readable = [_readable(entry, full=full) for entry in records]
    every_column = list(RosterRow.__dataclass_fields__)
    if style == "csv":
        return as_csv(readable, every_column)
    if style == "xlsx":
        return as_xlsx(readable, every_column, code)
    return _listed(readable, ROSTER_COLUMNS, "Nobody is on this list yet.").encode() + b"\n"


def _readable(entry: Record, *, full: bool) -> Record:
    """Grades and numbers as people write them."""
    phone = entry["phone"]
    return entry | {
        "grade": GRADES.get(entry["grade"], entry["grade"]),
        "phone": spoken(phone) if full and phone else phone,
    }


def _write(content: bytes, output: Path | None, *, binary: bool) -> None:
    if output is not None:
        output.write_bytes(content)
        return
    if binary and sys.stdout.isatty():
        raise click.ClickException("An Excel sheet is nothing to print: add --output and a file name.")
    click.echo(content, nl=False)


def _thread(session: Session, number: str) -> list[Message]:
    phone = session.scalar(sa.select(Phone).where(Phone.number == normalized(number)))
    if phone is None:
        raise click.ClickException(f"No text has come from or gone to {number.strip()}.")
    return list(session.scalars(sa.select(Message).where(Message.phone_id == phone.id).order_by(Message.id)))


def _message(message: Message) -> Record:
    return {
        "id": message.id,
        "direction": message.direction.value,
        "channel": message.channel,
        "language": message.language,
        "purpose": message.purpose,
        "state": message.state.value,
        "created_at": message.created_at,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "sent_at": message.sent_at,
        "body": message.body,
        "segments": message.segments,
        "encoding": message.encoding,
        "media": message.media,
        "provider_sid": message.provider_sid,
        "error": message.error,
        "reason": message.reason,
    }
