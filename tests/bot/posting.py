"""Posts to the webhooks as Twilio makes them; signed here by its rule, not by our code."""

import base64
import hashlib
import hmac
import itertools
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

import flask
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

import settings
import wsgi
from models.database import Database

TOKEN = "0123456789abcdef0123456789abcdef"
SECONDARY = "fedcba9876543210fedcba9876543210"
PUBLIC_URL = "https://texts.example.org"
INBOUND = "/twilio/inbound"
PROGRAM_NUMBER = "+14135550100"

Form = Mapping[str, str | Sequence[str]]


def environment(database_url: str) -> dict[str, str]:
    """What a service with Twilio as its phone network is started with."""
    return {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": PUBLIC_URL,
        "SECRET_KEY": "k" * 40,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_SECONDARY": SECONDARY,
        "TWILIO_SMS_FROM": PROGRAM_NUMBER,
    }


def application(database_url: str) -> flask.Flask:
    return wsgi.create_app(settings.load(environment(database_url), instance=Path("/nonexistent")))


def database_of(app: flask.Flask) -> Database:
    database: Database = app.extensions["lucero"].database
    return database


def new_sid() -> str:
    return "SM" + secrets.token_hex(16)


_numbers = itertools.count(200)


def new_number() -> str:
    """A number that nobody in this run has texted from."""
    return f"+1413556{next(_numbers):04}"


def sms(body: str | None, sender: str = "+14135550142", **more: str) -> dict[str, str]:
    """The form of a text, with the parameters that Twilio really sends; a WhatsApp sender makes it WhatsApp."""
    sid = more.pop("MessageSid", None) or new_sid()
    prefix = "whatsapp:" if sender.startswith("whatsapp:") else ""
    form = {
        "ToCountry": "US",
        "ToState": "MA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "FromCountry": "US",
        "To": prefix + PROGRAM_NUMBER,
        "MessagingServiceSid": "MG" + "0" * 32,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": "AC" + "0" * 32,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }
    return form | ({} if body is None else {"Body": body}) | more


def signature(address: str, form: Form, token: str = TOKEN) -> str:
    """Twilio's rule: the address, then each key in byte order with its values, sorted and each once."""
    text = address
    for key in sorted(form):
        values = form[key]
        text += "".join(key + value for value in ([values] if isinstance(values, str) else sorted(set(values))))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def post(app: flask.Flask, form: Form, path: str = INBOUND, *, token: str = TOKEN) -> TestResponse:
    """Post a signed form."""
    headers = {"X-Twilio-Signature": signature(PUBLIC_URL + path, form, token)}
    return app.test_client().post(path, data=form, headers=headers)


def parsed(response: Response) -> ET.Element:
    return ET.fromstring(response.get_data())  # noqa: S314 - made by us


def reply_in(response: TestResponse) -> str | None:
    """The text of a reply; None for silence. Fails where Twilio would not take it for TwiML."""
    assert (response.status_code, response.mimetype) == (200, "text/xml"), response.get_data(as_text=True)
    root = parsed(response)
    assert root.tag == "Response"
    assert [child.tag for child in root] in ([], ["Message"])
    return None if not len(root) else "".join(root[0].itertext())


def text(app: flask.Flask, body: str | None, sender: str = "+14135550142", **more: str) -> str | None:
    """Send a text through the signed webhook and return the reply."""
    return reply_in(post(app, sms(body, sender, **more)))
