"""The HTTP under Twilio's client: kept connections, and a clear line between not sent and perhaps sent."""

from __future__ import annotations

import base64
import http.client
import io
import select
import socket
import ssl
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

import certifi

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

IDLE_SECONDS = 4.0
"""A connection that has rested longer is not used again: servers close them, and may do it as we write."""


class NotSent(Exception):
    """There was no connection: nothing of the request has left this machine. Its text is one word for why."""


class NoAnswer(Exception):
    """The request has left, at least in part, and no whole answer came back. Its text is one word for why."""


class Refused(Exception):
    """Twilio answered with something else than success (200 to 299)."""

    def __init__(self, status_code: int, text: str) -> None:
        super().__init__(status_code)
        self.status_code = status_code
        self.text = text


class Answer(NamedTuple):
    """What came back, under the names that Twilio's client reads."""

    status_code: int
    text: str
    headers: Mapping[str, str] = MappingProxyType({})
    """Left out: nothing of ours reads them."""


class Resting(NamedTuple):
    """A connection that waits for its next request, and since when (monotonic seconds)."""

    connection: socket.socket
    since: float


class TwilioHttp:
    """What Twilio's client takes as its `http_client`; any number of threads may share one.

    A request goes out once: whether to ask again is for those to decide who know what it was. It follows no
    redirect and logs nothing. All of it, from the first byte written to the last byte read, takes `timeout`
    seconds at most; connecting may take as long again. Every failure is one of the three above: what Twilio's
    client would make of a refusal does not always tell its HTTP status.
    """

    def __init__(self, timeout: float, api_url: str | None = None, idle: float = IDLE_SECONDS) -> None:
        self._timeout = timeout
        self._idle = idle
        self._origin = urlsplit(api_url) if api_url else None
        self._resting: dict[SplitResult, deque[Resting]] = {}
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Answer:
        """Ask once. Raises NotSent, NoAnswer and Refused, nothing else."""
        asked = urlsplit(url)
        origin = self._origin or SplitResult(asked.scheme, asked.netloc, "", "", "")
        query = "&".join(filter(None, (asked.query, form(params))))
        body = form(data).encode()
        lines = [
            f"{method} {asked.path}{query and '?'}{query} HTTP/1.1",
            f"Host: {origin.netloc}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
            *([f"Authorization: {basic(*auth)}"] if auth else []),
        ]
        answer = self._exchange(origin, "\r\n".join([*lines, "\r\n"]).encode() + body)
        if not 200 <= answer.status_code < 300:
            raise Refused(answer.status_code, answer.text)
        return answer

    def close(self) -> None:
        """Close the connections that rest. After a fork it closes only this process's ends of them."""
        for resting in list(self._resting.values()):
            while resting:
                resting.pop().connection.close()

    def _exchange(self, origin: SplitResult, request: bytes) -> Answer:
        connection = self._rested(origin) or self._connected(origin)
        try:
            answer, may_stay = converse(connection, request, time.monotonic() + self._timeout)
        except BaseException:
            connection.close()
            raise
        if may_stay:
            self._lay_down(origin, connection)
        else:
            connection.close()
        return answer

    def _rested(self, origin: SplitResult) -> socket.socket | None:
        """The connection used last, if it still stands. One with something to read was closed, or is out of step."""
        while resting := self._taken_up(origin):
            connection, since = resting
            if time.monotonic() - since < self._idle and not has_something_to_read(connection):
                return connection
            connection.close()
        return None

    def _taken_up(self, origin: SplitResult) -> Resting | None:
        with self._lock:
            return self._resting[origin].pop() if self._resting.get(origin) else None

    def _lay_down(self, origin: SplitResult, connection: socket.socket) -> None:
        """Keep a connection for the next request, and close those that none came for."""
        now, too_long = time.monotonic(), []
        with self._lock:
            resting = self._resting.setdefault(origin, deque())
            resting.append(Resting(connection, now))
            while resting[0].since < now - self._idle:
                too_long.append(resting.popleft())
        for each in too_long:
            each.connection.close()

    def _connected(self, origin: SplitResult) -> socket.socket:
        try:
            return self._connect(origin)
        except OSError as error:
            raise NotSent(why_no_connection(error)) from None
        except (http.client.HTTPException, ValueError):  # an odd answer of the proxy, a name that cannot be one
            raise NotSent("no_connection") from None

    def _connect(self, origin: SplitResult) -> socket.socket:
        host = origin.hostname or ""
        if origin.scheme == "http":
            opening = http.client.HTTPConnection(host, origin.port, timeout=self._timeout)
        else:
            opening = self._secured(host, origin.port or 443)
        try:
            opening.connect()
        except BaseException:
            opening.close()
            raise
        return opening.sock

    def _secured(self, host: str, port: int) -> http.client.HTTPSConnection:
        """A connection to be, through the proxy that the environment names for it, if any."""
        self._tls = self._tls or trusting()
        proxy = proxy_for(host)
        if proxy is None:
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._tls)
        opening = http.client.HTTPSConnection(
            proxy.hostname or "", proxy.port or 80, timeout=self._timeout, context=self._tls
        )
        pass_key = basic(unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None
        opening.set_tunnel(host, port, {"Proxy-Authorization": pass_key} if pass_key else {})
        return opening


class ReadUntil(io.RawIOBase):
    """Reads from a connection until a moment (monotonic seconds), however slowly the bytes drip."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what http.client reads an answer from: the one thing that it asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell that it can be read from, as its base class asks."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read what is there. Raises TimeoutError."""
        set_time_left(self._connection, self._until)
        return self._connection.recv_into(buffer)


def converse(connection: socket.socket, request: bytes, until: float) -> tuple[Answer, bool]:
    """Write a request and read its answer; also tells whether the connection may be used again. Raises NoAnswer."""
    try:
        set_time_left(connection, until)
        connection.sendall(request)
        response = http.client.HTTPResponse(cast("Any", ReadUntil(connection, until)))
        response.begin()
        return Answer(response.status, response.read().decode("utf-8", "replace")), not response.will_close
    except TimeoutError:
        raise NoAnswer("timeout") from None
    except (OSError, http.client.IncompleteRead):
        raise NoAnswer("reset") from None
    except (http.client.HTTPException, ValueError):
        raise NoAnswer("unreadable") from None


def set_time_left(connection: socket.socket, until: float) -> None:
    """Let the next call on a connection take until then. Raises TimeoutError where that has passed."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def has_something_to_read(connection: socket.socket) -> bool:
    """Tell whether a connection that should be silent has bytes, or its end, waiting."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def why_no_connection(error: OSError) -> str:
    """One word for it."""
    if isinstance(error, socket.gaierror):
        return "dns"
    if isinstance(error, TimeoutError):
        return "connect_timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "tls" if isinstance(error, ssl.SSLError) else "no_connection"


def trusting() -> ssl.SSLContext:
    """Certificates are checked as usual, against the machine's authorities and Mozilla's: images may have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def proxy_for(host: str) -> SplitResult | None:
    """What HTTPS_PROXY and NO_PROXY say of a host."""
    address = None if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get("https")
    return urlsplit(address if "//" in address else f"//{address}") if address else None


def form(fields: Mapping[str, object] | None) -> str:
    """Fields as they stand in a form's body or a query."""
    return urlencode(fields or {}, doseq=True, errors="replace")


def basic(user: str, password: str) -> str:
    """Return the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
