"""What the network's answer does to a message and to its phone, whether it came at once or in a callback."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from locales.sms import for_sms, segments
from models.consents import note_consent
from models.family import Consent, ConsentKind, Phone
from models.message import Message, MessageState
from models.task import Task, TaskKind
from notifications.gateway import Outcome, Verdict
from notifications.outbox import takes_sms
from notifications.twilio_errors import as_code, meaning_of

messages = cast("sa.Table", Message.__table__)
phones = cast("sa.Table", Phone.__table__)

MOST_ATTEMPTS = 6
"""How often one text is handed over before we give up in the open."""
BACKOFF = {Verdict.NOW: dt.timedelta(seconds=1), Verdict.LATER: dt.timedelta(minutes=5)}
"""The first wait; each further one is twice as long, give or take a fifth."""
REFUSED = {
    Verdict.NUMBER: MessageState.REFUSED,
    Verdict.CONSENT: MessageState.REFUSED,
    Verdict.CONTENT: MessageState.FAILED,
    Verdict.CONFIGURATION: MessageState.FAILED,
}
"""Verdicts that end a message which the network did not take, and the state it ends in."""
WORTH_ANOTHER = frozenset({Verdict.NOW, Verdict.LATER, Verdict.WINDOW})
NO_SENDER = "no_sender"
REACHES_NOBODY = {
    "21211": "dead", "21604": "dead", "21614": "dead", "30005": "dead", "21635": "landline", "30006": "landline",
    "63003": "absent", "63024": "absent",
}  # fmt: skip
"""What a code says of a phone for good. The other codes of a number may be mended on our side."""
WORDS = {
    NO_SENDER: "There is no sender for this channel; docs/running.md says how to set one.",
    "401": "Twilio does not accept our account SID and auth token.",
    "403": "Twilio does not let our account send.",
}


@dataclass(frozen=True)
class Noted:
    """A message as it was when its outcome was noted."""

    id: int
    phone_id: int
    channel: str
    purpose: str
    language: str | None
    body: str
    lane: int | None
    state: MessageState
    attempts: int
    try_at: dt.datetime | None
    claimed_at: dt.datetime | None
    expires_at: dt.datetime | None
    created_at: dt.datetime
    number: str
    unreachable: str | None


_COLUMNS = (
    "id phone_id channel purpose language body lane state attempts try_at claimed_at expires_at created_at".split(),
    "number unreachable".split(),
)


def note_at_once(
    connection: sa.Connection,
    message_id: int,
    outcome: Outcome,
    now: dt.datetime,
    claimed_at: dt.datetime,
) -> None:
    """Note what the network said to the claim made at `claimed_at`, where the message was not simply accepted."""
    message = _locked(connection, message_id)
    if message is None or message.state is not MessageState.SENDING:
        return  # a callback was faster
    if message.claimed_at != claimed_at or message.try_at is not None:
        return  # noted already, and claimed again since
    if outcome.error == NO_SENDER and message.channel == "whatsapp":
        outcome = Outcome(Verdict.WINDOW, error=NO_SENDER)
    if outcome.verdict is Verdict.UNKNOWN:
        _change(connection, message.id, error=outcome.error)
    elif outcome.verdict is Verdict.NOT_TAKEN:
        _change(connection, message.id, try_at=now, attempts=message.attempts - 1)
    elif outcome.verdict in WORTH_ANOTHER:
        _try_again(connection, message, outcome, now)
    else:
        reason = reason_of(outcome.error)
        _change(connection, message.id, state=REFUSED[outcome.verdict], error=outcome.error, reason=reason)
        note_phone(connection, message, outcome, now)


def note_afterwards(connection: sa.Connection, message_id: int, outcome: Outcome, now: dt.datetime) -> None:
    """Note why a message that the network had taken did not arrive; its state says so already.

    What may still arrive is sent in its place, once: by SMS where WhatsApp was shut, later where a phone was off.
    """
    message = _locked(connection, message_id)
    if message is None:
        return
    _change(connection, message.id, error=outcome.error, reason=reason_of(outcome.error))
    if outcome.verdict in WORTH_ANOTHER:
        _send_in_its_place(connection, message, outcome, now)
    else:
        note_phone(connection, message, outcome, now)


def _try_again(connection: sa.Connection, message: Noted, outcome: Outcome, now: dt.datetime) -> None:
    """The network certainly has not taken it: the same row waits for another attempt."""
    if outcome.verdict is Verdict.WINDOW and message.channel == "whatsapp" and takes_sms(message.number):
        _change(connection, message.id, channel="sms", error=outcome.error, try_at=now)
    elif outcome.verdict is Verdict.WINDOW:
        reason = f"{reason_of(outcome.error)} It takes no SMS either."
        _change(connection, message.id, state=MessageState.FAILED, error=outcome.error, reason=reason)
    elif message.attempts >= MOST_ATTEMPTS:
        reason = f"Given up after {message.attempts} attempts: {reason_of(outcome.error)}"
        _change(connection, message.id, state=MessageState.FAILED, error=outcome.error, reason=reason)
    else:
        try_at = now + backoff(outcome.verdict, message.attempts)
        _change(connection, message.id, error=outcome.error, try_at=try_at)


def _send_in_its_place(connection: sa.Connection, message: Noted, outcome: Outcome, now: dt.datetime) -> None:
    """Another row, never a step back; the unique `retry_of_id` makes it one at most."""
    by_sms = outcome.verdict is Verdict.WINDOW
    channel = "sms" if by_sms else message.channel
    possible = (
        message.lane is not None and message.attempts < MOST_ATTEMPTS and (not by_sms or message.channel != "sms")
    )
    try_at = now if by_sms else now + backoff(Verdict.LATER, message.attempts)
    too_late = message.expires_at is not None and message.expires_at <= try_at
    if not possible or too_late or _has_one_in_its_place(connection, message.id):
        return
    size = segments(for_sms(message.body) if channel == "sms" else message.body)
    connection.execute(
        sa.insert(messages).values(
            **{
                name: getattr(message, name) for name in ("phone_id", "purpose", "language", "body", "lane", "attempts")
            },
            direction="out",
            channel=channel,
            state=MessageState.QUEUED,
            segments=size.count,
            encoding=size.encoding,
            media=[],
            reason="In the place of one that did not arrive.",
            created_at=now,
            due_at=try_at,
            try_at=try_at,
            expires_at=message.expires_at,
            retry_of_id=message.id,
        )
    )


def _has_one_in_its_place(connection: sa.Connection, message_id: int) -> bool:
    return connection.scalar(sa.select(messages.c.id).where(messages.c.retry_of_id == message_id)) is not None


def note_phone(connection: sa.Connection, message: Noted, outcome: Outcome, now: dt.datetime) -> None:
    """What a final refusal says about the phone: nothing reaches it, or its owner wants nothing."""
    if outcome.verdict is Verdict.NUMBER and message.unreachable != "reassigned":
        column = "whatsapp_unreachable" if message.channel == "whatsapp" else "unreachable"
        if outcome.error in REACHES_NOBODY:
            why = {column: REACHES_NOBODY[outcome.error]}
            connection.execute(sa.update(phones).where(phones.c.id == message.phone_id).values(why))
    elif outcome.verdict is Verdict.CONSENT and not _came_back_since(connection, message):
        opted_out = sa.update(phones).where(phones.c.id == message.phone_id, phones.c.opted_out_at.is_(None))
        if connection.execute(opted_out.values(opted_out_at=now)).rowcount:
            note_consent(
                connection,
                message.phone_id,
                ConsentKind.OPT_OUT,
                how="Twilio",
                words_shown="",
                language=message.language,
                at=now,
            )


def _came_back_since(connection: sa.Connection, message: Noted) -> bool:
    """Whether the family has opted in after this message was written: then its refusal tells of before."""
    newer = sa.select(Consent.id).where(
        Consent.phone_id == message.phone_id, Consent.kind == ConsentKind.OPT_IN, Consent.at >= message.created_at
    )
    return connection.scalar(newer.limit(1)) is not None


def give_up(connection: sa.Connection, message_id: int, now: dt.datetime) -> None:
    """Nobody can tell whether a message arrived: staff find it among their tasks."""
    message = _locked(connection, message_id)
    if message is None or message.state is not MessageState.SENDING:
        return
    reason = "Nobody can tell whether it arrived, so it is not sent again."
    _change(connection, message.id, state=MessageState.UNKNOWN, reason=reason)
    phone = sa.select(phones.c.family_id, phones.c.organization_id).where(phones.c.id == message.phone_id)
    family_id, organization_id = connection.execute(phone).one()
    connection.execute(
        sa.insert(Task).values(
            kind=TaskKind.DID_IT_ARRIVE,
            phone_id=message.phone_id,
            message_id=message.id,
            family_id=family_id,
            organization_id=organization_id,
            language=message.language,
            created_at=now,
        )
    )


def reason_of(error: str | None) -> str:
    """Say in a sentence what an error means, for staff."""
    code = as_code(error)
    return meaning_of(code).reason if code is not None else WORDS.get(error or "", "Twilio did not say why.")


def backoff(verdict: Verdict, attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts."""
    return BACKOFF[verdict] * (2.0 ** max(attempts - 1, 0) * random.uniform(0.8, 1.2))


def _locked(connection: sa.Connection, message_id: int) -> Noted | None:
    ours, theirs = _COLUMNS
    found = connection.execute(
        sa.select(*(messages.c[name] for name in ours), *(phones.c[name] for name in theirs))
        .join(phones, phones.c.id == messages.c.phone_id)
        .where(messages.c.id == message_id)
        .with_for_update(of=messages)
    ).mappings()
    row = found.one_or_none()
    return Noted(**row) if row is not None else None


def _change(connection: sa.Connection, message_id: int, **values: Any) -> None:
    final = {"try_at": None} if "state" in values else {}
    connection.execute(sa.update(messages).where(messages.c.id == message_id).values(**final, **values))
