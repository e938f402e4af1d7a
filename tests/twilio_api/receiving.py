"""A service that the stand-in's callbacks go to, and that only remembers them."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Receiver:
    """The service that callbacks go to."""

    came: queue.Queue[tuple[str, str, dict[str, str]]] = field(default_factory=queue.Queue)
    """Path and query, signature, form."""
    status: int = 204
    origin: str = ""

    def told(self) -> list[dict[str, str]]:
        """The forms that have come since this was last asked."""
        return [self.came.get_nowait()[2] for _ in range(self.came.qsize())]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            receiver.came.put((self.path, self.headers["X-Twilio-Signature"], form))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.origin = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()
