"""Twilio's "a message comes in", for SMS, MMS and WhatsApp: a signed form in, TwiML out."""

from __future__ import annotations

import datetime as dt
import logging

from flask import Blueprint, Response, request
from twilio.twiml.messaging_response import MessagingResponse
from werkzeug.datastructures import MultiDict

from bot.turn import Bot
from models.arrivals import Inbound, Reply
from notifications.signatures import Signatures

log = logging.getLogger(__name__)

LONGEST_BODY = 1600
"""Twilio's own limit; what is longer did not come from a phone."""


def inbound_webhook(bot: Bot, signatures: Signatures) -> Blueprint:
    """Return the route that texts come in by."""
    blueprint = Blueprint("inbound", __name__)

    @blueprint.post("/twilio/inbound")
    def inbound() -> Response:
        if not signatures.are_right(request):
            return Response(status=403)
        text = as_inbound(request.form)
        if text is None:
            return twiml(None, signatures)
        now = dt.datetime.now(dt.UTC)
        return twiml(bot.take_turn(text, now=now, answered_by_twilio=request.form.get("OptOutType")), signatures)

    return blueprint


def as_inbound(form: MultiDict[str, str]) -> Inbound | None:
    """The text in a webhook form; None where it has no sender or no id, so that nothing can be answered."""
    sid, sender = form.get("MessageSid", ""), form.get("From", "").strip()
    if not sid or not sender:
        return None
    return Inbound(
        sid=sid[:64],
        sender=sender,
        to=form.get("To", ""),
        channel="whatsapp" if sender.startswith("whatsapp:") else "sms",
        body=form.get("Body", "").replace("\x00", "")[:LONGEST_BODY],
        media=tuple(_media(form)),
    )


def _media(form: MultiDict[str, str]) -> list[str]:
    """The kinds of what came with the text; the things themselves are neither fetched nor kept."""
    count = form.get("NumMedia", "0")
    number = min(int(count), 10) if count.isdecimal() else 0
    kinds = [form.get(f"MediaContentType{index}", "unknown")[:40] for index in range(number)]
    return [*kinds, "location"] if form.get("Latitude") else kinds


def twiml(reply: Reply | None, signatures: Signatures) -> Response:
    """The answer to Twilio: at most one message, whose status comes back with our own id."""
    response = MessagingResponse()
    if reply is not None:
        response.message(reply.body, action=signatures.address("/twilio/status", f"message={reply.message_id}"))
    return Response(str(response), mimetype="text/xml")
