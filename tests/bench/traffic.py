"""What is posted to a station: texts of families, or callbacks on messages that Twilio has taken."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench import wire
from tests.bench.conversations import Phones


@dataclass(frozen=True)
class Traffic:
    """A kind of request."""

    name: str
    posts: Callable[[int], Iterator[bytes]]
    """The requests of one connection, without end; it uses the numbers (of phones or messages) from this one on."""
    together: int
    """Requests that belong to each other: a connection does not end between them. They use one number."""
    right: re.Pattern[bytes]
    """What a whole right answer looks like."""


def _texts(first: int) -> Iterator[bytes]:
    return (wire.request(*text) for text in Phones(first).texts())


def _callbacks(first: int) -> Iterator[bytes]:
    for message_id in itertools.count(first + 1):
        yield wire.callback(message_id, "sent")
        yield wire.callback(message_id, "delivered")


TEXTS = Traffic("texts", _texts, 1, re.compile(rb"HTTP/1.1 200 .*<Message[^>]*>[^<]", re.DOTALL))
"""Each is answered in words."""
CALLBACKS = Traffic("callbacks", _callbacks, 2, re.compile(rb"HTTP/1.1 204 "))
"""Two for each message, `sent` and `delivered`. Nothing is answered."""
KINDS = {traffic.name: traffic for traffic in (TEXTS, CALLBACKS)}
