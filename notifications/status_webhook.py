"""Twilio tells what became of a message. Callbacks come late, twice and in any order; states go one way only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

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


def status_webhook(database: Database, signatures: Signatures) -> Blueprint:
    """Return the route that status callbacks come in by."""
    blueprint = Blueprint("status", __name__)

    @blueprint.post("/twilio/status")
    def status() -> Response:
        if not signatures.are_right(request):
            return Response(status=403)
        told = TOLD.get(request.form.get("MessageStatus", ""))
        number = request.args.get("message", "")
        if told is not None and number.isdecimal() and len(number) < 19:
            note_status(database, int(number), told, request.form)
        return Response(status=204)

    return blueprint


def note_status(database: Database, message_id: int, told: MessageState, form: Mapping[str, str]) -> None:
    """Move a message on to the state that was told, if it may still go there; an unknown id changes nothing."""
    with database.begin() as session:
        message = session.get(Message, message_id, with_for_update=True)
        if message is None or not may_follow(message.state, told):
            return
        message.state = told
        message.provider_sid = form.get("MessageSid") or message.provider_sid
        message.error = form.get("ErrorCode") or message.error
