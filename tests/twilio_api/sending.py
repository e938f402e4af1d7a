"""Messages sent to the stand-in: by Twilio's own client, and many at once by a plain one."""

import base64
import http.client
import threading
from contextlib import closing
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.client import TwilioApi

SENDER = "+14135550100"
FAMILY = "+14135550142"


class ToTheStandIn(TwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    """Sends to the stand-in what is meant for any of Twilio's hosts."""

    def __init__(self, url: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.url = url

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        parts = urlsplit(url)
        return super().request(method, url.replace(f"{parts.scheme}://{parts.netloc}", self.url), *arguments, **named)


def client(api: TwilioApi, token: str = AUTH_TOKEN, timeout: float = 10) -> Client:
    return Client(ACCOUNT_SID, token, http_client=ToTheStandIn(api.url, timeout))


def send(twilio: Client, to: str = FAMILY, body: str = "Hola", **more: Any) -> Any:
    return twilio.messages.create(to=to, **({"from_": SENDER, "body": body} | more))


def post_in_threads(api: TwilioApi, count: int, callback: str = "") -> None:
    threads = [threading.Thread(target=post_many, args=(api, range(first, count, 30), callback)) for first in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def post_many(api: TwilioApi, which: range, callback: str) -> None:
    """Post as the plainest client does: Twilio's own takes longer for a message than the stand-in."""
    authorization = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {authorization}", "Content-Type": "application/x-www-form-urlencoded"}
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    with closing(http.client.HTTPConnection(urlsplit(api.url).netloc, timeout=30)) as connection:
        for number in which:
            form = {"To": f"+1413556{number:04}", "From": SENDER, "Body": f"Hola {number}", "StatusCallback": callback}
            connection.request("POST", path, urlencode(form), headers)
            connection.getresponse().read()
