"""How a test starts the stand-in, tells it what to do and asks what happened."""

import contextlib
import dataclasses
import json
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.drafts import Content
from tests.twilio_api.faults import Faults
from tests.twilio_api.record import Processed

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Counts:
    """What happened since the start or the last reset. See Record for what each says."""

    attempts: int
    processed: int
    lookups: int
    answers: Counter[str]
    callbacks: Counter[str]
    under_way: int


@dataclass(frozen=True)
class Summary(Counts):
    """The counts, how often each text was taken, and the pace. Counted by the moments at which requests came."""

    per_message: Counter[tuple[str, str]]
    """By To and Body: how often it was processed. More than 1 is a family that got it twice."""
    attempts_per_number: Counter[str]
    segments: int
    segments_within_a_second: int
    """The most within any second, wherever it begins."""
    segments_by_second: list[int]
    """In each whole second from the first."""
    attempts_within_a_second: int


class NotSettled(Exception):
    """The messages or callbacks that a test waits for did not come; the message has the counts."""


@dataclass(frozen=True)
class TwilioApi:
    """The running stand-in."""

    url: str
    """The origin of its addresses, for TWILIO_API_URL."""

    def misbehave(self, faults: Faults) -> None:
        """Misbehave in this way from now on, and in no other. `Faults()`: not at all."""
        self._ask("PUT", "settings", {"faults": dataclasses.asdict(faults)})

    def send_callbacks_to(self, origin: str | None) -> None:
        """Connect there for callbacks. Their signature is that of their own address all the same."""
        self._ask("PUT", "settings", {"callback_origin": origin})

    def know_contents(self, contents: Sequence[Content]) -> None:
        """Know these contents, as the Content API lists them, and no others."""
        self._ask("PUT", "settings", {"contents": list(contents)})

    def processed(self) -> list[Processed]:
        """Every message that was taken, oldest first."""
        return [Processed(**message) for message in self._ask("GET", "processed")]

    def counts(self) -> Counts:
        return Counts(**_counted(self._ask("GET", "counts")))

    def summary(self) -> Summary:
        told = _counted(self._ask("GET", "summary"))
        per_message = Counter({(to, body): count for to, body, count in told.pop("per_message")})
        attempts_per_number = Counter(told.pop("attempts_per_number"))
        return Summary(per_message=per_message, attempts_per_number=attempts_per_number, **told)

    def settled(self, processed: int = 0, seconds: float = 10) -> Counts:
        """Wait until so many messages are taken and no status or callback is under way.

        Raises: NotSettled, after so many seconds.
        """
        counts = Counts(**_counted(self._ask("GET", f"settled?processed={processed}&seconds={seconds}")))
        if counts.processed < processed or counts.under_way:
            raise NotSettled(str(counts))
        return counts

    def reset(self) -> None:
        """Forget what happened and all contents; misbehave no more. Where callbacks go stays."""
        self._ask("POST", "reset")

    def _ask(self, method: str, what: str, told: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/_/{what}", None if told is None else json.dumps(told).encode(), method=method
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


@contextlib.contextmanager
def running(
    account_sid: str = ACCOUNT_SID,
    token: str = AUTH_TOKEN,
    *,
    callback_origin: str | None = None,
) -> Iterator[TwilioApi]:
    """Run the stand-in in a process of its own. Callbacks are signed for their own address, sent to callback_origin."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        process = subprocess.Popen(
            _command(listener.fileno(), account_sid, token, callback_origin),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
        port = listener.getsockname()[1]
    try:
        yield TwilioApi(f"http://127.0.0.1:{port}")
    finally:
        process.communicate(timeout=30)


def _command(listener: int, account_sid: str, token: str, callback_origin: str | None) -> list[str]:
    command = [sys.executable, "-m", "tests.twilio_api", "--listener", str(listener)]
    command += ["--account-sid", account_sid, "--auth-token", token]
    return command + (["--callback-origin", callback_origin] if callback_origin else [])


def _counted(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"answers": Counter(told["answers"]), "callbacks": Counter(told["callbacks"])}
