"""Twilio as the phone network: hand a message over once, ask what became of it, read which templates are approved.

The only file that uses Twilio's REST client, which costs 150 ms and 13 MB and so is imported when first needed.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from twilio.base.exceptions import TwilioException

from models.outbox import NOT_LISTED
from notifications.gateway import Outcome, Outgoing, Verdict
from notifications.twilio_errors import as_code, meaning_of, verdict_on_refusal
from notifications.twilio_http import NoAnswer, NotSent, Refused, TwilioHttp

if TYPE_CHECKING:
    from twilio.rest import Client

UNREADABLE = (TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What Twilio's client raises where a success holds no JSON, or other JSON than it should."""
FAILURES = (NotSent, NoAnswer, Refused, *UNREADABLE)
LOST = ("failed", "undelivered", "canceled")
SLACK = dt.timedelta(minutes=1)
"""How far Twilio's clock and ours may differ."""
PAGE_SIZE = 100
MOST_PAGES = 5


class TemplatesNotFetched(Exception):
    """Twilio could not be asked for its templates. The text is its code or one word for why."""


@dataclass(frozen=True)
class Template:
    """A message template at Twilio, in one language, and what WhatsApp says of it."""

    friendly_name: str
    sid: str
    language: str
    status: str
    """unsubmitted, received, pending, approved, rejected, paused, disabled."""
    category: str
    """UTILITY, MARKETING or AUTHENTICATION; empty where it was never submitted."""
    rejection_reason: str
    variables: Mapping[str, str]
    """Each variable with its sample."""


@dataclass(frozen=True, kw_only=True)
class TwilioGateway:
    """A `Gateway` to Twilio. Threads may share one; after a fork each process makes its own connections."""

    account_sid: str
    auth_token: str = field(repr=False)
    callback: Callable[[int], str]
    """Gives the address for status callbacks on our message of that id."""
    messaging_service_sid: str | None = None
    """Where there is one, it sends everything, by senders of its own choice."""
    sms_from: str | None = None
    """+1… or a short code."""
    whatsapp_from: str | None = None
    """+1…, without `whatsapp:` in front."""
    api_url: str | None = None
    """Another origin than Twilio's own, for all requests."""
    timeout: float = 10
    """Seconds."""
    _clients: dict[int, Client] = field(default_factory=dict, init=False, repr=False)
    """By process id."""

    def get_ready(self) -> None:
        """Import Twilio's client and what it needs for messages: together most of a second."""
        _ = self._client().messages

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one message, once."""
        sender = self._sender(outgoing.channel)
        if not sender:
            return Outcome(Verdict.CONFIGURATION, error="no_sender")
        fields = sender | content(outgoing) | {"status_callback": self.callback(outgoing.message_id)}
        try:
            created = self._client().messages.create(to=address(outgoing.to, outgoing.channel), **fields)
            return outcome_of(created)
        except FAILURES as failure:
            return outcome_of_failure(failure)

    def _sender(self, channel: str) -> dict[str, str]:
        """Name the sender to Twilio's client; empty where the channel has none."""
        if self.messaging_service_sid:
            return {"messaging_service_sid": self.messaging_service_sid}
        number = self.whatsapp_from if channel == "whatsapp" else self.sms_from
        return {"from_": address(number, channel)} if number else {}

    def look_up(self, outgoing: Outgoing, since: dt.datetime, known: Collection[str] = ()) -> Outcome:
        """Tell what became of a message by Twilio's list of those to its number since `since` (aware).

        The list shows no id of ours: the oldest with the same text is taken for it. `known` are the sids of
        other messages of ours, which it cannot be.
        """
        try:
            listed = [
                message
                for message in self._listed(address(outgoing.to, outgoing.channel), since - SLACK)
                if message.sid not in known and is_text_of(message, outgoing)
            ]
            found = min(listed, key=lambda message: message.date_created, default=None)
            outcome = outcome_of(found) if found else Outcome(Verdict.UNKNOWN, error=NOT_LISTED)
        except FAILURES as failure:
            outcome = outcome_of_failure(failure)
        return outcome if outcome.sid else Outcome(Verdict.UNKNOWN, error=outcome.error)

    def fetch_templates(self) -> list[Template]:
        """Read all templates with their state of approval. Raises TemplatesNotFetched."""
        try:
            listed = self._client().content.v1.content_and_approvals.list(page_size=PAGE_SIZE)
            return [template_from(each) for each in listed]
        except FAILURES as failure:
            raise TemplatesNotFetched(outcome_of_failure(failure).error) from None

    def close(self) -> None:
        """Close the connections. It may still be used afterwards."""
        for process in list(self._clients):
            self._drop(process)

    def _drop(self, process: int) -> None:
        client = self._clients.pop(process, None)
        if client is not None:
            client.http_client.close()

    def _listed(self, to: str, since: dt.datetime) -> Iterator[Any]:
        """What was sent to an address through the API and made since then; newest first, as Twilio lists it."""
        for page in islice(self._pages(to), MOST_PAGES):
            young = [message for message in page if message.date_created and message.date_created >= since]
            yield from (each for each in young if each.to == to and each.direction == "outbound-api")
            if not young:
                return

    def _pages(self, to: str) -> Iterator[Any]:
        page = self._client().messages.page(to=to, page_size=PAGE_SIZE)
        while page is not None:
            yield page
            page = page.next_page()

    def _client(self) -> Client:
        """This process's client. A parent's connections are not ours to use; threads that race here end with one."""
        process = os.getpid()
        client = self._clients.get(process)
        if client is None:
            for parent in set(self._clients) - {process}:
                self._drop(parent)
            client = self._clients.setdefault(process, self._make_client())
        return client

    def _make_client(self) -> Client:
        from twilio.rest import Client  # noqa: PLC0415 - too dear for a web process that sends nothing

        return Client(
            self.account_sid,
            self.auth_token,
            http_client=TwilioHttp(self.timeout, self.api_url),
            environment={"TWILIO_ACCOUNT_SID": self.account_sid},  # it reads no settings by itself
        )


