"""What every process says on standard error: one line an event, with ids, never with a name, a number or a text.

A line has `time` (UTC), `level`, `event`, `logger`, and what the event adds. It is JSON, or made for the eye where
standard error is a terminal. Messages of exceptions are left out wherever they come from, and so is all but numbers
of what libraries put into theirs: either may repeat what a family wrote.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

OURS = ("bot", "demo", "locales", "models", "notifications", "web", "wsgi")
"""Loggers whose events are told from INFO on, in full: we write them."""
FOREIGN = (
    "alembic",
    "apscheduler",
    "gunicorn.error",
    "redis",
    "rq",
    "rq.job",
    "rq.worker",
    "sqlalchemy",
    "twilio",
    "urllib3",
    "waitress",
    "werkzeug",
)
"""Loggers of libraries that talk much, or that bring handlers of their own; told from WARNING on like all others."""
FIRST = ("time", "level", "event", "logger")
PHONE_NUMBER = re.compile(
    r"(?:\+|%2B)[1-9]\d{6,14}"  # E.164, also as it stands in an address
    # The same as families dial it:
    r"|(?<![\w.+-])(?:(?:\+|%2B)?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{0,2}[2-9]\d{2}[ .-]?\d{4}(?!\w|\.\d)",
    re.IGNORECASE | re.ASCII,
)


def configure_logs() -> None:
    """Send the events of this process, ours and those of libraries, to standard error. Doing it again does no harm."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_TOLD,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        # Its `exception` calls `error`: the standard library's would hang the exception itself on the record.
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    for name in FOREIGN:
        _take_over(logging.getLogger(name))
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _StandardError)]:
        root.removeHandler(handler)
    root.addHandler(_StandardError(readable=sys.stderr.isatty()))
    _tell_how_it_ends()


def without_words(failure: BaseException | None) -> str:
    """Tell what failed, and where, down to its cause; never with its message, which may hold a text or a number."""
    told = []
    while failure is not None:
        kind = f"{type(failure).__module__}.{type(failure).__qualname__}"
        told.append(f"{kind}\n{''.join(traceback.format_tb(failure.__traceback__))}")
        failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    return "because of ".join(told)


class _StandardError(logging.Handler):
    """Writes to what standard error is at the moment."""

    def __init__(self, *, readable: bool) -> None:
        super().__init__()
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[_fill_in, *_TOLD],
                processors=[_in_order, _for_the_eye() if readable else structlog.processors.JSONRenderer(), _masked],
                use_get_message=False,
                pass_foreign_args=True,
            )
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - an event that cannot be told must not stop what it tells about
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Say that a line is missing. (The standard library would print its arguments.)"""
        missing = {"level": "error", "event": "an event could not be told", "logger": record.name}
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(json.dumps(missing) + "\n")


def _for_the_eye() -> Processor:
    return structlog.dev.ConsoleRenderer(timestamp_key="time", exception_formatter=structlog.dev.plain_traceback)


def _take_over(logger: logging.Logger) -> None:
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
    logger.setLevel(logging.WARNING)


def _fill_in(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Complete a message of the standard library: ours as it is meant, a library's with its numbers only.

    A library may tell of an exception in words alone; what is being handled then is told instead. Words that it has
    put together itself (Flask's hold the address) are left out beside an exception, which says more.
    """
    given, record = event.pop("positional_args"), event["_record"]
    ours = record.name.partition(".")[0] in OURS
    if not ours and record.levelno >= logging.ERROR and "exc_info" not in event and sys.exc_info()[1] is not None:
        event["exc_info"] = True
    if given:
        event["event"] %= given if ours else _numbers_in(given)
    elif not ours and "exc_info" in event:
        event["event"] = "exception"
    return event


def _numbers_in(given: tuple[Any, ...] | Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
    """What fills in a message, with the kind of each value in the place of all that is no number."""
    if isinstance(given, Mapping):
        return {name: _number_or_kind(value) for name, value in given.items()}
    return tuple(map(_number_or_kind, given))


def _number_or_kind(value: object) -> object:
    return value if isinstance(value, int | float) else _Kind(f"<{type(value).__name__}>")


class _Kind(str):
    """The kind of a value, which looks the same however a message shows it."""

    __slots__ = ()
    __repr__ = str.__str__


def _plain(value: object) -> object:
    """A value that can be told, or else its kind: what an object says of itself may hold anything."""
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if value is None or isinstance(value, str) else _number_or_kind(value)


def _plain_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: value if name.startswith("_") else _plain(value) for name, value in event.items()}


def _in_order(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    rest = {name: value for name, value in event.items() if name not in FIRST and not name.startswith("_")}
    return {name: event[name] for name in FIRST} | rest


def _masked(_logger: WrappedLogger, _method: str, line: Any) -> str:
    """The line without anything that looks like a phone number: none should be there."""
    return PHONE_NUMBER.sub("[number]", line)


def _stack(exc_info: ExcInfo) -> str:
    return without_words(exc_info[1])


_TOLD: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.ExceptionRenderer(_stack),
    _plain_values,
)
"""What becomes of every event before it is handed to any handler."""


def _tell_how_it_ends() -> None:
    """Have what nobody caught told the same way; whoever has put a hook of their own keeps it."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _process_ended
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _thread_ended


def _process_ended(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, failure, trace)
    else:
        structlog.get_logger("lucero").critical("process ended", exc_info=failure)


def _thread_ended(end: threading.ExceptHookArgs) -> None:
    if not issubclass(end.exc_type, SystemExit):
        name = end.thread.name if end.thread else None
        structlog.get_logger("lucero").critical("thread ended", thread=name, exc_info=end.exc_value)
