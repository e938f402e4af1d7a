"""Dialogues as text files, read line by line; `tests/transcripts/README.md` says how one is written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SILENCE = "(silence)"
NUMBER = r"\+\d{8,15}"
MOMENT = r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)"
UNITS = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}


class NotATranscript(Exception):
    """A line that cannot be read; says which, and what it should be."""


@dataclass(frozen=True)
class PhoneOf:
    """Whose phone it is in this dialogue."""

    nickname: str
    number: str
    channel: str


@dataclass
class Said:
    """A text and its reply. `reply` is None where the file has none yet; `answered_at` is the line it stands on."""

    line: int
    phone: PhoneOf
    text: str
    reply: str | None = None
    answered_at: int | None = None
    segments: int = 1
    """How long the reply may be: `<2` marks one that takes two segments."""


@dataclass(frozen=True)
class Passing:
    """Time goes by: so long, and on to this hour of that day where one is named."""

    line: int
    gap: dt.timedelta
    until: dt.time | None


@dataclass(frozen=True)
class Arrival:
    """A text that we send by ourselves: on which phone, when (in the zone of the `begins` line), and its words."""

    phone: PhoneOf
    at: dt.datetime
    text: str


@dataclass
class Running:
    """The clock runs until a moment, and does what is due on the way; what arrives on these phones meanwhile."""

    line: int
    until: dt.datetime
    arrivals: list[Arrival] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Where the arrivals stand."""


@dataclass(frozen=True)
class Restart:
    """The service ends and starts again on the same database."""

    line: int


@dataclass(frozen=True)
class Redelivery:
    """The text before this one arrives once more, as the network sometimes does; the same reply is expected."""

    line: int


@dataclass
class Table:
    """What the database holds about these phones: rows under the columns that are named."""

    line: int
    what: str
    columns: list[str]
    rows: list[list[str]] = field(default_factory=list)


Step = Said | Passing | Running | Restart | Redelivery | Table


@dataclass
class Transcript:
    """One file."""

    lines: list[str]
    title: str
    begins: dt.datetime
    phones: list[PhoneOf]
    steps: list[Step]

    def accepting(self, came: list[str | list[Arrival]]) -> str:
        """The file again, with the replies and arrivals that came, step by step, and nothing else changed."""
        lines = list(self.lines)
        answered = [step for step in self.steps if isinstance(step, Said | Running)]
        for step, what in reversed(list(zip(answered, came, strict=True))):
            if isinstance(step, Said):
                self._put_reply(lines, step, f"{self._mark(step)} {what}")
            else:
                for number in reversed(step.lines):
                    del lines[number - 1]
                lines[step.line : step.line] = [self._shown(each) for each in what if isinstance(each, Arrival)]
        return "\n".join(lines) + "\n"

    def _put_reply(self, lines: list[str], step: Said, line: str) -> None:
        if step.answered_at is None:
            lines.insert(step.line, line)
        else:
            lines[step.answered_at - 1] = line

    def _shown(self, arrival: Arrival) -> str:
        nickname = "" if arrival.phone is self.phones[0] else f"{arrival.phone.nickname} "
        return f"{nickname}!! {arrival.at:%Y-%m-%d %H:%M} {arrival.text}"

    def _mark(self, said: Said) -> str:
        nickname = "" if said.phone is self.phones[0] else f"{said.phone.nickname} "
        return f"{nickname}<{said.segments if said.segments > 1 else ''}"


def read(file: Path) -> Transcript:
    """Read a transcript. Raises NotATranscript."""
    return _Reading(file.read_text(encoding="utf-8").splitlines()).whole()


