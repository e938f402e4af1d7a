"""Where the time of a turn goes: `python -m tests.bench.costs`. One process, one thread, no HTTP server.

Samples the call stack every few milliseconds of CPU, so that counting costs nothing itself; the innermost frame that
belongs to a part decides. Printed in microseconds of CPU a text.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import settings
from tests.bench import stations, wire
from tests.bench.conversations import Phones
from tests.bench.floor import create_app as create_floor
from wsgi import create_app

if TYPE_CHECKING:
    from flask import Flask

EVERY = 0.001
"""Seconds of CPU between samples, where the kernel can; it may take a few times as long."""
PARTS = {
    "/werkzeug/formparser.py": "form",
    "/notifications/signatures.py": "signature",
    "/twilio/twiml/": "TwiML",
    "/bot/webhook.py": "TwiML and the form's fields",
    "/bot/heard/": "hear",
    "/locales/sms.py": "SMS spelling and segments",
    "/locales/": "wording",
    "/json/": "JSON",
    "/models/arrivals.py": "statements of every turn",
    "/models/database.py": "begin, commit, lock",
    "/models/catalogue.py": "catalogue",
    "/models/phone_number.py": "phone numbers",
    "/models/seats.py": "statements of conversations",
    "/sqlalchemy/orm/session.py": "statements of conversations",
    "/bot/conversations/": "conversations",
    "/bot/": "turn",
    "/logging/": "logging",
    "/flask/": "Flask",
    "/werkzeug/": "Flask",
}
"""Part of a file's path -> what it is for; the first that fits."""
PATHS = list(PARTS)


def part_of(file: str) -> str | None:
    """What a file is for; None where its caller tells."""
    return next((PARTS[path] for path in PATHS if path in file), None)


class Samples:
    """How often each part was found at work."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._known: dict[str, str | None] = {}

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Note which part works now: a signal handler."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._known:
                self._known[file] = part_of(file)
            part = self._known[file]
            if part is not None:
                self.counts[part] += 1
                return
            frame = frame.f_back
        self.counts["else"] += 1


def environs(texts: Iterator[tuple[str, str]], count: int) -> list[dict[str, Any]]:
    """So many texts as a WSGI server hands them on."""
    return [_environ(*text) for text in itertools.islice(texts, count)]


def _environ(sender: str, body: str) -> dict[str, Any]:
    head, _end, content = wire.request(sender, body).partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in lines}
    return {
        **headers,
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE"),
        "CONTENT_LENGTH": headers.pop("HTTP_CONTENT_LENGTH"),
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": wire.PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def cpu_of(application: Flask, requests: list[dict[str, Any]]) -> float:
    """Seconds of CPU for answering them all. Raises RuntimeError where one is not answered with 200."""
    statuses: Counter[str] = Counter()

    def start(status: str, *_more: object) -> Any:
        statuses.update([status])

    before = time.thread_time()
    for request in requests:
        b"".join(application.wsgi_app(request, start))
    used = time.thread_time() - before
    if set(statuses) != {"200 OK"}:
        raise RuntimeError(f"answered {statuses}")
    return used


def compare(lucero: Flask, floor: Flask, rounds: int, samples: Samples) -> tuple[float, float]:
    """CPU a text of both, in microseconds, measured alternately."""
    texts, batch, turns, least = Phones(0).texts(), 250, 0.0, 0.0
    cpu_of(lucero, environs(texts, 2 * batch))
    signal.signal(signal.SIGPROF, samples.take)
    for _round in range(rounds):
        ahead = environs(texts, batch)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        turns += cpu_of(lucero, ahead)
        signal.setitimer(signal.ITIMER_PROF, 0)
        least += cpu_of(floor, environs(texts, batch))
    return turns / rounds / batch * 1e6, least / rounds / batch * 1e6


def lucero_on(url: str) -> Flask:
    """The application on a database with the example data."""
    environment = {"PUBLIC_URL": wire.PUBLIC_URL, **stations.twilio_settings(url)}
    return create_app(settings.load(environment))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="times 250 texts (20)")
    parser.add_argument("--databases", nargs="+", choices=("SQLite", "PostgreSQL"), default=["SQLite", "PostgreSQL"])
    chosen = parser.parse_args()
    os.environ |= {"PUBLIC_URL": wire.PUBLIC_URL, "TWILIO_AUTH_TOKEN": wire.TOKEN}
    with (
        tempfile.TemporaryDirectory(prefix="lucero-bench-") as folder,
        stations.databases(Path(folder), chosen.databases) as urls,
    ):
        for name, url in urls.items():
            stations.prepare(url)
            samples = Samples()
            turn, floor = compare(lucero_on(url), create_floor(), chosen.rounds, samples)
            _print_parts(name, turn, floor, samples)


def _print_parts(name: str, turn: float, floor: float, samples: Samples) -> None:
    print(f"\n{name}: a turn {turn:.0f} us of CPU, the floor {floor:.0f} us: {turn / floor:.2f}")
    for part, count in samples.counts.most_common():
        print(f"  {turn * count / samples.counts.total():6.0f} us  {part}")


if __name__ == "__main__":
    main()
