"""A text and a callback as Twilio posts them: form, signature, and the bytes that go over the connection."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
PUBLIC_URL = "https://texts.example.org"
PATH = "/twilio/inbound"
NUMBER = "+14135550100"
SERVICE = "MG" + "0" * 32

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
        "To": NUMBER,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }


def callback_form(message_id: int, status: str) -> dict[str, str]:
    """The fields of a status callback on our message of that id."""
    sid = sid_of(message_id)
    told = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": NUMBER,
        "To": number_of(message_id),
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "MessagingServiceSid": SERVICE,
    }
    return told | ({"RawDlrDoneDate": "2607061530"} if status == "delivered" else {})


def sid_of(message_id: int) -> str:
    """What Twilio calls the message that has this id with us."""
    return f"SM{message_id:032x}"


def number_of(message_id: int) -> str:
    """A number to send the message of that id to."""
    return f"+1413{2_000_000 + message_id % 8_000_000:07d}"


def request(sender: str, body: str) -> bytes:
    """The whole HTTP request of one text."""
    return post(PATH, form(sender, body))


def callback(message_id: int, status: str) -> bytes:
    """The whole HTTP request of one status callback."""
    return post(f"/twilio/status?message={message_id}", callback_form(message_id, status))


def post(target: str, fields: dict[str, str]) -> bytes:
    """The signed HTTP request of a form."""
    content = urlencode(fields).encode()
    head = (
        f"POST {target} HTTP/1.1\r\n"
        "Host: texts.example.org\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(content)}\r\n"
        f"X-Twilio-Signature: {_validator.compute_signature(PUBLIC_URL + target, fields)}\r\n"
        f"I-Twilio-Idempotency-Token: {secrets.token_hex(16)}\r\n"
        "Accept: */*\r\n"
        "User-Agent: TwilioProxy/1.1\r\n\r\n"
    )
    return head.encode() + content