class _Reading:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.number = 0
        self.begins: dt.datetime | None = None
        self.phones: dict[str, PhoneOf] = {}
        self.steps: list[Step] = []

    def whole(self) -> Transcript:
        if not self.lines or not self.lines[0].startswith("# "):
            raise NotATranscript("line 1: the title, like: # Two children, one bus stop")
        for number, line in enumerate(self.lines[1:], 2):
            self.number = number
            self._read(line.rstrip())
        if self.begins is None or not self.phones:
            raise NotATranscript("it needs a line `begins 2026-11-22T18:30 America/New_York` and one `phone`")
        title = self.lines[0].removeprefix("# ")
        return Transcript(self.lines, title, self.begins, list(self.phones.values()), self.steps)

    def _read(self, line: str) -> None:
        if not line or line.startswith("#"):
            return
        ways = (
            self._begins,
            self._phone,
            self._said,
            self._replied,
            self._arrived,
            self._event,
            self._table,
            self._row,
        )
        if not any(way(line) for way in ways) and self.begins is not None:
            raise self._odd("> a text, < a reply, -- what happens, == what the database holds, or a row of it")

    def _odd(self, should_be: str) -> NotATranscript:
        return NotATranscript(f"line {self.number}: should be {should_be}; it is: {self.lines[self.number - 1]}")

    def _begins(self, line: str) -> bool:
        found = re.fullmatch(rf"begins {MOMENT} (\S+)", line)
        if found:
            try:
                zone = ZoneInfo(found[3])
            except (ZoneInfoNotFoundError, ValueError):
                raise self._odd("a zone such as America/New_York") from None
            self.begins = dt.datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=zone)
        return found is not None

    def _phone(self, line: str) -> bool:
        found = re.fullmatch(rf"phone (\w+) ({NUMBER})( whatsapp)?", line)
        if found:
            self.phones[found[1]] = PhoneOf(found[1], found[2], "whatsapp" if found[3] else "sms")
        return found is not None

    def _said(self, line: str) -> bool:
        found = re.fullmatch(r"(?:(\w+) )?>(?: (.*))?", line)
        if found:
            self.steps.append(Said(self.number, self._who(found[1]), found[2] or ""))
        return found is not None

    def _replied(self, line: str) -> bool:
        found = re.fullmatch(r"(?:(\w+) )?<([2-9])? (.*)", line)
        if not found:
            return False
        said = self.steps[-1] if self.steps else None
        if not isinstance(said, Said) or said.reply is not None or said.phone is not self._who(found[1]):
            raise self._odd("the one reply to the text above it, on the same phone")
        said.reply, said.answered_at, said.segments = found[3], self.number, int(found[2] or 1)
        return True

    def _arrived(self, line: str) -> bool:
        found = re.fullmatch(r"(?:(\w+) )?!! (\d{4}-\d\d-\d\d \d\d:\d\d) (.*)", line)
        if not found:
            return False
        running = self.steps[-1] if self.steps else None
        if not isinstance(running, Running):
            raise self._odd("after a line like: -- the clock runs until 2027-08-20 19:00")
        running.arrivals.append(Arrival(self._who(found[1]), dt.datetime.fromisoformat(found[2]), found[3]))
        running.lines.append(self.number)
        return True

    def _who(self, nickname: str | None) -> PhoneOf:
        if nickname is None and self.phones:
            return next(iter(self.phones.values()))
        if nickname not in self.phones:
            raise self._odd(f"one of the phones {', '.join(self.phones)}")
        return self.phones[nickname]

    def _event(self, line: str) -> bool:
        if not line.startswith("-- "):
            return False
        event = line.removeprefix("-- ")
        if event == "the service restarts":
            self.steps.append(Restart(self.number))
        elif event == "the same text arrives again":
            self.steps.append(Redelivery(self.number))
        elif found := re.fullmatch(r"the clock runs until (\d{4}-\d\d-\d\d \d\d:\d\d)", event):
            until = dt.datetime.fromisoformat(found[1])
            self.steps.append(Running(self.number, until.replace(tzinfo=self.begins.tzinfo if self.begins else None)))
        else:
            self.steps.append(self._passing(event))
        return True

    def _passing(self, event: str) -> Passing:
        at = r"(?: at (\d\d:\d\d))?"
        if found := re.fullmatch(rf"the next day{at}", event):
            gap, hour = dt.timedelta(days=1), found[1]
        elif found := re.fullmatch(rf"(\d+) ({'|'.join(UNITS)})s? later{at}", event):
            gap, hour = int(found[1]) * UNITS[found[2]], found[3]
        else:
            raise self._odd("-- 10 hours later, -- the next day at 06:15, -- the service restarts, …")
        return Passing(self.number, gap, dt.time.fromisoformat(hour) if hour else None)

    def _table(self, line: str) -> bool:
        found = re.fullmatch(r"== (\w+(?: [\w-]+)?): (.+)", line)
        if found:
            columns = [column.strip() for column in found[2].split("|")]
            self.steps.append(Table(self.number, found[1], columns))
        return found is not None

    def _row(self, line: str) -> bool:
        table = self.steps[-1] if self.steps else None
        if not isinstance(table, Table) or not line.startswith("   "):
            return False
        row = [cell.strip() for cell in line.split("|")]
        if len(row) != len(table.columns):
            raise self._odd(f"a row of {len(table.columns)} cells with | between them")
        table.rows.append(row)
        return True
