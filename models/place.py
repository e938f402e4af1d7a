"""Where a conversation stands: what was answered, and which question waits. Kept on the phone as JSON.

Only keys are kept, never rendered text: a deploy, a language switch or a coordinator's edit between two texts
finds the same place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Place:
    """One open conversation."""

    conversation: str
    about: dict[str, Any] = field(default_factory=dict)
    """What it was started with: ids, codes."""
    opening: str = ""
    """The text that opened it: it may hold answers to questions that come later."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Answers by key, oldest first."""
    overheard: list[str] = field(default_factory=list)
    """Keys whose answer was taken from a text that answered something else."""
    asked_again: list[str] = field(default_factory=list)
    """Beginnings of the keys that the family wants to answer anew: these are asked, not overheard."""
    waiting: str | None = None
    """The key of the question that was asked."""
    offered: list[str] = field(default_factory=list)
    """The keys of its options in the order shown, so that "2" means what the family saw."""
    kind: str = ""
    """The kind of answer it waits for (bot/heard/waiting.py)."""
    misses: int = 0
    """Texts in a row that did not answer it."""
    asked_at: str = ""
    from_us: bool = False
    """Put here by a reminder or an offer that we sent, not by what the family wrote."""

    def take(self, key: str, value: Any) -> None:
        """Keep an answer as the newest one."""
        self.answers.pop(key, None)
        self.answers[key] = value
        self.waiting, self.offered, self.kind, self.misses, self.from_us = None, [], "", 0, False

    def overhear(self, key: str, value: Any) -> None:
        """Keep an answer that came along with another one."""
        self.answers[key] = value
        self.overheard.append(key)

    def forget(self, *prefixes: str) -> None:
        """Drop the answers whose key starts with one of the prefixes; they will be asked, not overheard."""
        self.answers = {key: value for key, value in self.answers.items() if not key.startswith(prefixes)}
        self.asked_again += prefixes

    def may_overhear(self, key: str) -> bool:
        """Tell whether an answer may be taken from a text that answered something else."""
        return self.waiting != key and not key.startswith(tuple(self.asked_again))

    def step_back(self) -> bool:
        """Drop the newest answer that was asked for, and what was overheard after it. False: there was none."""
        asked = [key for key in self.answers if key not in self.overheard]
        if not asked:
            return False
        keys = list(self.answers)
        for key in keys[keys.index(asked[-1]) :]:
            del self.answers[key]
        self.asked_again.append(asked[-1])
        self.waiting, self.misses = None, 0
        return True

    def since_asked(self, now: dt.datetime) -> dt.timedelta:
        """How long the question has been waiting."""
        return now - dt.datetime.fromisoformat(self.asked_at) if self.asked_at else dt.timedelta()

    def as_json(self) -> dict[str, Any]:
        """The place as the phone keeps it: to be stored at once, as it shares what is in the place."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Place:
        """The place as it was kept; keys of another release are ignored."""
        return cls(**{key: value for key, value in kept.items() if key in cls.__dataclass_fields__})
