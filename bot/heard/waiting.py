"""The question that waits for an answer, and what an answer can be."""

from dataclasses import dataclass
from typing import Any

Answer = bool | int | str | list[Any] | dict[str, Any] | None
"""The value for a waiting question; None where the text does not answer it."""

KINDS = frozenset(
    "yes_no number age ages grade name date time choice child relation diet availability work_day".split()
)
"""What a waiting question can ask for."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: as it was shown, and other words that mean it."""

    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that was asked: its kind (one of KINDS) and, for a choice, its options."""

    kind: str
    options: tuple[Option, ...] = ()
