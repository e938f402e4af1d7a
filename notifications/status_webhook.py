"""Twilio tells what became of a message: a signed form in, nothing out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa
from werkzeug.wrappers import Request, Response

from models.database import AWAY, Database
from models.message import MessageState
from notifications.signatures import STATUS_PATH, Signatures
from notifications.statuses import LOST, TOLD, is_news, message_of, note_status

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_ID = 2**31 - 1


class StatusWebhook:
    """A WSGI application in front of another: it answers status callbacks, and hands on all other requests.

    Two or three callbacks come for each message, and need nothing of what Flask gets ready for a view: without it
    they cost half (docs/benchmarks.md).
    """

    def __init__(self, others: WSGIApplication, database: Database, signatures: Signatures) -> None:
        self._others = others
        self._database = database
        self._signatures = signatures
        self._answer: WSGIApplication = Request.application(self._status)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer if environ["PATH_INFO"] == STATUS_PATH else self._others
        return answer(environ, start_response)

    def _status(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status=405, headers={"Allow": "POST"})
        if not self._signatures.are_right(request):
            return Response(status=403)
        told = TOLD.get(request.form.get("MessageStatus", ""))
        if told is None:
            return Response(status=204)
        try:
            note_callback(self._database, id_in(request.query_string), told, request.form)
        except AWAY:  # Twilio may tell us again (#rc=5&rp=all on the address); else its list is asked
            return Response(status=503)
        return Response(status=204)


def id_in(query: bytes) -> int | None:
    """The id of a message in the query of our callback address; None where there is none."""
    found = re.search(rb"(?:^|&)message=([0-9]{1,10})(?=[&#]|$)", query)
    number = int(found[1]) if found else 0
    return number if 0 < number <= LARGEST_ID else None


def note_callback(database: Database, message_id: int | None, told: MessageState, form: Mapping[str, str]) -> None:
    """Note what a callback says of the message with our id, else with Twilio's; one that is not ours says nothing."""
    now, sid, error = dt.datetime.now(dt.UTC), word(form.get("MessageSid", "")), word(form.get("ErrorCode", ""))
    error = error if error != "0" else None
    message_id = message_id or _look_for(database, sid)
    if message_id is None or (told is MessageState.SENT and not _is_news(database, message_id, told)):
        return
    connect = database.connect if told in LOST else database.connect_for_one_statement
    try:
        with connect() as connection:
            note_status(connection, message_id, told, sid=sid, error=error, now=now)
    except sa.exc.IntegrityError:  # the sid stands on another message: what was told counts, the sid does not
        with connect() as connection:
            note_status(connection, message_id, told, sid=None, error=error, now=now)


def _look_for(database: Database, sid: str | None) -> int | None:
    if sid is None:
        return None
    with database.connect_for_a_look() as connection:
        return message_of(connection, sid)


def _is_news(database: Database, message_id: int, told: MessageState) -> bool:
    """Whether it says more than Twilio's answer did when it took the message; of `sent`, it seldom does."""
    with database.connect_for_a_look() as connection:
        return is_news(connection, message_id, told)


def word(text: str) -> str | None:
    """A code or an id as Twilio writes them; None for anything else, which we have no room for."""
    return text if re.fullmatch("[A-Za-z0-9]{1,34}", text) else None
