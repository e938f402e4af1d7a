"""Reads the example's files. Whatever is wrong is said as file, row or table, key, and reason."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import enum
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

HERE = Path(__file__).parent
LANGUAGES = ("en", "es", "pt", "ht")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Word = TypeVar("Word", bound=enum.StrEnum)
Value = TypeVar("Value")


class DemoError(ValueError):
    """A file of the example cannot be used: one sentence that says where and why."""


class Entry:
    """One row of a CSV file or one table of a TOML file. What is empty counts as missing."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = {key: value for key, value in values.items() if value not in ("", None)}
        self.where = where
        self._known: set[str] = set()

    def wrong(self, key: str, reason: str) -> DemoError:
        """The error to raise about `key`."""
        return DemoError(f"{self.where}, {key}: {reason}.")

    def has(self, key: str) -> bool:
        """Whether there is something under `key`."""
        self._known.add(key)
        return key in self._values

    def _get(self, key: str, kind: type[Value], called: str) -> Value:
        if not self.has(key):
            raise self.wrong(key, f"missing; it should be {called}")
        value = self._values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"{value!r} is not {called}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Text; `default` where it is missing."""
        if default is not None and not self.has(key):
            return default
        return self._get(key, str, "text").strip()

    def text_or_none(self, key: str) -> str | None:
        """Text, or None where it is missing."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> list[str]:
        """A list of texts: a TOML list, or in a CSV cell separated by semicolons."""
        if not self.has(key):
            return []
        value = self._values[key]
        if isinstance(value, str):
            return [part.strip() for part in value.split(";") if part.strip()]
        listed = self._get(key, list, "a list")
        if not all(isinstance(part, str) and part for part in listed):
            raise self.wrong(key, "every part of the list should be text")
        return listed

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number; in a CSV cell, its digits."""
        if default is not None and not self.has(key):
            return default
        value = self._values.get(key)
        if isinstance(value, str):
            return self._read(key, int, value, "a whole number")
        return self._get(key, int, "a whole number")

    def number_or_none(self, key: str) -> int | None:
        """A whole number, or None where it is missing."""
        return self.number(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """Yes or no (true or false in TOML); no where it is missing."""
        if not self.has(key):
            return False
        value = self._values[key]
        if value not in (True, False, "yes", "no"):
            raise self.wrong(key, f"{value!r} is neither yes nor no")
        return value in (True, "yes")

    def word(self, key: str, kind: type[Word], default: Word | None = None) -> Word:
        """One of the words of `kind`."""
        if default is not None and not self.has(key):
            return default
        text = self.text(key)
        if text not in [word.value for word in kind]:
            raise self.wrong(key, f"{text!r} is not one of {', '.join(kind)}")
        return kind(text)

    def date(self, key: str) -> dt.date:
        """A date, such as 2027-07-06."""
        return self._get(key, dt.date, "a date such as 2027-07-06")

    def dates(self, key: str) -> list[dt.date]:
        """A list of dates; none where it is missing."""
        if not self.has(key):
            return []
        listed = self._get(key, list, "a list of dates")
        if not all(type(part) is dt.date for part in listed):
            raise self.wrong(key, "every part of the list should be a date such as 2027-07-06")
        return listed

    def moment(self, key: str) -> dt.datetime:
        """A wall time on a day, such as 2027-08-21T10:00:00, without a zone."""
        return self._get(key, dt.datetime, "a day and time such as 2027-08-21T10:00:00")

    def clock(self, key: str) -> dt.time:
        """A time of day, such as 06:30."""
        return self._clock(key, self.text(key))

    def clock_or_none(self, key: str) -> dt.time | None:
        """A time of day, or None where it is missing."""
        return self.clock(key) if self.has(key) else None

    def clocks(self, key: str) -> list[dt.time]:
        """Several times of day."""
        return [self._clock(key, text) for text in self.texts(key)]

    def weekdays(self, key: str) -> list[int]:
        """Days of the week as numbers, Monday being 0."""
        for day in self.texts(key):
            if day not in WEEKDAYS:
                raise self.wrong(key, f"{day!r} is not one of {', '.join(WEEKDAYS)}")
        return [WEEKDAYS.index(day) for day in self.texts(key)]

    def span(self, key: str, default: tuple[int, int] | None) -> tuple[int, int] | None:
        """From and to, such as [3, 4]; `default` where it is missing."""
        if not self.has(key):
            return default
        match self._values[key]:
            case [int(lowest), int(highest)] if lowest <= highest:
                return lowest, highest
        raise self.wrong(key, "should be two numbers, the lower first, such as [3, 4]")

    def words(self, key: str) -> dict[str, str]:
        """The same said in each language: a TOML table, or the CSV columns `key_en`, `key_es`, ..."""
        if self.has(key):
            return self._get(key, Entry, "a table of languages").said()
        return {language: self.text(f"{key}_{language}") for language in LANGUAGES}

    def said(self) -> dict[str, str]:
        """This table itself as words: every language, and no other key."""
        words = {language: self.text(language) for language in LANGUAGES}
        self.done()
        return words

    def table(self, key: str) -> dict[str, Entry]:
        """A table of tables, by key; empty where it is missing."""
        if not self.has(key):
            return {}
        entry = self._get(key, Entry, "a table")
        return {name: entry._get(name, Entry, "a table") for name in entry._values}  # noqa: SLF001  the same class

    def plain(self, key: str) -> dict[str, Any]:
        """A table of single values, as they stand; empty where it is missing."""
        if not self.has(key):
            return {}
        entry = self._get(key, Entry, "a table")
        return {name: entry._get(name, object, "a value") for name in entry._values}  # noqa: SLF001  the same class

    def entry_or_none(self, key: str) -> Entry | None:
        """A table, or None where it is missing."""
        return self._get(key, Entry, "a table") if self.has(key) else None

    def entries(self, key: str) -> list[Entry]:
        """A list of tables; empty where it is missing."""
        if not self.has(key):
            return []
        listed = self._get(key, list, "a list of tables")
        if not all(isinstance(entry, Entry) for entry in listed):
            raise self.wrong(key, "should be a list of tables")
        return listed

    def done(self) -> None:
        """Refuse what nobody has asked for: most often a key that is misspelled."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                raise self.wrong(key, f"is not known; did you mean {near[0]}" if near else "is not known")

    def _clock(self, key: str, text: str) -> dt.time:
        return self._read(key, dt.time.fromisoformat, text, "a time such as 06:30")

    def _read(self, key: str, read: Callable[[str], Value], text: str, called: str) -> Value:
        self._known.add(key)
        try:
            return read(text)
        except ValueError:
            raise self.wrong(key, f"{text!r} is not {called}") from None


def rows(path: Path) -> Iterator[Entry]:
    """The rows of a CSV file (UTF-8, with or without a byte order mark), each knowing its line."""
    reader = csv.DictReader(io.StringIO(_content(path), newline=""))
    for row in reader:
        where = f"{path.name}, line {reader.line_num}"
        if None in row:
            raise DemoError(f"{where}: more cells than the first line has names.")
        yield Entry(row, where)


def document(path: Path) -> Entry:
    """A TOML file, its tables as entries."""
    try:
        read = tomllib.loads(_content(path))
    except tomllib.TOMLDecodeError as error:
        raise DemoError(f"{path.name}: it cannot be read as TOML: {error}.") from error
    return Entry({key: _nested(value, f"{path.name}, {key}") for key, value in read.items()}, path.name)


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DemoError(f"{path.name}: it cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DemoError(f"{path.name}: it is not in UTF-8; save it as CSV UTF-8.") from error


def _nested(value: object, where: str) -> object:
    if isinstance(value, dict):
        return Entry({key: _nested(inner, f"{where}.{key}") for key, inner in value.items()}, where)
    if isinstance(value, list):
        return [_nested(inner, f"{where}[{number}]") for number, inner in enumerate(value, 1)]
    return value
