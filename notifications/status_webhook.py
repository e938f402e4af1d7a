"""Twilio tells what became of a message. Callbacks come late, twice and in any order; states go one way only."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from models.database import Database
from models.message import Message, MessageState, may_follow
from notifications.signatures import Signatures

TOLD = {
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.READ,
    "undelivered": MessageState.UNDELIVERED,
    "failed": MessageState.FAILED,
}
"""Twilio's words -> our states; the words before `sent` tell nothing that we do not know."""
LARGEST_ID = 2**31 - 1


def status_webhook(database: Database, signatures: Signatures) -> Blueprint:
    """Return the route that status callbacks come in by."""
    blueprint = Blueprint("status", __name__)

    @blueprint.post("/twilio/status")
    def status() -> Response:
        if not signatures.are_right(request):
            return Response(status=403)
        told = TOLD.get(request.form.get("MessageStatus", ""))
        message_id = as_id(request.args.get("message", ""))
        if told is None or message_id is None:
            return Response(status=204)
        try:
            note_status(database, message_id, told, request.form)
        except (sa.exc.OperationalError, sa.exc.InterfaceError):  # the database is away: Twilio may tell us again
            return Response(status=503)
        return Response(status=204)

    return blueprint


def as_id(text: str) -> int | None:
    """The id of a message in our callback address; None where it cannot be one."""
    number = int(text) if re.fullmatch("[0-9]{1,10}", text) else 0
    return number if 0 < number <= LARGEST_ID else None


def note_status(database: Database, message_id: int, told: MessageState, form: Mapping[str, str]) -> None:
    """Move a message on to the state that was told, if it may still go there; an unknown id changes nothing."""
    with database.begin() as session:
        message = session.get(Message, message_id, with_for_update=True)
        if message is None or not may_follow(message.state, told):
            return
        message.state = told
        message.error = word(form.get("ErrorCode", "")) or message.error
        sid = word(form.get("MessageSid", ""))
        if message.provider_sid is None and sid and not _is_taken(session, sid):
            message.provider_sid = sid


def word(text: str) -> str | None:
    """A code or an id as Twilio writes them; None for anything else, which we have no room for."""
    return text if re.fullmatch("[A-Za-z0-9]{1,34}", text) else None


def _is_taken(session: Session, sid: str) -> bool:
    return session.scalar(sa.select(Message.id).where(Message.provider_sid == sid)) is not None
