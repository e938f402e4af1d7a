"""Twilio's "a message comes in", for SMS, MMS and WhatsApp: a signed form in, TwiML out."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response
from flask.globals import request_ctx
from werkzeug.datastructures import MultiDict

from bot.turn import Bot, NotTaken
from models.arrivals import Inbound, Reply
from notifications.delivery import Clock, machine_clock
from notifications.signatures import Signatures

LONGEST_BODY = 1600
"""Twilio's own limit; what is longer did not come from a phone."""
MOST_MEDIA = 10
XML = '<?xml version="1.0" encoding="UTF-8"?>'
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot carry (and PostgreSQL cannot keep, for the first of them): families do not see it either."""


def inbound_webhook(bot: Bot, signatures: Signatures, clock: Clock = machine_clock) -> Blueprint:
    """Return the route that texts come in by. `clock` tells when they do."""
    blueprint = Blueprint("inbound", __name__)

    @blueprint.post("/twilio/inbound")
    def inbound() -> Response:
        request = request_ctx.request  # itself: through Flask's proxy each look at it costs
        if not signatures.are_right(request):
            return Response(status=403)
        text = as_inbound(request.form)
        if text is None:
            return twiml(None, signatures)
        now, answered_by_twilio = clock(), request.form.get("OptOutType") or None
        try:
            reply = bot.take_turn(text, now=now, answered_by_twilio=answered_by_twilio)
        except NotTaken:  # Twilio may try again (#rc=5&rp=all on the address) or go to the fallback address
            return twiml(None, signatures, status=503)
        return twiml(reply, signatures)

    return blueprint


def as_inbound(form: MultiDict[str, str]) -> Inbound | None:
    """The text in a webhook form; None where it has no sender or no id, so that nothing can be answered."""
    sid, sender = _plain(form, "MessageSid"), _plain(form, "From").strip()
    if not sid or not sender.removeprefix("whatsapp:").strip():
        return None
    return Inbound(
        sid=sid[:64],
        sender=sender,
        to=_plain(form, "To"),
        channel="whatsapp" if sender.startswith("whatsapp:") else "sms",
        body=_plain(form, "Body")[:LONGEST_BODY],
        media=tuple(_media(form)),
    )


def _plain(form: MultiDict[str, str], name: str) -> str:
    return NOT_TEXT.sub("", form.get(name, ""))


def _media(form: MultiDict[str, str]) -> list[str]:
    """The kinds of what came with the text; the things themselves are neither fetched nor kept."""
    said = form.get("NumMedia", "0")
    number = min(int(said), MOST_MEDIA) if re.fullmatch("[0-9]{1,3}", said) else 0
    kinds = [_plain(form, f"MediaContentType{index}")[:40] or "unknown" for index in range(number)]
    return [*kinds, "location"] if form.get("Latitude") else kinds


def twiml(reply: Reply | None, signatures: Signatures, *, status: int = 200) -> Response:
    """The answer to Twilio: at most one message, whose status comes back with our own id."""
    message = ""
    if reply is not None:
        action = quoteattr(signatures.status_address(reply.message_id))
        message = f"<Message action={action}>{escape(NOT_TEXT.sub('', reply.body))}</Message>"
    return Response(f"{XML}<Response>{message}</Response>", status=status, mimetype="text/xml")
