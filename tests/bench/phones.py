"""Texts from many phones over a few kept-open connections, as fast as they are answered.

Run as a process of its own, one for each slice: everything is signed before the clock starts, so that little of the
machine goes to asking. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import selectors
import socket
import time
from dataclasses import dataclass, field

from tests.bench import machine
from tests.bench.conversations import Phones
from tests.bench.wire import request

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_SAID = re.compile(rb"<Message[^>]*>[^<]")
FAMILIES_APART = 20_000
"""Phone numbers set aside for each connection of a slice."""


class Odd(Exception):
    """The answer was not what Twilio would take for a reply."""


@dataclass
class Connection:
    """One connection and what it has still to send."""

    wire: socket.socket
    requests: list[bytes]
    asked_at: float = 0.0
    heard: bytes = b""
    finished: list[tuple[float, float]] = field(default_factory=list)
    """When each answer came, and how long it took, in seconds."""

    def ask(self) -> None:
        """Send the next text."""
        self.heard = b""
        self.asked_at = time.perf_counter()
        self.wire.sendall(self.requests.pop())

    def is_answered(self) -> bool:
        """Take what has come in; True once the answer is whole. Raises Odd where it is not a reply."""
        self.heard += self.wire.recv(65536)
        head, end, body = self.heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or length is None or len(body) < int(length[1]):
            if not self.heard:
                raise Odd("the connection was closed")
            return False
        if not head.startswith(b"HTTP/1.1 200") or not _SAID.search(body):
            raise Odd(self.heard.decode("utf-8", "replace"))
        now = time.perf_counter()
        self.finished.append((now, now - self.asked_at))
        return True


def drive(connections: list[Connection], until: float) -> None:
    """Keep one text on its way on each connection until then; all that was sent is answered at the end."""
    with selectors.DefaultSelector() as ready:
        for connection in connections:
            ready.register(connection.wire, selectors.EVENT_READ, connection)
            connection.ask()
        while ready.get_map():
            for key, _events in ready.select():
                connection = key.data
                if connection.is_answered():
                    if time.perf_counter() < until and connection.requests:
                        connection.ask()
                    else:
                        ready.unregister(connection.wire)


def signed(first_family: int, count: int) -> list[bytes]:
    """So many requests of one connection, the first of them last."""
    texts = Phones(first_family).texts()
    return [request(*next(texts)) for _ in range(count)][::-1]


def evenly_connected(port: int, count: int, workers: list[int]) -> list[socket.socket]:
    """Connections of which each worker holds as many: which one accepts is chance, and would decide the result."""
    held: dict[int, list[socket.socket]] = {worker: [] for worker in workers}
    while any(len(wires) < count // len(workers) for wires in held.values()):
        asking = http.client.HTTPConnection("127.0.0.1", port)
        asking.request("GET", "/not-there")
        asking.getresponse().read()
        wire = asking.sock
        holder = next(worker for worker in workers if machine.holds(worker, wire))
        if len(held[holder]) < count // len(workers):
            held[holder].append(wire)
        else:
            wire.close()
    return [wire for wires in held.values() for wire in wires]


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("port", "connections", "first-family", "requests"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--workers", type=int, nargs="+", required=True, help="process ids")
    for name in ("warm-up", "seconds"):
        parser.add_argument(f"--{name}", type=float, required=True)
    chosen = parser.parse_args()
    firsts = [chosen.first_family + number * FAMILIES_APART for number in range(chosen.connections)]
    written = [signed(first, chosen.requests) for first in firsts]
    print("ready", flush=True)
    input()
    wires = evenly_connected(chosen.port, chosen.connections, chosen.workers)
    connections = [Connection(wire, each) for wire, each in zip(wires, written, strict=True)]
    begun, used = time.perf_counter(), time.process_time()
    drive(connections, begun + chosen.warm_up + chosen.seconds)
    used = time.process_time() - used
    answers = [answer for connection in connections for answer in connection.finished]
    print(json.dumps({"sent": len(answers), "cpu": used, "answers": [(at - begun, took) for at, took in answers]}))


if __name__ == "__main__":
    main()
