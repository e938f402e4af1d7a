"""Twilio's part of the addresses: messages, contents, approvals."""

import asyncio
import base64
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.twilio_api import drafts, resources
from tests.twilio_api.drafts import Content
from tests.twilio_api.faults import CallbackTrouble, Faults, Trouble
from tests.twilio_api.lives import Lives
from tests.twilio_api.record import Record, processed
from tests.twilio_api.refusals import Refused

Handler = Callable[[web.Request], Awaitable[web.Response]]
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends a reset."""


@dataclass
class Api:
    """Answers as Twilio does, or as it was told to misbehave."""

    account_sid: str
    token: str
    lives: Lives
    faults: Faults = field(default_factory=Faults)
    contents: list[Content] = field(default_factory=list)

    def __post_init__(self) -> None:
        name_and_token = f"{self.account_sid}:{self.token}".encode()
        self._authorization = f"Basic {base64.b64encode(name_and_token).decode()}"

    @property
    def record(self) -> Record:
        return self.lives.record

    def routes(self) -> list[web.RouteDef]:
        messages = "/2010-04-01/Accounts/{account}/Messages"
        return [
            web.post(f"{messages}.json", self.create),
            web.get(f"{messages}.json", self._asked(self.messages)),
            web.get(f"{messages}/{{sid}}.json", self._asked(self.message)),
            web.get("/v1/ContentAndApprovals", self._asked(self.contents_and_approvals)),
            web.get("/v1/Content/{sid}/ApprovalRequests", self._asked(self.approvals)),
        ]

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Take a message, unless it is refused or a trouble comes first."""
        arrived = time.monotonic()
        record, faults = self.record, self.faults
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        to, body = form.get("To", ""), form.get("Body") or form.get("ContentVariables", "")
        to_number, of_message = record.attempt(to, body, arrived)
        trouble = faults.trouble(to, body, to_number=to_number, of_message=of_message)
        message: resources.Json = {}
        try:
            self._authorize(request)
            if trouble is None or trouble.is_processed:
                message = await self._take(to, form, arrived)
        except Refused as refused:
            return await self._answer(refused.body(), refused.status, record)
        if trouble:
            record.answers[trouble] += 1
            return await self._suffer(request, trouble)
        return await self._answer(message, 201, record)

    async def messages(self, request: web.Request) -> web.Response:
        self.record.lookups += 1
        to = request.query.get("To")
        found = list(self.record.messages.values()) if to is None else self.record.to_number.get(to, [])
        return web.json_response(resources.page_of_messages(self.account_sid, reversed(found), request.query))

    async def message(self, request: web.Request) -> web.Response:
        self.record.lookups += 1
        found = self.record.messages.get(request.match_info["sid"])
        if found is None:
            raise Refused(20404)
        return web.json_response(resources.message(self.account_sid, found))

    async def contents_and_approvals(self, request: web.Request) -> web.Response:
        url = str(request.url.with_query(None))
        return web.json_response(resources.page_of_contents(url, self.contents, request.query))

    async def approvals(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        found = next((content for content in self.contents if content["sid"] == sid), None)
        if found is None:
            raise Refused(20404)
        return web.json_response(resources.approval(self.account_sid, found, str(request.url)))

    def _asked(self, handler: Handler) -> Handler:
        """A question to the API: it takes the credentials and the latency, and may meet a trouble."""

        async def answered(request: web.Request) -> web.Response:
            await asyncio.sleep(self.faults.latency)
            try:
                self._authorize(request)
                if self.faults.asked:
                    return await self._suffer(request, Trouble(self.faults.asked))
                return await handler(request)
            except Refused as refused:
                return web.json_response(refused.body(), status=refused.status)

        return answered

    def _authorize(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != self._authorization:
            raise Refused(20003)
        if request.match_info.get("account", self.account_sid) != self.account_sid:
            raise Refused(20404)

    async def _take(self, to: str, form: drafts.Form, arrived: float) -> resources.Json:
        """Process a message; returns it as the answer shows it."""
        draft = drafts.read(form, self.contents)
        if to in self.faults.refused:
            raise Refused(self.faults.refused[to])
        message = processed(draft, arrived)
        answer = resources.message(self.account_sid, message)
        life = self.lives.start(message, self.faults)
        if CallbackTrouble.EARLY in self.faults.callback_troubles(message.to, message.body):
            await asyncio.wait([life])
        return answer

    async def _answer(self, body: resources.Json, status: int, record: Record) -> web.Response:
        await asyncio.sleep(self.faults.latency)
        record.answers[str(status)] += 1
        return web.json_response(body, status=status)

    async def _suffer(self, request: web.Request, trouble: Trouble) -> web.Response:
        """Answer as the trouble has it; where it leaves no answer, the connection is gone afterwards."""
        await asyncio.sleep(self.faults.hold if "timeout" in trouble else self.faults.latency)
        if trouble is Trouble.GARBAGE:
            return web.Response(status=201, text="<html><body>OK</body></html>", content_type="text/html")
        if trouble is Trouble.TOO_MANY or "error" in trouble:
            refused = Refused(20429 if trouble is Trouble.TOO_MANY else 20500)
            return web.json_response(refused.body(), status=refused.status)
        _break(request, with_reset="reset" in trouble)
        return web.Response()  # never arrives


def _break(request: web.Request, *, with_reset: bool) -> None:
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if with_reset and connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    request.transport.abort()
