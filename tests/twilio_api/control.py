"""The addresses under /_/ by which a test tells the stand-in what to do, and asks what happened."""

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import web

from tests.twilio_api.api import Api
from tests.twilio_api.faults import Faults


@dataclass
class Control:
    """Settings, questions and reset."""

    api: Api

    def routes(self) -> list[web.RouteDef]:
        return [
            web.put("/_/settings", self.set),
            web.get("/_/processed", self.processed),
            web.get("/_/counts", self.counts),
            web.get("/_/summary", self.summary),
            web.get("/_/settled", self.settled),
            web.post("/_/reset", self.reset),
        ]

    async def set(self, request: web.Request) -> web.Response:
        """Any of faults (all of them: what is not named is off), contents and callback_origin."""
        told = await request.json()
        if "faults" in told:
            self.api.faults = Faults(**told["faults"])
        if "contents" in told:
            self.api.contents = told["contents"]
        if "callback_origin" in told:
            self.api.lives.callbacks.origin = told["callback_origin"]
        return web.json_response({})

    async def processed(self, _request: web.Request) -> web.Response:
        """Every message that was taken, oldest first."""
        return web.json_response([vars(message) for message in self.api.record.messages.values()])

    async def counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self.api.record.counts())

    async def summary(self, _request: web.Request) -> web.Response:
        return web.json_response(self.api.record.summary())

    async def settled(self, request: web.Request) -> web.Response:
        """The counts, once `processed` messages are taken and nothing is under way, or `seconds` have passed."""
        wanted, record = int(request.query["processed"]), self.api.record
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(float(request.query["seconds"])):
                while len(record.messages) < wanted or record.under_way:
                    record.changed.clear()
                    await record.changed.wait()
        return web.json_response(record.counts())

    async def reset(self, _request: web.Request) -> web.Response:
        """Forget what happened, stop callbacks and misbehave no more; callback_origin stays."""
        self.api.lives.reset()
        self.api.faults, self.api.contents = Faults(), []
        return web.json_response({})
