"""A text as Twilio posts it: the form, its signature, and the bytes that go over the connection."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
PUBLIC_URL = "https://texts.example.org"
PATH = "/twilio/inbound"

_validator = RequestValidator(TOKEN)


def form(sender: str, body: str) -> dict[str, str]:
    """The fields of a text, named and filled as Twilio does."""
    sid = "SM" + secrets.token_hex(16)
    return {
        "ToCountry": "US",
        "ToState": "MA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "SPRINGFIELD",
        "FromZip": "01103",
        "SmsStatus": "received",
        "FromCity": "SPRINGFIELD",
        "Body": body,
        "To": "+14135550100",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }


def signature(fields: dict[str, str]) -> str:
    """What Twilio signs the form with."""
    return str(_validator.compute_signature(PUBLIC_URL + PATH, fields))


def request(sender: str, body: str) -> bytes:
    """The whole HTTP request of one text."""
    fields = form(sender, body)
    content = urlencode(fields).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\n"
        "Host: texts.example.org\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(content)}\r\n"
        f"X-Twilio-Signature: {signature(fields)}\r\n"
        f"I-Twilio-Idempotency-Token: {secrets.token_hex(16)}\r\n"
        "Accept: */*\r\n"
        "User-Agent: TwilioProxy/1.1\r\n\r\n"
    )
    return head.encode() + content
