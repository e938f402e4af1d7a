"""A web server that answers as a test tells it to, byte by byte: also not at all, in drips, or by a reset."""

import contextlib
import json
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[socket.socket, "Request"], bool]
"""Answers one request; tells whether the connection stays open."""


@dataclass(frozen=True)
class Request:
    """As it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: str

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return pairs(urlsplit(self.target).query)

    @property
    def form(self) -> dict[str, str]:
        return pairs(self.body)


def pairs(text: str) -> dict[str, str]:
    """The fields of a form, none of which comes twice."""
    found = parse_qs(text, keep_blank_values=True, strict_parsing=bool(text))
    assert all(len(values) == 1 for values in found.values()), found
    return {name: values[0] for name, values in found.items()}


@dataclass
class ScriptedServer:
    """What to answer to the next requests, in turn, and what has come."""

    url: str
    otherwise: Answer
    """For requests that the script does not reach to."""
    script: deque[Answer] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    hung_up: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Counts the connections that the server has closed."""

    def will(self, *answers: Answer) -> None:
        """Answer so from now on."""
        self.script.extend(answers)

    def serve(self, listener: socket.socket) -> None:
        """Serve until the listener is shut."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection, connection.makefile("rb") as stream:
            while request := read_request(stream):
                self.requests.append(request)
                answer = self.script.popleft() if self.script else self.otherwise
                if not answer(connection, request):
                    break
        self.hung_up.release()


def read_request(stream: Any) -> Request | None:
    """The next request on a connection; None at its end. Raises ValueError on what is none."""
    line = stream.readline().decode("latin-1")
    if not line:
        return None
    method, target, _ = line.split()
    headers: dict[str, str] = {}
    while line := stream.readline().decode().rstrip("\r\n"):
        name, _, value = line.partition(": ")
        assert name not in headers, name
        headers[name] = value
    return Request(method, target, headers, stream.read(int(headers.get("Content-Length", 0))).decode())


@contextlib.contextmanager
def scripted_server(otherwise: Answer) -> Iterator[ScriptedServer]:
    """Run one on a port of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        server = ScriptedServer(f"http://127.0.0.1:{listener.getsockname()[1]}", otherwise)
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def says(status: int, body: object = "", *, close: bool = False) -> Answer:
    """Answer with a status and a body, which is JSON unless it is text. With `close`, hang up without saying so."""
    text = (body if isinstance(body, str) else json.dumps(body)).encode()
    return sends(b"HTTP/1.1 %d WORD\r\nContent-Length: %d\r\n\r\n" % (status, len(text)) + text, close=close)


def sends(answer: bytes, *, close: bool = True) -> Answer:
    """Send these bytes."""

    def send(connection: socket.socket, _: Request) -> bool:
        connection.sendall(answer)
        return not close

    return send


def hangs_up(_: socket.socket, __: Request) -> bool:
    """Close without a word."""
    return False


def resets(connection: socket.socket, _: Request) -> bool:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def is_silent(connection: socket.socket, _: Request) -> bool:
    """Say nothing until the other side gives up."""
    connection.recv(1)
    return False


def drips(connection: socket.socket, _: Request) -> bool:
    """Send a header that never ends, a byte at a time, until the other side gives up."""
    connection.sendall(b"HTTP/1.1 201 CREATED\r\nX: ")
    while not select.select([connection], [], [], 0.02)[0]:
        connection.sendall(b"x")
    return False
