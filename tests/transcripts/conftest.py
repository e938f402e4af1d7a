"""Each transcript is a test, once on either kind of database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.bot.example import Service, example_database
from tests.bot.playing import Playing
from tests.bot.transcripts import read


class DiffersFromTranscript(Exception):
    """What came is not what is written."""


class TranscriptFile(pytest.File):
    """A text file under tests/transcripts."""

    def collect(self) -> Iterable[pytest.Item]:
        kinds = ["sqlite"] if self.config.getoption("accept") else ["sqlite", "postgresql"]
        for kind in kinds:
            yield TranscriptItem.from_parent(self, name=kind, kind=kind)


class TranscriptItem(pytest.Item):
    """A transcript on one kind of database. With --accept its replies are rewritten instead of compared."""

    def __init__(self, *, kind: str, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # pytest's own arguments
        self.kind = kind

    def runtest(self) -> None:
        transcript = read(self.path)
        database = example_database(self.config, self.kind, transcript.begins.date())
        with database as url, contextlib.closing(Service(url, transcript.begins)) as service:
            playing = Playing(transcript, service)
            playing.whole()
        if self.config.getoption("accept"):
            self.path.write_text(transcript.accepting(playing.came), encoding="utf-8")
        elif playing.differences:
            raise DiffersFromTranscript("\n".join(playing.differences))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest's
        if isinstance(excinfo.value, DiffersFromTranscript):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.stem} on {self.kind}"


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> TranscriptFile | None:
    return TranscriptFile.from_parent(parent, path=file_path) if file_path.suffix == ".txt" else None
