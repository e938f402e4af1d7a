"""The webhooks on a real port, and delivery to Twilio's stand-in with Twilio's own client."""

import contextlib
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import flask
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.turn import Bot
from bot.webhook import inbound_webhook
from models.catalogue import CatalogueShelf
from models.database import Database
from notifications.delivery import Delivery
from notifications.signatures import Signatures
from notifications.status_webhook import StatusWebhook
from notifications.twilio_gateway import TwilioGateway
from tests.bot.posting import INBOUND, PUBLIC_URL, signature, sms
from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.client import TwilioApi

SENDER = "+14135550100"


@dataclass(frozen=True)
class Service:
    """Lucero on a database, with Twilio's stand-in as its network."""

    database: Database
    api: TwilioApi
    origin: str
    gateway: TwilioGateway

    def delivery(self, **changes: Any) -> Delivery:
        return Delivery(self.database, self.gateway, **changes)

    def text_in(self, body: str, sender: str) -> str:
        """A family texts us through the signed webhook; returns what Twilio is answered with."""
        form = sms(body, sender)
        headers = {"X-Twilio-Signature": signature(PUBLIC_URL + INBOUND, form)}
        request = urllib.request.Request(self.origin + INBOUND, urlencode(form).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            return str(response.read().decode())


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_what: Any) -> None:
        """Nothing: a test's output is for what went wrong."""


def webhooks(database: Database) -> flask.Flask:
    app, signatures = flask.Flask("webhooks"), Signatures((AUTH_TOKEN,), PUBLIC_URL)
    app.register_blueprint(inbound_webhook(Bot(database, CatalogueShelf()), signatures))
    app.wsgi_app = StatusWebhook(app.wsgi_app, database, signatures)  # type: ignore[method-assign]
    return app


@contextlib.contextmanager
def connected(api: TwilioApi, *, timeout: float = 10, token: str = AUTH_TOKEN) -> Iterator[TwilioGateway]:
    """The gateway to the stand-in."""
    gateway = TwilioGateway(
        account_sid=ACCOUNT_SID,
        auth_token=token,
        callback=lambda message_id: f"{PUBLIC_URL}/twilio/status?message={message_id}#rc=5&rp=all",
        sms_from=SENDER,
        whatsapp_from=SENDER,
        api_url=api.url,
        timeout=timeout,
    )
    try:
        yield gateway
    finally:
        gateway.close()


@contextlib.contextmanager
def serving(database: Database, api: TwilioApi) -> Iterator[Service]:
    """Serve the webhooks in threads of this process, and have the stand-in call back there."""
    server = make_server("127.0.0.1", 0, webhooks(database), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    origin = f"http://127.0.0.1:{server.server_port}"
    try:
        with connected(api) as gateway:
            api.send_callbacks_to(origin)
            yield Service(database, api, origin, gateway)
    finally:
        api.send_callbacks_to(None)
        server.shutdown()
        thread.join()
        server.server_close()
