"""Status callbacks, signed and posted as Twilio posts them."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlencode, urlsplit

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

from tests.twilio_api.drafts import WHATSAPP
from tests.twilio_api.record import Processed

AT_ONCE = 32
"""Connections at most to the service under test."""
TIMES = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=5, sock_read=15)
HERE = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Retries:
    """How often, and after which failures (4xx 5xx ct rt), a callback is posted again: by the address's fragment."""

    count: int
    after: frozenset[str]

    @classmethod
    def of(cls, address: str) -> "Retries":
        """From `#rc=5&rp=all`; without it once, and only where no connection came about."""
        told = parse_qs(urldefrag(address).fragment)
        policy = frozenset(told.get("rp", ["ct"])[0].split(","))
        after = frozenset({"4xx", "5xx", "ct", "rt"}) if "all" in policy else policy
        return cls(min(int(told.get("rc", ["1"])[0]), 5), after)


def form(account_sid: str, message: Processed, status: str, error_code: int | None) -> dict[str, str]:
    """The parameters of a callback."""
    told = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.from_,
        "To": message.to,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    if message.service:
        told["MessagingServiceSid"] = message.service
    if error_code is not None:
        told["ErrorCode"] = str(error_code)
    return told | (_of_whatsapp(message, status) if message.is_whatsapp else _of_the_carrier(status))


def _of_the_carrier(status: str) -> dict[str, str]:
    if status not in {"delivered", "undelivered"}:
        return {}
    return {"RawDlrDoneDate": dt.datetime.now(dt.UTC).strftime("%y%m%d%H%M")}


def _of_whatsapp(message: Processed, status: str) -> dict[str, str]:
    told = {
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": "XE" + "0" * 32,
        "ChannelToAddress": message.to.removeprefix(WHATSAPP),
        "EventType": status.upper(),
    }
    if status in {"undelivered", "failed"}:
        told["ChannelStatusMessage"] = "The message could not be delivered."
    return told


class Callbacks:
    """Posts callbacks. `origin` is where they go in place of the origin in their address, which is signed."""

    def __init__(self, token: str) -> None:
        self._validator = RequestValidator(token)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=TIMES, cookie_jar=aiohttp.DummyCookieJar()
        )
        self.origin: str | None = None

    async def close(self) -> None:
        await self._session.close()

    async def post(self, address: str, parameters: Mapping[str, str]) -> list[str]:
        """Post a callback, again where the address says so; returns how each attempt went (see Record.callbacks)."""
        signed = urldefrag(address).url
        target, retries, went = self._target(signed), Retries.of(address), list[str]()
        if target is None:
            return ["outside"]
        headers = self._headers(signed, parameters)
        for _ in range(retries.count + 1):
            went.append(await self._once(target, headers, urlencode(parameters).encode()))
            if (f"{went[-1][0]}xx" if went[-1].isdigit() else went[-1]) not in retries.after:
                break
        return went

    def _headers(self, signed: str, parameters: Mapping[str, str]) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "Host": urlsplit(signed).netloc,
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(signed, parameters),
        }

    async def _once(self, target: URL, headers: Mapping[str, str], body: bytes) -> str:
        try:
            async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
                return str(response.status)
        except aiohttp.ClientConnectorError:
            return "ct"
        except (aiohttp.ClientError, TimeoutError):
            return "rt"

    def _target(self, address: str) -> URL | None:
        """Where to connect; None for an address outside this machine: a test never calls there."""
        parts = urlsplit(address)
        if self.origin:
            rest = address.removeprefix(f"{parts.scheme}://{parts.netloc}")
            return URL(self.origin + rest, encoded=True)
        return URL(address, encoded=True) if parts.hostname in HERE else None
