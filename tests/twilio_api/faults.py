"""How the stand-in is to misbehave; the same numbers and the same seed give the same faults."""

import enum
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Trouble(enum.StrEnum):
    """What an attempt to send a message meets instead of an answer; it was processed first where it says AFTER."""

    TOO_MANY = "too_many"
    """429, code 20429: never processed."""
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    """500, code 20500."""
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    """No answer for `hold` seconds, then the connection is closed."""
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    """The connection is reset."""
    GARBAGE = "garbage"
    """Processed, and answered with 201 and a page of HTML."""

    @property
    def is_processed(self) -> bool:
        """Whether the message is on its way all the same."""
        return self in {Trouble.ERROR_AFTER, Trouble.TIMEOUT_AFTER, Trouble.RESET_AFTER, Trouble.GARBAGE}


class CallbackTrouble(enum.StrEnum):
    """What happens to the status callbacks of a message; several may happen to one."""

    DUPLICATED = "duplicated"
    """Each is posted twice, at the same time."""
    REORDERED = "reordered"
    """The last status is told first."""
    CONTRADICTED = "contradicted"
    """After the true statuses come ones that cannot follow: undelivered after delivered (or the other way), queued."""
    DROPPED = "dropped"
    """Drawn for each callback: it is not posted."""
    EARLY = "early"
    """All are posted, and answered, before the answer to the request that created the message."""
    LATE = "late"
    """The message is delivered, its callbacks come `late_by` seconds after that."""
    UNKNOWN_SID = "unknown_sid"
    """One more comes, for a message that nobody sent and at the address without its query."""


Number = str
"""As it stands in To: an SMS number, or one with whatsapp: in front."""


@dataclass(frozen=True)
class Faults:
    """How to misbehave. As it is made without arguments: not at all. Times are in seconds, shares from 0 to 1."""

    seed: int = 0
    latency: float = 0.0
    """Before every answer."""
    hold: float = 30.0
    """How long a timeout keeps the connection open."""
    shares: Mapping[Trouble, float] = field(default_factory=dict)
    """The share of attempts that meets each trouble; an attempt meets one at most."""
    numbers: Mapping[Number, Trouble] = field(default_factory=dict)
    """What every attempt to these numbers meets."""
    attempts: Mapping[Number, Sequence[Trouble | None]] = field(default_factory=dict)
    """What the first attempts to these numbers meet, one after the other; those that follow go through."""
    asked: Trouble | None = None
    """What every request to list or fetch messages or contents meets."""
    refused: Mapping[Number, int] = field(default_factory=dict)
    """The error that an attempt to these numbers is answered with."""
    undelivered: Mapping[Number, int] = field(default_factory=dict)
    """The error with which messages to these numbers, taken and sent, end."""
    failed: Mapping[Number, int] = field(default_factory=dict)
    """The error with which messages to these numbers end without having been sent."""
    sent_after: float | None = 0.0
    """From the creation of a message to its next status; None: it stays queued and no callback comes."""
    delivered_after: float = 0.0
    """Between one status and the next."""
    reads: bool = False
    """Whether WhatsApp messages are read once delivered."""
    callbacks: Mapping[CallbackTrouble, float] = field(default_factory=dict)
    """The share of messages whose callbacks meet each trouble, drawn one by one."""
    late_by: float = 1.0

    def trouble(self, to: Number, body: str, *, to_number: int, of_message: int) -> Trouble | None:
        """What the attempt meets that is the n-th `to_number`, and the n-th with this body (both from 0)."""
        if to in self.numbers:
            return Trouble(self.numbers[to])
        if to in self.attempts:
            found = self.attempts[to][to_number : to_number + 1]
            return Trouble(found[0]) if found and found[0] else None
        point = self._dice(to, body, of_message).random() if self.shares else 1.0
        for trouble, share in self.shares.items():
            if point < share:
                return Trouble(trouble)
            point -= share
        return None

    def callback_troubles(self, to: Number, body: str) -> set[CallbackTrouble]:
        """What happens to the callbacks of a message; DROPPED is drawn by `is_dropped`."""
        if not self.callbacks:
            return set()
        dice = self._dice(to, body, "callbacks")
        drawn = {CallbackTrouble(trouble) for trouble, share in self.callbacks.items() if dice.random() < share}
        return drawn - {CallbackTrouble.DROPPED}

    def is_dropped(self, to: Number, body: str, status: str) -> bool:
        """Whether the callback that tells this status is not posted."""
        share = self.callbacks.get(CallbackTrouble.DROPPED, 0.0)
        return share > 0 and self._dice(to, body, status).random() < share

    def _dice(self, *what: Any) -> random.Random:
        """By what is asked rather than in turn: threads may then come in any order."""
        return random.Random("\0".join(map(str, (self.seed, *what))))
