"""Texts or callbacks over a few kept-open connections, as fast as they are answered.

Run as a process of its own, one for each slice: everything is signed before the clock starts, so that little of the
machine goes to asking. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import re
import selectors
import socket
import time
from dataclasses import dataclass, field

from tests.bench import machine
from tests.bench.traffic import KINDS, Traffic

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ALONE = re.compile(rb"HTTP/1.1 204 ")
"""An answer without a body, and without a length."""


class Odd(Exception):
    """The answer was not what Twilio should get."""


@dataclass
class Connection:
    """One connection and what it has still to send."""

    wire: socket.socket
    requests: list[bytes]
    traffic: Traffic
    asked_at: float = 0.0
    heard: bytes = b""
    finished: list[tuple[float, float]] = field(default_factory=list)
    """When each answer came, and how long it took, in seconds."""

    def ask(self) -> None:
        """Send the next request."""
        self.heard = b""
        self.asked_at = time.perf_counter()
        self.wire.sendall(self.requests.pop())

    def is_answered(self) -> bool:
        """Take what has come in; True once the answer is whole. Raises Odd where it is not the right one."""
        self.heard += self.wire.recv(65536)
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if not end or not _is_whole(head, body):
            if not self.heard:
                raise Odd("the connection was closed")
            return False
        if not self.traffic.right.match(self.heard):
            raise Odd(self.heard.decode("utf-8", "replace"))
        now = time.perf_counter()
        self.finished.append((now, now - self.asked_at))
        return True

    def goes_on(self, until: float) -> bool:
        """Whether there is more to ask: until then, and until what belongs together is told."""
        is_apart = len(self.finished) % self.traffic.together == 0
        return bool(self.requests) and (not is_apart or time.perf_counter() < until)


def _is_whole(head: bytes, body: bytes) -> bool:
    length = _LENGTH.search(head)
    return bool(_ALONE.match(head)) if length is None else len(body) >= int(length[1])


def drive(connections: list[Connection], until: float) -> None:
    """Keep one request on its way on each connection until then; all that was sent is answered at the end."""
    with selectors.DefaultSelector() as ready:
        for connection in connections:
            ready.register(connection.wire, selectors.EVENT_READ, connection)
            connection.ask()
        while ready.get_map():
            for key, _events in ready.select():
                connection = key.data
                if connection.is_answered():
                    if connection.goes_on(until):
                        connection.ask()
                    else:
                        ready.unregister(connection.wire)


def signed(traffic: Traffic, first: int, count: int) -> list[bytes]:
    """So many requests of one connection, the first of them last."""
    return list(itertools.islice(traffic.posts(first), count))[::-1]


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
    parser.add_argument("--traffic", choices=KINDS, required=True)
    for name in ("port", "connections", "first", "requests"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--workers", type=int, nargs="+", required=True, help="process ids")
    for name in ("warm-up", "seconds"):
        parser.add_argument(f"--{name}", type=float, required=True)
    chosen = parser.parse_args()
    traffic = KINDS[chosen.traffic]
    firsts = [chosen.first + number * (chosen.requests // traffic.together) for number in range(chosen.connections)]
    written = [signed(traffic, first, chosen.requests) for first in firsts]
    print("ready", flush=True)
    input()
    wires = evenly_connected(chosen.port, chosen.connections, chosen.workers)
    connections = [Connection(wire, each, traffic) for wire, each in zip(wires, written, strict=True)]
    begun, used = time.perf_counter(), time.process_time()
    drive(connections, begun + chosen.warm_up + chosen.seconds)
    used = time.process_time() - used
    answers = [answer for connection in connections for answer in connection.finished]
    print(json.dumps({"sent": len(answers), "cpu": used, "answers": [(at - begun, took) for at, took in answers]}))


if __name__ == "__main__":
    main()
