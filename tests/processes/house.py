"""Lucero as it is run for real: the processes of the Procfile on real servers, with a phone network that misbehaves."""

from __future__ import annotations

import contextlib
import itertools
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import redis
from rq import Worker
from rq.worker import BaseWorker

from models.database import Database, open_database
from tests.bot.posting import environment
from tests.concurrency.processes import Service
from tests.servers import ROOT
from tests.twilio_api import client
from tests.twilio_api.client import TwilioApi

PATIENCE = 60.0
"""Seconds after which what a test waits for does not come any more."""
Process = subprocess.Popen[bytes]


class DidNotCome(AssertionError):
    """What a test waits for did not happen in time."""


def wait_for(what: str, holds: Callable[[], bool], seconds: float = PATIENCE, every: float = 0.02) -> None:
    """Look until it holds. Raises DidNotCome."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise DidNotCome(what)
        time.sleep(every)


def procfile() -> dict[str, list[str]]:
    """Each kind of process and its command."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {kind: shlex.split(command) for kind, command in (line.split(":", 1) for line in lines if line)}


def at_work(worker: BaseWorker) -> bool:
    """Whether a worker has begun to look for work; before that a signal just ends it."""
    return worker.get_state() in ("idle", "busy")


@dataclass
class House:
    """The processes of one Lucero, each with the same environment and a log of its own."""

    folder: Path
    environ: Mapping[str, str]
    running: list[Process] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def start(self, kind: str, **more: str) -> Process:
        """Start a process of the Procfile; `more` adds to its environment."""
        return self.run(procfile()[kind], kind, more)

    def run(
        self, command: list[str], name: str, more: Mapping[str, str] | None = None, keep: int | None = None
    ) -> Process:
        """Start a command in a session of its own, so that it can be killed with all its children."""
        with (self.folder / f"{name}-{next(self._count)}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._complete(more or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[] if keep is None else [keep],
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def workers(self, count: int) -> list[Process]:
        """Start workers, and return when they wait for work."""
        started = [self.start("worker") for _ in range(count)]
        pids = {process.pid for process in started}
        with redis.Redis.from_url(self.environ["REDIS_URL"]) as queues:
            wait_for("the workers", lambda: pids <= {each.pid for each in Worker.all(queues) if at_work(each)})
        return started

    def web(self) -> int:
        """Start the web process of the Procfile; returns its port, which may be asked at once."""
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            port: int = listener.getsockname()[1]
            bind = f"--preload --log-level warning --bind fd://{listener.fileno()}"
            more = {"GUNICORN_CMD_ARGS": bind, "WEB_CONCURRENCY": "2"}
            self.run(procfile()["web"], "web", more, keep=listener.fileno())
        return port

    def flask(self, *arguments: str, seconds: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Do one command and wait for its end."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self._complete({}), check=False, capture_output=True, text=True, timeout=seconds
        )

    def kill(self, process: Process) -> None:
        """End a process and its children in the middle of whatever they do."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        self.running.remove(process)

    def stop(self, process: Process, seconds: float = PATIENCE) -> int:
        """Ask a process to end; returns its exit status. Raises TimeoutExpired."""
        process.terminate()
        status = process.wait(seconds)
        self.running.remove(process)
        return status

    def close(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def logs(self) -> str:
        """All that any process has said so far."""
        return "".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log")))

    def _complete(self, more: Mapping[str, str]) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, **self.environ, **more}


@dataclass(frozen=True)
class Town:
    """A Lucero with families who text it, and the network that carries what it sends."""

    house: House
    database: Database
    api: TwilioApi
    service: Service


@contextlib.contextmanager
def house(folder: Path, **environ: str) -> Iterator[House]:
    """A Lucero of which nothing runs yet; all that it starts is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    built = House(folder, environ)
    try:
        yield built
    finally:
        built.close()


@contextlib.contextmanager
def town(folder: Path, database_url: str, redis_url: str | None, *, rate: float) -> Iterator[Town]:
    """The web process and Twilio's stand-in, each knowing the other; workers and clocks are yet to be started."""
    with contextlib.ExitStack() as at_the_end:
        api = at_the_end.enter_context(client.running())
        environ = environment(database_url) | {"TWILIO_API_URL": api.url, "MESSAGES_PER_SECOND": str(rate)}
        if redis_url is not None:
            environ["REDIS_URL"] = redis_url
        built = at_the_end.enter_context(house(folder, **environ))
        database = open_database(database_url)
        at_the_end.callback(database.close)
        port = built.web()
        api.send_callbacks_to(f"http://127.0.0.1:{port}")
        yield Town(built, database, api, Service([port], database))
