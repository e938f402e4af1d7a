"""What becomes of a message once it is taken, and what its callbacks tell of that."""

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tests.twilio_api import callbacks
from tests.twilio_api.callbacks import Callbacks
from tests.twilio_api.faults import CallbackTrouble, Faults
from tests.twilio_api.record import Processed, Record


class Step(NamedTuple):
    """A status that a message reaches."""

    status: str
    error_code: int | None = None


def course(message: Processed, faults: Faults) -> list[Step]:
    """The statuses that the message truly goes through."""
    if message.to in faults.failed:
        return [Step("failed", faults.failed[message.to])]
    if message.to in faults.undelivered:
        return [Step("sent"), Step("undelivered", faults.undelivered[message.to])]
    read = [Step("read")] if faults.reads and message.is_whatsapp else []
    return [Step("sent"), Step("delivered"), *read]


def as_told(steps: list[Step], troubles: set[CallbackTrouble]) -> list[Step]:
    """The statuses in the order in which the callbacks tell them."""
    told = steps[::-1] if CallbackTrouble.REORDERED in troubles else list(steps)
    if CallbackTrouble.CONTRADICTED in troubles:
        ended_well = steps[-1].error_code is None
        told += [Step("undelivered", 30008) if ended_well else Step("delivered"), Step("queued")]
    return told


@dataclass
class Lives:
    """Moves messages on and has their callbacks posted."""

    account_sid: str
    callbacks: Callbacks
    record: Record = field(default_factory=Record)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, message: Processed, faults: Faults) -> asyncio.Task[None]:
        """Begin a message's life; the task ends with its last callback."""
        record = self.record  # a reset puts another in its place
        record.add(message)
        task = asyncio.create_task(self._live(message, faults, record))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: record.end())
        return task

    def reset(self) -> None:
        """Forget every message; nothing more comes of them."""
        for task in self._tasks:
            task.cancel()
        self.record = Record()

    async def _live(self, message: Processed, faults: Faults, record: Record) -> None:
        if faults.sent_after is None:
            return
        steps, troubles = course(message, faults), faults.callback_troubles(message.to, message.body)
        pauses = [faults.sent_after, faults.delivered_after]
        if CallbackTrouble.LATE in troubles:
            message.reach(*steps[-1])
            pauses = [faults.late_by, 0.0]
        for position, step in enumerate(as_told(steps, troubles)):
            await asyncio.sleep(pauses[min(position, 1)])
            if step in steps:
                message.reach(*step)
            if not faults.is_dropped(message.to, message.body, step.status):
                await self._tell(message, step, record, twice=CallbackTrouble.DUPLICATED in troubles)
        if CallbackTrouble.UNKNOWN_SID in troubles:
            await self._tell_of_another(message, record)

    async def _tell(self, message: Processed, step: Step, record: Record, *, twice: bool = False) -> None:
        if message.status_callback is None:
            return
        if twice:
            await asyncio.gather(*(self._tell(message, step, record) for _ in range(2)))
            return
        form = callbacks.form(self.account_sid, message, *step)
        record.callbacks.update(await self.callbacks.post(message.status_callback, form))

    async def _tell_of_another(self, message: Processed, record: Record) -> None:
        address = (message.status_callback or "").partition("#")[0].partition("?")[0]
        another = replace(message, sid=f"SM{secrets.token_hex(16)}", status_callback=address or None)
        await self._tell(another, Step("delivered"), record)
