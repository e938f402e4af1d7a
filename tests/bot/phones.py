"""A phone that a test texts from, and what the service keeps about it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.family import Phone
from models.message import Message, MessageState
from models.place import Place
from models.sign_up import SignUp
from models.task import Task, TaskKind
from tests.bot.example import Service

_last_four = itertools.count(200)


@dataclass
class Handset:
    """Somebody's phone. The area code is the likely district's: 413 Springfield, 781 Lynn, 508 New Bedford."""

    service: Service
    number: str

    @classmethod
    def new(cls, service: Service, area: str = "413") -> Handset:
        """A phone that has never texted."""
        return cls(service, f"+1{area}556{next(_last_four):04}")

    def text(self, body: str, **more: Any) -> str | None:
        return self.service.text(self.number, body, **more)

    def texts(self, *bodies: str) -> str | None:
        """Send them one after the other; the reply to the last one."""
        return [self.text(body) for body in bodies][-1]

    def row(self) -> Phone:
        with self.service.database.reading() as session:
            return session.scalars(sa.select(Phone).where(Phone.number == self.number)).one()

    def places(self) -> list[Place]:
        """The open conversations, newest last."""
        return [Place.from_json(kept) for kept in self.row().places]

    def stands_at(self) -> tuple[str, str | None]:
        """The newest conversation and the question that waits in it."""
        newest = self.places()[-1]
        return newest.conversation, newest.waiting

    def leave_at(self, places: Iterable[dict[str, Any]]) -> None:
        """Put these open conversations on the phone, as another release or a reminder would have left them."""
        with self.service.database.begin() as session:
            session.execute(sa.update(Phone).where(Phone.number == self.number).values(places=list(places)))

    def sign_ups(self) -> list[SignUp]:
        """The family's sign-ups, whatever became of them."""
        with self.service.database.reading() as session:
            return list(session.scalars(sa.select(SignUp).where(SignUp.family_id == self.row().family_id)))

    def tasks(self) -> list[TaskKind]:
        """What staff have to do for this phone."""
        with self.service.database.reading() as session:
            return list(session.scalars(sa.select(Task.kind).where(Task.phone_id == self.row().id)))

    def messages(self) -> int:
        """How many texts went either way."""
        with self.service.database.reading() as session:
            mine = sa.select(sa.func.count()).where(Message.phone_id == self.row().id)
            return session.scalar(mine) or 0

    def broke(self) -> bool:
        """Whether any text of this phone broke its turn."""
        with self.service.database.reading() as session:
            failed = sa.select(Message.id).where(
                Message.phone_id == self.row().id, Message.state == MessageState.FAILED
            )
            return session.scalar(failed.limit(1)) is not None
