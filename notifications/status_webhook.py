"""Twilio tells what became of a message: a signed form in, nothing out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Blueprint, Response, request

from models.database import Database
from models.message import MessageState
from notifications.signatures import Signatures
from notifications.statuses import TOLD, message_of, note_status

LARGEST_ID = 2**31 - 1
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError)


def status_webhook(database: Database, signatures: Signatures) -> Blueprint:
    """Return the route that status callbacks come in by."""
    blueprint = Blueprint("status", __name__)

    @blueprint.post("/twilio/status")
    def status() -> Response:
        if not signatures.are_right(request):
            return Response(status=403)
        told = TOLD.get(request.form.get("MessageStatus", ""))
        if told is None:
            return Response(status=204)
        try:
            note_callback(database, as_id(request.args.get("message", "")), told, request.form)
        except AWAY:  # Twilio may tell us again (#rc=5&rp=all on the address); else its list is asked
            return Response(status=503)
        return Response(status=204)

    return blueprint


def as_id(text: str) -> int | None:
    """The id of a message in our callback address; None where it cannot be one."""
    number = int(text) if re.fullmatch("[0-9]{1,10}", text) else 0
    return number if 0 < number <= LARGEST_ID else None


def note_callback(database: Database, message_id: int | None, told: MessageState, form: Mapping[str, str]) -> None:
    """Note what a callback says of the message with our id, else with Twilio's; one that is not ours says nothing."""
    now, sid, error = dt.datetime.now(dt.UTC), word(form.get("MessageSid", "")), word(form.get("ErrorCode", ""))
    error = error if error != "0" else None
    try:
        with database.connect() as connection:
            message_id = message_id or (message_of(connection, sid) if sid else None)
            if message_id is not None:
                note_status(connection, message_id, told, sid=sid, error=error, now=now)
    except sa.exc.IntegrityError:  # the sid stands on another message: what was told counts, the sid does not
        with database.connect() as connection:
            note_status(connection, message_id or 0, told, sid=None, error=error, now=now)


def word(text: str) -> str | None:
    """A code or an id as Twilio writes them; None for anything else, which we have no room for."""
    return text if re.fullmatch("[A-Za-z0-9]{1,34}", text) else None
