"""Commands about one family, for recruiters: `flask moves`. wsgi.py registers them."""

from __future__ import annotations

import datetime as dt
import logging

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from models.family import Family
from models.moving import Move, moves_within
from models.organization import Organization
from notifications.delivery import machine_clock
from web.commands import PlainCommand
from web.sending_commands import at_option, json_option
from web.sheets import Record, as_json, table

logger = logging.getLogger(__name__)

MOVE_COLUMNS = ("moves_on", "from", "to", "place", "zone", "told_at", "settled_at")


@click.command("moves", cls=PlainCommand)
@click.argument("family_code")
@at_option
@json_option
@with_appcontext
def moves(family_code: str, at: dt.datetime | None, as_is: bool) -> None:
    """For recruiters: where the family FAMILY_CODE has moved in the last 36 months, and is about to; newest first.

    That somebody looked is written to the log. Families are never told any of it.
    """
    with current_app.extensions["lucero"].database.reading() as session:
        family = _family(session, family_code)
        found = moves_within(session, family.id, (at or machine_clock()).date())
        records = [_record(session, move) for move in found]
        logger.info("moves shown: family %d, %d moves", family.id, len(records))
    if as_is:
        click.echo(as_json(records))
    else:
        click.echo(table(records, MOVE_COLUMNS) if records else "This family has told no move in the last 36 months.")


COMMANDS: tuple[click.Command, ...] = (moves,)


def _family(session: Session, code: str) -> Family:
    """The family, however its code is written."""
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    family = session.scalar(sa.select(Family).where(Family.code == bare))
    if family is None:
        raise click.ClickException(f"There is no family {code}.")
    return family


def _record(session: Session, move: Move) -> Record:
    return {
        "moves_on": move.moves_on,
        "from": _code(session, move.from_organization_id),
        "to": _code(session, move.to_organization_id),
        "place": move.place,
        "zone": move.zone,
        "told_at": move.told_at,
        "settled_at": move.settled_at,
        "words": move.words,
    }


def _code(session: Session, organization_id: int | None) -> str | None:
    organization = session.get(Organization, organization_id or 0)
    return organization.code if organization else None
