"""Lucero with its example data, served; and a real Chromium to look at it with."""

import contextlib
import datetime as dt
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import flask
import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

import demo
import settings
import wsgi

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TODAY = dt.date(2026, 11, 22)


class QuietHandler(WSGIRequestHandler):
    """Prints no line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextlib.contextmanager
def application(
    url: str, folder: Path, environ: Mapping[str, str] = MappingProxyType({}), *, example: bool = False
) -> Iterator[flask.Flask]:
    """The whole application on a migrated database, as `environ` sets it; with the example data if wanted."""
    app = wsgi.create_app(settings.load({"DATABASE_URL": url, **environ}, instance=folder))
    database = app.extensions["lucero"].database
    if example:
        with database.begin() as session:
            demo.load(session, TODAY)
    yield app
    database.close()


@contextlib.contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    """The address of the application, answering on this machine until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser. Without one the test is skipped and says so; where CI=true it fails."""
    with sync_playwright() as playwright:
        path = _installed() or playwright.chromium.executable_path
        if not Path(path).exists():
            _do_without()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _do_without() -> None:
    reason = "NOT TESTED IN A BROWSER: no Chromium here; apt install chromium, or playwright install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
