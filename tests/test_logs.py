"""What a process says on standard error: enough to find what broke, nothing that a family would mind."""

import ast
import datetime as dt
import json
import logging
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import redis
import structlog
from rq import Queue, SimpleWorker

import logs
from logs import PHONE_NUMBER, configure_logs
from tests.test_architecture import MAY_IMPORT, ROOT

NUMBER = "+14135550142"
NAME = "Xochitl"
SECRET = f"mi hija {NAME} quiere nadar, mi cel es {NUMBER}"


class Sneaky:
    """Says of itself what nobody should read."""

    def __repr__(self) -> str:
        return SECRET

    __str__ = __repr__


def breaks() -> None:
    raise ValueError(SECRET)


def job_that_breaks(_words: str) -> None:
    """A job for RQ, which tells of broken ones in words of its own."""
    breaks()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """What is set up for the whole process is taken back."""
    names = [*logs.OURS, *logs.FOREIGN]
    levels = {name: logging.getLogger(name).level for name in names}
    root = logging.getLogger()
    handlers, before = list(root.handlers), structlog.get_config()
    yield
    root.handlers[:] = handlers
    structlog.configure(**before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


class Told:
    """The lines on standard error since the last look."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def lines(self) -> list[dict[str, object]]:
        told = self._capsys.readouterr().err
        for private in (NAME, NUMBER, NUMBER[2:], "nadar"):
            assert private not in told
        return [json.loads(line) for line in told.splitlines()]

    def line(self) -> dict[str, object]:
        [line] = self.lines()
        return line


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    configure_logs()
    return Told(capsys)


def test_an_event_of_ours_is_one_line_with_ids(told: Told) -> None:
    structlog.get_logger("notifications.delivery").info(
        "not accepted", message=7, error="21610", at=dt.date(2027, 6, 1)
    )
    line = told.line()
    assert list(line)[:4] == ["time", "level", "event", "logger"]
    moment = dt.datetime.fromisoformat(str(line.pop("time")))
    assert moment.utcoffset() == dt.timedelta()
    assert line == {
        "level": "info", "event": "not accepted", "logger": "notifications.delivery",
        "message": 7, "error": "21610", "at": "2027-06-01",
    }  # fmt: skip


def test_a_logger_has_the_name_of_its_module(told: Told) -> None:
    structlog.get_logger().error("something")
    assert told.line()["logger"] == __name__


def test_ours_are_told_from_info_on_and_others_from_warning_on(told: Told) -> None:
    for name in ("web.commands", "rq.worker", "apscheduler.scheduler", "urllib3.connectionpool", "werkzeug", "else"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(level, "%d", level)
    heard = [(line["logger"], line["level"]) for line in told.lines()]
    assert heard[:2] == [("web.commands", "info"), ("web.commands", "warning")]
    assert {level for _, level in heard[2:]} == {"warning"}
    assert len(heard) == 7


def test_doing_it_again_doubles_nothing(told: Told) -> None:
    configure_logs()
    configure_logs()
    logging.getLogger("rq").warning("once")
    assert told.line()["event"] == "once"


def test_libraries_that_bring_their_own_handlers_lose_them(told: Told) -> None:
    theirs = logging.getLogger("gunicorn.error")
    theirs.addHandler(logging.StreamHandler(sys.stderr))
    theirs.propagate = False
    configure_logs()
    theirs.info("Booting worker with pid: %d", 7)
    theirs.error("Worker (pid:%d) was sent SIGKILL!", 7)
    assert told.line()["event"] == "Worker (pid:7) was sent SIGKILL!"


def test_an_exception_is_told_by_kind_and_place_down_to_its_cause(told: Told) -> None:
    try:
        try:
            breaks()
        except ValueError as error:
            raise RuntimeError(f"because {error}") from error
    except RuntimeError:
        structlog.get_logger("web.x").exception("broke", phone=3)
    line = told.line()
    assert (line["event"], line["level"], line["phone"]) == ("broke", "error", 3)
    stack = str(line["exception"])
    assert stack.startswith("builtins.RuntimeError\n")
    assert "because of builtins.ValueError" in stack
    assert "in breaks" in stack


def test_no_handler_at_all_is_given_the_exception(told: Told, caplog: pytest.LogCaptureFixture) -> None:
    try:
        breaks()
    except ValueError as error:
        structlog.get_logger("bot.x").exception("broke")
        structlog.get_logger("bot.x").error("broke again", exc_info=error)
    assert len(told.lines()) == 2
    assert NAME not in caplog.text + "".join(str(record.__dict__) for record in caplog.records)


def test_a_route_that_breaks(told: Told) -> None:
    app = flask.Flask("lucero")

    @app.get("/texts/<words>")
    def texts(words: str) -> str:
        breaks()
        return words

    assert app.test_client().get(f"/texts/{SECRET}").status_code == 500
    line = told.line()
    assert (line["logger"], line["level"], line["event"]) == ("lucero", "error", "exception")
    assert "builtins.ValueError" in str(line["exception"])


def test_a_job_that_breaks(told: Told, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        queue = Queue("delivery", connection=client)
        queue.enqueue(job_that_breaks, SECRET)
        SimpleWorker([queue], connection=client).work(burst=True, logging_level="WARNING", with_scheduler=False)
    [line] = [line for line in told.lines() if line["level"] == "error"]
    assert line["logger"] == "rq.worker"
    assert "builtins.ValueError" in str(line["exception"])
    assert "in job_that_breaks" in str(line["exception"])


def test_of_what_a_library_says_only_numbers_are_told(told: Told) -> None:
    logging.getLogger("urllib3").warning("Retrying (%r) after %d: %s", Sneaky(), 3, f"/Messages.json?To={NUMBER}")
    logging.getLogger("some.library").error("%(who)s broke %(often)d times", {"who": SECRET, "often": 2})
    assert [line["event"] for line in told.lines()] == ["Retrying (<Sneaky>) after 3: <str>", "<str> broke 2 times"]


def test_what_an_object_says_of_itself_is_not_told(told: Told) -> None:
    things = {"a": Sneaky(), "b": [Sneaky(), 1], "c": ValueError(SECRET), "d": {"words": SECRET}, "e": None, "f": 0.5}
    structlog.get_logger("bot.x").warning("odd", **things)
    line = told.line()
    values = ("<Sneaky>", ["<Sneaky>", 1], "<ValueError>", "<dict>", None, 0.5)
    assert tuple(line[name] for name in "abcdef") == values


@pytest.mark.parametrize(
    "spelt",
    [
        "+14135550142", "whatsapp:+14135550142", "+50212345678", "To=%2B14135550142", "%2b521234567890", "14135550142",
        "4135550142", "413-555-0142", "(413) 555-0142", "+1 413 555 0142", "413.555.0142", "call 4135550142.",
    ],
)  # fmt: skip
def test_numbers_are_masked_wherever_they_stand(told: Told, spelt: str) -> None:
    structlog.get_logger("web.x").warning(f"a {spelt} b", who=spelt, many=[spelt], **{spelt: 1})
    line = json.dumps(told.line())
    assert line.count("[number]") == 4
    assert "5550142" not in line


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-11-22T07:41:02.123456Z", "2026-11-22 07:41:02+00:00", "SM" + "0123456789" * 3 + "ab", "message 1234567",
        "1795333262.123456", "30003", "took 0.4135550142 s", "127.0.0.1:8000", "line 413, in f", "1795333262",
    ],
)  # fmt: skip
def test_what_is_no_phone_number_stays(harmless: str) -> None:
    assert PHONE_NUMBER.sub("[number]", harmless) == harmless


def test_an_event_that_cannot_be_told_is_told_without_what_it_held(told: Told) -> None:
    [ours] = [each for each in logging.getLogger().handlers if isinstance(each, logs._StandardError)]
    ours.handle(logging.makeLogRecord({"name": "web.x", "msg": "%d texts", "args": (SECRET,)}))
    assert told.line() == {"level": "error", "event": "an event could not be told", "logger": "web.x"}


def test_a_terminal_gets_lines_for_the_eye(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure_logs()
    try:
        breaks()
    except ValueError:
        structlog.get_logger("web.x").exception("broke", phone=3, number=NUMBER)
    shown = capsys.readouterr().err
    assert "broke" in shown
    assert "phone" in shown
    assert "in breaks" in shown
    assert NAME not in shown
    assert NUMBER not in shown
    assert not shown.startswith("{")


ENDS = """
    import sys, threading
    from logs import configure_logs
    configure_logs()
    def breaks():
        raise ValueError(sys.argv[1])
    thread = threading.Thread(target=breaks, name="delivery")
    thread.start()
    thread.join()
    breaks()
"""


def test_what_nobody_caught_is_told_the_same_way() -> None:
    command = [sys.executable, "-c", textwrap.dedent(ENDS), SECRET]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert NUMBER not in ended.stderr
    assert NAME not in ended.stderr
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("thread ended", "critical"),
        ("process ended", "critical"),
    ]
    assert lines[0]["thread"] == "delivery"
    assert all("builtins.ValueError" in line["exception"] for line in lines)


def test_hooks_of_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: Any = list[object]().append
    monkeypatch.setattr(sys, "excepthook", theirs)
    monkeypatch.setattr(threading, "excepthook", theirs)
    configure_logs()
    assert (sys.excepthook, threading.excepthook) == (theirs, theirs)


def test_ours_are_all_that_is_ours() -> None:
    assert set(logs.OURS) == MAY_IMPORT.keys() - {"settings", "logs"}


def test_nobody_tells_an_exception_in_words() -> None:
    """An event that is put together from an exception, as f"{error}" or str(error), would tell its message."""
    wrong = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for part in logs.OURS
        for file in [*ROOT.glob(f"{part}.py"), *(ROOT / part).rglob("*.py")]
        for call in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _is_log(call.func) and any(map(_tells_words, [*call.args, *_values(call)]))
    ]
    assert wrong == []


def _is_log(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id in ("log", "logger")
    )


def _values(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords]


def _tells_words(value: ast.expr) -> bool:
    spelt_out = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("str", "repr")
    return isinstance(value, ast.JoinedStr) or spelt_out
