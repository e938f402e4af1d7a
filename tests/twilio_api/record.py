"""What the stand-in was asked and what it took: attempts, processed messages, callbacks."""

import asyncio
import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from locales import sms
from tests.twilio_api import pace
from tests.twilio_api.drafts import WHATSAPP, Draft

RANKS = {"accepted": 0, "queued": 0, "sent": 1, "undelivered": 2, "failed": 2, "delivered": 2, "read": 3}
SENDER_OF_A_SERVICE = "+15005550006"


@dataclass
class Processed:
    """A message that was taken; a family would get it."""

    sid: str
    to: str
    from_: str
    """With a service: the sender that the service chose."""
    service: str | None
    body: str
    content_sid: str | None
    content_variables: dict[str, str]
    segments: int
    """1 for WhatsApp."""
    arrived: float
    """When the request came, on time.monotonic()."""
    created: float
    """The same moment in seconds since 1970."""
    status_callback: str | None
    status: str
    error_code: int | None = None
    sent: float | None = None
    """When it was sent, in seconds since 1970."""

    @property
    def is_whatsapp(self) -> bool:
        return self.to.startswith(WHATSAPP)

    def reach(self, status: str, error_code: int | None) -> None:
        """Go on to a status; one that lies behind changes nothing."""
        if RANKS[status] <= RANKS[self.status]:
            return
        self.status, self.error_code = status, error_code
        if self.sent is None and status != "failed":
            self.sent = time.time()


def processed(draft: Draft, arrived: float) -> Processed:
    """The message that a draft becomes."""
    default_sender = (WHATSAPP if draft.is_whatsapp else "") + SENDER_OF_A_SERVICE
    return Processed(
        sid=f"SM{secrets.token_hex(16)}",
        to=draft.to,
        from_=draft.from_ or default_sender,
        service=draft.service,
        body=draft.body,
        content_sid=draft.content_sid,
        content_variables=dict(draft.content_variables),
        segments=1 if draft.is_whatsapp else sms.segments(draft.body).count,
        arrived=arrived,
        created=time.time() - (time.monotonic() - arrived),
        status_callback=draft.status_callback,
        status="accepted" if draft.service else "queued",
    )


@dataclass
class Record:
    """All that happened since the start or the last reset."""

    messages: dict[str, Processed] = field(default_factory=dict)
    """By SID, oldest first."""
    to_number: defaultdict[str, list[Processed]] = field(default_factory=lambda: defaultdict(list))
    attempts: list[float] = field(default_factory=list)
    """When each request to create a message came."""
    answers: Counter[str] = field(default_factory=Counter)
    """How these were answered: an HTTP status or a trouble."""
    attempts_by_number: Counter[str] = field(default_factory=Counter)
    attempts_by_message: Counter[tuple[str, str]] = field(default_factory=Counter)
    lookups: int = 0
    """Requests to list or fetch messages."""
    callbacks: Counter[str] = field(default_factory=Counter)
    """How callbacks were answered: an HTTP status, "ct" (no connection), "rt" (no answer) or "outside"."""
    under_way: int = 0
    """Messages of which a status or a callback is still to come."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def attempt(self, to: str, body: str, arrived: float) -> tuple[int, int]:
        """Count an attempt; returns how many came before to the number, and with the same body."""
        self.attempts.append(arrived)
        before = self.attempts_by_number[to], self.attempts_by_message[to, body]
        self.attempts_by_number[to] += 1
        self.attempts_by_message[to, body] += 1
        return before

    def add(self, message: Processed) -> None:
        """A message that was taken: it is under way until `end`."""
        self.messages[message.sid] = message
        self.to_number[message.to].append(message)
        self.under_way += 1

    def end(self) -> None:
        """Nothing more comes of a message."""
        self.under_way -= 1
        self.changed.set()

    def counts(self) -> dict[str, Any]:
        """The cheap numbers, to look at often."""
        return {
            "attempts": len(self.attempts),
            "processed": len(self.messages),
            "lookups": self.lookups,
            "answers": dict(self.answers),
            "callbacks": dict(self.callbacks),
            "under_way": self.under_way,
        }

    def summary(self) -> dict[str, Any]:
        """The counts, how often each text was processed, and the pace."""
        arrivals = [(message.arrived, message.segments) for message in self.messages.values()]
        per_message = Counter((message.to, message.body) for message in self.messages.values())
        return self.counts() | {
            "per_message": [[to, body, count] for (to, body), count in per_message.items()],
            "attempts_per_number": dict(self.attempts_by_number),
            "segments": sum(segments for _, segments in arrivals),
            "segments_within_a_second": pace.most_within(arrivals),
            "segments_by_second": pace.by_second(arrivals),
            "attempts_within_a_second": pace.most_within((moment, 1) for moment in self.attempts),
        }
