"""What tests of whole processes ask for: a town with its families, its network and its servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.house import Town, town

RATE = 100.0


@pytest.fixture
def place(tmp_path: Path, postgresql_url: str, redis_url: str) -> Iterator[Town]:
    """Lucero with its web process on a fresh PostgreSQL and an empty Redis."""
    with town(tmp_path / "logs", postgresql_url, redis_url, rate=RATE) as built:
        yield built
