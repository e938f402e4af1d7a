"""`make run` as a new user has it: one command, and pages and phones answer."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.house import wait_for

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a service that `flask serve` started on an empty database."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "DATABASE_URL": f"sqlite:///{tmp_path / 'lucero.db'}"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:  # it prints where to go just before it listens
            if "/simulator" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def listens(address: str) -> bool:
    try:
        return get(address)[0] > 0
    except urllib.error.URLError:
        return False


def test_one_command_serves_pages_and_phones(served: str) -> None:
    wait_for("the service to listen", lambda: listens(f"{served}/healthz"))
    assert get(f"{served}/readyz")[0] == 200
    assert get(f"{served}/")[0] == 200
    assert "413" in get(f"{served}/simulator")[1]
    assert get(f"{served}/staff/rosters")[0] == 404
