"""One text in, at most one reply out: the transaction around a turn.

Everything that a text changes is stored together with the text and its reply, or not at all. A second delivery of
the same text finds the reply that was stored. Where a turn breaks, the family's place stays as it was, they are
asked to send the text again, and staff find it among their tasks.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

import sqlalchemy as sa

from bot.caller import Caller
from bot.conversing import Turn, respond
from bot.writing import Writing
from locales import _, speaking
from locales.sms import for_sms, segments
from models import arrivals
from models.arrivals import Answered, Inbound, Reply
from models.catalogue import CatalogueShelf
from models.database import Database
from models.message import MessageState
from models.phone_number import normalized
from models.task import Task, TaskKind

log = logging.getLogger(__name__)

DEFAULT_LANGUAGE = "es"
"""What most families read, for a first text that does not tell its language."""


@dataclass(frozen=True)
class Bot:
    """Takes turns on one database."""

    database: Database
    shelf: CatalogueShelf

    def take_turn(self, inbound: Inbound, *, now: dt.datetime, answered_by_twilio: str | None = None) -> Reply | None:
        """Return the reply to a text, or None where silence is the answer.

        `answered_by_twilio`: STOP, START or HELP where Twilio has replied already (then we change state silently).
        """
        try:
            return self._turn(inbound, now, answered_by_twilio)
        except (sa.exc.IntegrityError, sa.exc.OperationalError):
            # Another process took the same text meanwhile, or the database was away for a moment: look again.
            return self._turn_or_apology(inbound, now, answered_by_twilio)
        except Exception:
            return self._apologize(inbound, now)

    def _turn_or_apology(self, inbound: Inbound, now: dt.datetime, answered_by_twilio: str | None) -> Reply | None:
        try:
            return self._turn(inbound, now, answered_by_twilio)
        except Exception:
            return self._apologize(inbound, now)

    def _turn(self, inbound: Inbound, now: dt.datetime, answered_by_twilio: str | None) -> Reply | None:
        with self.database.connect() as connection:
            arrival = arrivals.arrive(connection, inbound.sid, normalized(inbound.sender), now)
            if arrival.answered_before:
                return _over_the_wire(arrival.reply, inbound.channel)
            caller = Caller.arriving(arrival, inbound.channel, now)
            turn = Turn(
                caller=caller,
                catalogue=self.shelf.at(arrival.version, connection),
                writing=Writing(connection),
                inbound=inbound,
                now=now,
            )
            body = respond(turn, answered_by_twilio)
            turn.writing.keep()
            arrivals.leave(connection, caller.phone_id, caller.as_row())
            return _record(connection, inbound, caller, body, MessageState.RECEIVED, now)

    def _apologize(self, inbound: Inbound, now: dt.datetime) -> Reply | None:
        """Ask the family to send it again, in their language; nothing of the broken turn stays. Logs no text."""
        with self.database.connect() as connection:
            arrival = arrivals.arrive(connection, inbound.sid, normalized(inbound.sender), now)
            if arrival.answered_before:
                return _over_the_wire(arrival.reply, inbound.channel)
            caller = Caller.arriving(arrival, inbound.channel, now)
            log.exception("turn failed", extra={"phone": caller.phone_id})
            broken = sa.insert(Task).values(
                kind=TaskKind.BROKEN_TURN,
                phone_id=caller.phone_id,
                family_id=caller.family_id,
                organization_id=caller.organization_id,
                created_at=now,
            )
            connection.execute(broken)
            with speaking(caller.language or DEFAULT_LANGUAGE):
                body = _("Sorry, something went wrong here. Please send your message again.")
            silent = caller.opted_out_at is not None
            return _record(connection, inbound, caller, None if silent else body, MessageState.FAILED, now)


def _record(
    connection: sa.Connection,
    inbound: Inbound,
    caller: Caller,
    body: str | None,
    state: MessageState,
    now: dt.datetime,
) -> Reply | None:
    arrivals.record_inbound(connection, inbound, caller.phone_id, language=caller.language, state=state, now=now)
    if body is None:
        return None
    wire = for_sms(body) if inbound.channel == "sms" else body
    size = segments(wire)
    answered = Answered(body, caller.language or DEFAULT_LANGUAGE, size.count, size.encoding)
    return Reply(arrivals.record_reply(connection, inbound, caller.phone_id, answered, now), wire)


def _over_the_wire(reply: Reply | None, channel: str) -> Reply | None:
    if reply is None or channel != "sms":
        return reply
    return Reply(reply.message_id, for_sms(reply.body))
