"""Several web processes on one database, started as the Procfile starts them, and phones that text them."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from models.database import Database, open_database
from tests.bot.posting import INBOUND, PUBLIC_URL, environment, signature, sms
from tests.servers import ROOT

SERVERS = 2
WORKERS_EACH = 2
PATIENCE = 60
"""Seconds."""


@dataclass(frozen=True)
class Texting:
    """One text on its way: who, what, under which id, through which of the servers."""

    sender: str
    body: str
    sid: str | None = None
    server: int = 0


@dataclass(frozen=True)
class Service:
    """Lucero in several processes."""

    ports: Sequence[int]
    database: Database

    def send(self, text: Texting) -> str | None:
        """Post a signed text; the reply, None for silence."""
        form = sms(text.body, text.sender, **({"MessageSid": text.sid} if text.sid else {}))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature(PUBLIC_URL + INBOUND, form),
        }
        port = self.ports[text.server % len(self.ports)]
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("POST", INBOUND, urlencode(form), headers)
            response = connection.getresponse()
            answer = response.read()
        assert response.status == 200, answer
        message = ET.fromstring(answer).find("Message")  # noqa: S314 - made by us
        return None if message is None else "".join(message.itertext())

    def at_once(self, texts: Sequence[Texting]) -> list[str | None]:
        """Send all of them at the same moment; the replies in their order."""
        start = threading.Barrier(len(texts))

        def send(text: Texting) -> str | None:
            start.wait(PATIENCE)
            return self.send(text)

        with ThreadPoolExecutor(len(texts)) as threads:
            return list(threads.map(send, texts))


@contextlib.contextmanager
def running(url: str) -> Iterator[Service]:
    """Start the servers; they may be asked at once, and answer as soon as they are up."""
    with contextlib.ExitStack() as at_the_end:
        ports = [at_the_end.enter_context(gunicorn(url)) for _ in range(SERVERS)]
        database = open_database(url)
        at_the_end.callback(database.close)
        yield Service(ports, database)


@contextlib.contextmanager
def gunicorn(url: str) -> Iterator[int]:
    """One server; yields its port. Where it does not start, who asks it is refused at once."""
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", str(WORKERS_EACH), "--log-level", "warning"]
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        port: int = listener.getsockname()[1]
        server = subprocess.Popen(
            [*command, "--bind", f"fd://{listener.fileno()}", "wsgi:create_app()"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment(url)},
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    try:
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # nothing of it is needed any more: no time for a graceful end
        server.wait(PATIENCE)
