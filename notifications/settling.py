"""Messages that were being handed over when nobody could see: ask the network about them, never send on a guess."""

from __future__ import annotations

import collections
import datetime as dt

import sqlalchemy as sa
import structlog

from locales.sms import for_sms
from models import outbox
from models.database import Database
from notifications.gateway import Gateway, Outcome, Outgoing, Verdict
from notifications.outcomes import give_up, note_at_once
from notifications.statuses import TOLD, note_status

log = structlog.get_logger()

SETTLE_AFTER = dt.timedelta(minutes=1)
"""Handing over takes ten seconds at most, and a callback usually comes within the minute."""
GIVE_UP_AFTER = dt.timedelta(minutes=5)
"""By then everything that Twilio took stands in its list."""
ASK_NO_MORE_AFTER = dt.timedelta(hours=6)
"""Where the network cannot be asked at all."""
MOST_AT_ONCE = 100


def settle(database: Database, gateway: Gateway, now: dt.datetime) -> collections.Counter[str]:
    """Settle what was claimed more than a minute before `now` and not heard of since; returns counts by result.

    `now` is compared with the machine's clock at which messages were claimed, also where another day is played.
    """
    tally: collections.Counter[str] = collections.Counter()
    with database.reading() as session:
        stuck = in_doubt(session.connection(), now, MOST_AT_ONCE)
    for row in stuck:
        with database.reading() as session:  # anew for each: the one before may have been taken for the same text
            known = outbox.sids_known(session.connection(), row["phone_id"])
        outcome = gateway.look_up(_as_sent(row), row["claimed_at"], known)
        try:
            with database.connect() as connection:
                result = _note(connection, row, outcome, now)
        except sa.exc.IntegrityError:
            result = "waiting"  # another message has turned out meanwhile to be what was found
        log.info("settled", message=row["id"], result=result, error=outcome.error)
        tally[result] += 1
        if outcome.verdict is Verdict.UNKNOWN and outcome.error != outbox.NOT_LISTED:
            break  # it cannot be asked now: so it is not asked a hundred times
    return tally


def in_doubt(connection: sa.Connection, now: dt.datetime, most: int) -> list[sa.RowMapping]:
    """Return the messages that are to be asked about at `now`: after a minute, and once more before we give up."""
    claimed_before, unlisted_before = now - SETTLE_AFTER, now - GIVE_UP_AFTER
    return outbox.in_doubt(connection, claimed_before=claimed_before, unlisted_before=unlisted_before, most=most)


def settle_now(database: Database, gateway: Gateway) -> collections.Counter[str]:
    """Settle by the machine's clock."""
    return settle(database, gateway, dt.datetime.now(dt.UTC))


def _as_sent(row: sa.RowMapping) -> Outgoing:
    body = for_sms(row["body"]) if row["channel"] == "sms" else row["body"]
    perhaps_by_template = "unseen" if row["channel"] == "whatsapp" else None
    return Outgoing(row["id"], row["number"], row["channel"], body, content_sid=perhaps_by_template)


def _note(connection: sa.Connection, row: sa.RowMapping, outcome: Outcome, now: dt.datetime) -> str:
    message_id, age = row["id"], now - row["claimed_at"]
    if outcome.sid is not None:
        told = TOLD.get(outcome.status or "", TOLD["sent"])
        note_status(connection, message_id, told, sid=outcome.sid, error=outcome.error, now=now)
        return told.value
    if outcome.verdict is Verdict.NOT_TAKEN:
        note_at_once(connection, message_id, outcome, now, row["claimed_at"])
        return "again"
    if age > (GIVE_UP_AFTER if outcome.error == outbox.NOT_LISTED else ASK_NO_MORE_AFTER):
        give_up(connection, message_id, now)
        return "unknown"
    note_at_once(connection, message_id, outcome, now, row["claimed_at"])
    return "waiting"
