"""What delivery asks of a phone network: take this message, or tell what became of it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Verdict(enum.StrEnum):
    """What a phone network's answer means for a message: each decides differently what happens next."""

    ACCEPTED = "accepted"
    """The network has it; its callbacks tell the rest."""
    NUMBER = "number"
    """Nothing can reach this number: a landline, a dead line, no such number."""
    CONSENT = "consent"
    """The person has opted out with the carrier or blocked us."""
    WINDOW = "window"
    """WhatsApp takes no free text now: more than 24 hours since the family wrote."""
    CONTENT = "content"
    """This text, template or kind of message is refused; another one may pass."""
    CONFIGURATION = "configuration"
    """Our account or sender is not in order: the next message would be refused as well."""
    LATER = "later"
    """Not taken, and worth trying again in a while."""
    NOW = "now"
    """Not taken, certainly not processed, and worth trying again at once, a little slower."""
    UNKNOWN = "unknown"
    """It may have been taken or not: never sent again on a guess."""
    NOT_TAKEN = "not_taken"
    """Asked afterwards, the network is certain that it never had it. Only a network of our own can be."""


@dataclass(frozen=True)
class Outgoing:
    """One message as it goes to the network."""

    message_id: int
    """Our id, which travels in the address for status callbacks."""
    to: str
    """E.164, or a WhatsApp name; without a channel in front."""
    channel: str
    """sms or whatsapp."""
    body: str
    """As it goes over the wire. With a template it is the template's one variable."""
    content_sid: str | None = None
    """The approved WhatsApp template to send it by, outside the 24 hours after the family's last text."""


@dataclass(frozen=True)
class Outcome:
    """What the network said."""

    verdict: Verdict
    sid: str | None = None
    """The network's id of the message, where it has one."""
    error: str | None = None
    """The network's code (21610), or a word of ours where it said none (timeout, unreadable)."""
    status: str | None = None
    """The network's word for how far the message is (queued, sent, delivered, …)."""


class Gateway(Protocol):
    """A phone network. Its methods may be called from several threads at once and never raise for its answers."""

    def get_ready(self) -> None:
        """Do beforehand what the first message should not have to wait for."""
        ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one message, once."""
        ...

    def look_up(self, outgoing: Outgoing, since: dt.datetime, known: Collection[str] = ()) -> Outcome:
        """Tell what became of a message that was handed over (or was about to be) at `since` or later.

        UNKNOWN where the network does not know of it or cannot be asked. `known` are the sids of other messages
        of ours to the same number: a network that can go only by the text must not take one of those for it.
        """
        ...
