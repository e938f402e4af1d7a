"""One text in, at most one reply out: the transaction around a turn.

Everything that a text changes is stored together with the text and its reply, or not at all. A second delivery of
the same text finds the reply that was stored. Where a turn breaks, the family's place stays as it was, they are
asked to send the text again, and staff find it among their tasks.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from bot.caller import Caller
from bot.conversing import Turn, respond
from bot.heard import hear_ahead
from bot.writing import Writing
from locales import _, speaking, written_in
from locales.sms import for_sms, segments
from models import arrivals, outbox
from models.arrivals import Answered, Inbound, Reply
from models.catalogue import CatalogueShelf
from models.database import AWAY, Database
from models.message import MessageState
from models.phone_number import normalized
from models.task import Task, TaskKind

log = structlog.get_logger()

ATTEMPTS = 3
"""How often a turn is tried where another process was first or the database was away for a moment."""
LEAVING = dt.timedelta(seconds=1)
"""Longer than a message is on its way to the network, but for one whose answer does not come."""
LEAVING_LOOKS = 20
PASSING = (sa.exc.IntegrityError, *AWAY)
"""Another process took the same text meanwhile, two turns stood in each other's way, or a connection was lost."""


class NotTaken(Exception):
    """A text could not even be stored: nothing of it is kept, and it may be delivered again."""


@dataclass(frozen=True)
class Bot:
    """Takes turns on one database."""

    database: Database
    shelf: CatalogueShelf

    def take_turn(self, inbound: Inbound, *, now: dt.datetime, answered_by_twilio: str | None = None) -> Reply | None:
        """Return the reply to a text, or None where silence is the answer. Raises NotTaken.

        `answered_by_twilio`: STOP, START or HELP where Twilio has replied already (then we change state silently).
        """
        failure: Exception | None = None
        for _attempt in range(ATTEMPTS):
            try:
                return self._turn(inbound, now, answered_by_twilio)
            except PASSING as passing:
                failure = passing
            except Exception as broken:  # noqa: BLE001 - whatever it is, the family is answered and staff are told
                failure = broken
                break
        log.error("turn failed", sid=inbound.sid, exc_info=failure)
        try:
            return self._apologize(inbound, now, answered_by_twilio)
        except Exception:  # whatever it is, the network must deliver the text again
            log.exception("text not taken", sid=inbound.sid)
            raise NotTaken from None

    def _turn(self, inbound: Inbound, now: dt.datetime, answered_by_twilio: str | None) -> Reply | None:
        hear_ahead(inbound.body.strip())  # before the lock, which others wait for
        number = normalized(inbound.sender)
        with self.database.connect() as connection:
            arrival = arrivals.arrive(connection, inbound.sid, number, now)
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
            exchange = Exchange(inbound, caller.phone_id, caller.language, MessageState.RECEIVED, now)
            reply = _record(connection, exchange, body)
        if caller.opted_out_at == now:
            self._let_leave(caller.phone_id, now)
        return reply

    def _let_leave(self, phone_id: int, now: dt.datetime) -> None:
        """Wait until what is being handed over at the moment of a STOP has left: nothing comes after its answer.

        Another process may be sending it, on any kind of database: so there is nothing to wait on but its row.
        """
        for _look in range(LEAVING_LOOKS):
            with self.database.reading() as session:
                if not outbox.is_leaving(session.connection(), phone_id, now - LEAVING):
                    return
            time.sleep(LEAVING.total_seconds() / LEAVING_LOOKS)

    def _apologize(self, inbound: Inbound, now: dt.datetime, answered_by_twilio: str | None) -> Reply | None:
        """Ask the family to send it again, in their language; nothing of the broken turn stays.

        The open conversations are not looked at: they may be what broke.
        """
        with self.database.connect() as connection:
            arrival = arrivals.arrive(connection, inbound.sid, normalized(inbound.sender), now)
            if arrival.answered_before:
                return _over_the_wire(arrival.reply, inbound.channel)
            phone = arrival.phone
            broken = sa.insert(Task).values(
                kind=TaskKind.BROKEN_TURN,
                phone_id=phone.id,
                family_id=phone.family_id,
                organization_id=phone.organization_id,
                language=phone.language,
                created_at=now,
            )
            connection.execute(broken)
            with speaking(written_in(phone.language)):
                body = _("Sorry, something went wrong here. Please send your message again.")
            silent = phone.opted_out_at is not None or answered_by_twilio is not None
            exchange = Exchange(inbound, phone.id, phone.language, MessageState.FAILED, now)
            return _record(connection, exchange, None if silent else body)


@dataclass(frozen=True)
class Exchange:
    """A text that was taken, or failed: from which phone, in which language it is answered, and when."""

    inbound: Inbound
    phone_id: int
    language: str | None
    state: MessageState
    now: dt.datetime


def _record(connection: sa.Connection, exchange: Exchange, body: str | None) -> Reply | None:
    inbound, phone_id, language, now = exchange.inbound, exchange.phone_id, exchange.language, exchange.now
    arrivals.record_inbound(connection, inbound, phone_id, language=language, state=exchange.state, now=now)
    if body is None:
        return None
    wire = for_sms(body) if inbound.channel == "sms" else body
    size = segments(wire)
    answered = Answered(body, written_in(language), size.count, size.encoding)
    return Reply(arrivals.record_reply(connection, inbound, phone_id, answered, now), wire)


def _over_the_wire(reply: Reply | None, channel: str) -> Reply | None:
    if reply is None or channel != "sms":
        return reply
    return Reply(reply.message_id, for_sms(reply.body))