def address(number: str, channel: str) -> str:
    """Return a number as Twilio writes it for a channel."""
    return f"whatsapp:{number}" if channel == "whatsapp" else number


def content(outgoing: Outgoing) -> dict[str, str]:
    """Name the text, or the template and its one variable, to Twilio's client."""
    if outgoing.content_sid is None:
        return {"body": outgoing.body}
    variables = json.dumps({"1": in_one_line(outgoing.body)}, ensure_ascii=False)
    return {"content_sid": outgoing.content_sid, "content_variables": variables}


def in_one_line(text: str) -> str:
    """A text without line breaks, tabs and runs of spaces, which WhatsApp refuses in a template's variable."""
    return " ".join(text.split())


def is_text_of(message: Any, outgoing: Outgoing) -> bool:
    """Tell whether a listed message says the same. A template's own words stand around its variable."""
    said, meant = in_one_line(message.body or ""), in_one_line(outgoing.body)
    return said == meant if outgoing.content_sid is None else meant in said


def outcome_of(message: Any) -> Outcome:
    """Read a message as Twilio's client shows it."""
    sid, status = message.sid, message.status
    if not isinstance(sid, str) or not re.fullmatch("[A-Za-z0-9]{1,34}", sid):
        return Outcome(Verdict.UNKNOWN, error="unreadable")
    status = status if isinstance(status, str) else None
    if status not in LOST:
        return Outcome(Verdict.ACCEPTED, sid=sid, status=status)
    code = as_code(message.error_code)
    if code is None:
        return Outcome(Verdict.CONTENT, sid=sid, error=status, status=status)
    return Outcome(meaning_of(code).verdict, sid=sid, error=str(code), status=status)


def outcome_of_failure(failure: Exception) -> Outcome:
    """Sort what kept Twilio from saying that it has the message."""
    match failure:
        case NotSent():
            return Outcome(Verdict.NOW, error=str(failure))
        case NoAnswer():
            return Outcome(Verdict.UNKNOWN, error=str(failure))
        case Refused(status_code=status_code, text=text):
            code = code_in(text)
            return Outcome(verdict_on_refusal(status_code, code), error=str(code or status_code))
        case _:
            return Outcome(Verdict.UNKNOWN, error="unreadable")


def code_in(text: str) -> int | None:
    """Twilio's code in an error's body: JSON of its own kind or as in RFC 9457, which name it alike."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return as_code(said.get("code")) if isinstance(said, dict) else None


def template_from(listed: Any) -> Template:
    """Read a template as Twilio's client shows it."""
    approval = listed.approval_requests or {}
    return Template(
        friendly_name=listed.friendly_name or "",
        sid=listed.sid,
        language=listed.language or "",
        status=approval.get("status") or "unsubmitted",
        category=approval.get("category") or "",
        rejection_reason=approval.get("rejection_reason") or "",
        variables={str(name): str(sample) for name, sample in (listed.variables or {}).items()},
    )
