"""A phone network without Twilio: texts go through the real webhook, signed as Twilio would sign them."""

from __future__ import annotations

import secrets
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.test import Client

from notifications.signatures import HEADER, Signatures

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

INBOUND = "/twilio/inbound"


@dataclass(frozen=True)
class SimulatedNetwork:
    """Carries texts from simulated phones to the service and brings its replies back."""

    application: WSGIApplication
    signatures: Signatures
    account_sid: str = "AC" + "0" * 32

    def text(
        self, sender: str, body: str, *, channel: str = "sms", to: str = "+14135550100", media: Sequence[str] = ()
    ) -> str | None:
        """Send a text from a phone (E.164) and return the reply, None for silence.

        Raises RuntimeError where the webhook does not answer as Twilio expects.
        """
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        sid = "SM" + secrets.token_hex(16)
        form = {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self.account_sid,
            "From": prefix + sender,
            "To": prefix + to,
            "Body": body,
            "NumMedia": str(len(media)),
            "NumSegments": "1",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
            **{f"MediaContentType{number}": kind for number, kind in enumerate(media)},
        }
        return self.post(form)

    def post(self, form: dict[str, str]) -> str | None:
        """Post a signed form to the webhook and return the text of its reply."""
        headers = {HEADER: self.signatures.sign(INBOUND, form)}
        response = Client(self.application).post(INBOUND, data=form, headers=headers)
        if response.status_code != 200 or response.mimetype != "text/xml":
            raise RuntimeError(f"the webhook answered {response.status_code} {response.mimetype}")
        message = ET.fromstring(response.data).find("Message")  # noqa: S314 - what it reads is our own answer
        return None if message is None else "".join(message.itertext())
