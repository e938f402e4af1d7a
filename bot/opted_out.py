"""Who gets no messages from us: a word brings them back, a request is told so once a day, the rest is silence."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from bot.caller import Caller
from bot.conversations import OPENED_BY
from bot.heard import Heard, means_coming_back
from bot.heard.words import fold
from locales import _
from models.message import Message, Purpose

CARRIER_START_WORDS = {"start", "unstop", "yes"}
"""With these the carrier lets our texts through again, so they are a wish to come back."""
REQUESTS = {*OPENED_BY, "menu", "help", "person", "language", "back"}
"""What someone wants of us."""
SAID_AGAIN = {"opt_out", "unsure_opt_out", "pause", "wrong_number"}
"""That they want nothing of us, or less."""
TOLD_EVERY = dt.timedelta(days=1)


def opens(heard: Heard) -> str | None:
    """The conversation that a text of theirs opens all the same."""
    opts_in = heard.sure and heard.intent == "opt_in"
    if opts_in or fold(heard.text) in CARRIER_START_WORDS or means_coming_back(heard.text):
        return "come_back"
    return "wrong_number" if heard.sure and heard.intent == "wrong_number" else None


def wants_something(heard: Heard) -> bool:
    """Whether a text is a request or a question."""
    if heard.intent in SAID_AGAIN:
        return False
    asks = heard.question is not None or "?" in heard.text
    return asks or (heard.sure and heard.intent in REQUESTS)


def was_told(connection: sa.Connection, caller: Caller, now: dt.datetime) -> bool:
    """Whether we have answered them since they opted out, within the last day: it is never a conversation."""
    since = max(caller.opted_out_at or now, now - TOLD_EVERY)
    told = sa.select(Message.id).where(
        Message.phone_id == caller.phone_id, Message.purpose == Purpose.REPLY, Message.created_at > since
    )
    return connection.scalar(told.limit(1)) is not None


def how_to_come_back(caller: Caller) -> str:
    """One sentence; to who has the number of somebody else now, they have asked us for nothing."""
    if caller.unreachable == "reassigned":
        # L10N: An opt-out notice, for who has the number of somebody else now.
        return _("This number gets no messages from us. To hear from your school, reply START.")
    return _("We do not text you any more, as you asked. To come back, reply START.")
