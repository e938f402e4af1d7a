"""The service on the example data, at a moment that a test chooses, with phones to text it from."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import flask
import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

import demo
from bot.turn import Bot
from bot.webhook import inbound_webhook
from locales.sms import for_sms
from models import outbox
from models.agenda import AgendaItem
from models.arrivals import Inbound, Reply
from models.catalogue import CatalogueShelf
from models.database import Database, open_database
from models.family import Phone
from models.message import Message
from notifications.agenda.due import Agenda
from notifications.delivery import Delivery
from notifications.signatures import Signatures
from notifications.simulated_gateway import SimulatedGateway
from notifications.simulated_network import SimulatedNetwork
from tests import servers
from tests.conftest import PORT

EVENING = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
"""Half past six in Massachusetts; every program of the example is still ahead."""
SIGNATURES = Signatures(["the token of these tests"], "https://lucero.example.org")


@contextlib.contextmanager
def example_database(config: pytest.Config, kind: str, today: dt.date) -> Iterator[str]:
    """The URL of a database of one's own, `kind` being sqlite or postgresql, with the example loaded on that day."""
    made = _sqlite if kind == "sqlite" else _postgresql
    with made(config.stash[PORT], today) as url:
        yield url


@contextlib.contextmanager
def _sqlite(port: int, today: dt.date) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="lucero-example-") as folder:
        file = Path(folder) / "lucero.db"
        file.write_bytes(_sqlite_template(port, today))
        yield f"sqlite:///{file}"


@functools.cache
def _sqlite_template(port: int, today: dt.date) -> bytes:
    with tempfile.TemporaryDirectory(prefix="lucero-example-") as folder:
        file, whole = Path(folder) / "loaded.db", Path(folder) / "whole.db"
        shutil.copyfile(servers.ask(port, "sqlite"), file)
        _load(f"sqlite:///{file}", today)
        with contextlib.closing(sqlite3.connect(file)) as loaded:
            loaded.execute("VACUUM INTO ?", [str(whole)])  # one file, whatever the journal still holds
        return whole.read_bytes()


@contextlib.contextmanager
def _postgresql(port: int, today: dt.date) -> Iterator[str]:
    server = servers.ask(port, "postgresql")
    name = _copy(server, _postgresql_template(server, today))
    try:
        yield servers.sqlalchemy_url(server, name)
    finally:
        _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@functools.cache
def _postgresql_template(server: str, today: dt.date) -> str:
    name = _copy(server, "migrated")
    _load(servers.sqlalchemy_url(server, name), today)
    return name


def _copy(server: str, template: str) -> str:
    name = f"example_{uuid4().hex}"
    copying = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(server, copying.format(sql.Identifier(name), sql.Identifier(template)))
    return name


def _run(server: str, command: sql.Composed) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(command)


def _load(url: str, today: dt.date) -> None:
    database = open_database(url)
    with database.begin() as session:
        demo.load(session, today)
    database.close()


@dataclass(frozen=True)
class BotAtItsHour(Bot):
    """The bot, with the hour told by the test instead of by the webhook's clock."""

    service: Service

    def take_turn(self, inbound: Inbound, *, now: dt.datetime, answered_by_twilio: str | None = None) -> Reply | None:  # noqa: ARG002 - the clock's hour is what is replaced
        return super().take_turn(inbound, now=self.service.now, answered_by_twilio=answered_by_twilio)


class Service:
    """The running service: texts reach it signed, through its real webhook. `now` may be moved."""

    def __init__(self, url: str, now: dt.datetime) -> None:
        self.url = url
        self.now = now.astimezone(dt.UTC)
        self._sids = (f"SM{number:032x}" for number in itertools.count(1))
        self.newest: dict[str, str] = {}
        self._start()

    def _start(self) -> None:
        self.database: Database = open_database(self.url)
        application = flask.Flask("lucero")
        bot = BotAtItsHour(self.database, CatalogueShelf(), self)
        application.register_blueprint(inbound_webhook(bot, SIGNATURES))
        self._network = SimulatedNetwork(application.wsgi_app, SIGNATURES)
        self.agenda = Agenda(self.database)
        self._delivery = Delivery(self.database, SimulatedGateway())

    def restart(self) -> None:
        """End it and start it again on the same database."""
        self.close()
        self._start()

    def close(self) -> None:
        self.database.close()

    def text(
        self,
        number: str,
        body: str,
        *,
        channel: str = "sms",
        media: Sequence[str] = (),
        answered_by_twilio: str | None = None,
    ) -> str | None:
        """Text from a phone; returns the reply, None for silence."""
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        self.newest = {
            "MessageSid": next(self._sids),
            "From": prefix + number,
            "To": prefix + "+14135550100",
            "Body": body,
            "NumMedia": str(len(media)),
            **{f"MediaContentType{place}": kind for place, kind in enumerate(media)},
            **({"OptOutType": answered_by_twilio} if answered_by_twilio else {}),
        }
        return self._network.post(self.newest)

    def tick(self) -> None:
        """Do what is due now, and send what is to be sent."""
        self.agenda.do_what_is_due(self.now)
        with self.database.reading() as session:
            next_try = outbox.next_try(session.connection())
        if next_try is not None and next_try <= self.now:
            self._delivery.run(self.now)

    def run_clock(self, until: dt.datetime) -> list[tuple[str, dt.datetime, str]]:
        """Tick at every moment at which something is due; returns what arrived: number, moment, words over the air."""
        newest = self._newest_message()
        self.tick()
        while self.now < until:
            self.now = self._next_moment(until)
            self.tick()
        arrived = sa.select(Phone.number, Message.sent_at, Message.body, Message.channel).join(
            Phone, Phone.id == Message.phone_id
        )
        arrived = arrived.where(Message.id > newest, Message.lane.is_not(None), Message.sent_at.is_not(None))
        with self.database.reading() as session:
            found = session.execute(arrived.order_by(Message.sent_at, Message.id)).all()
        return [(number, at, for_sms(body) if channel == "sms" else body) for number, at, body, channel in found if at]

    def _newest_message(self) -> int:
        with self.database.reading() as session:
            return session.scalar(sa.select(sa.func.max(Message.id))) or 0

    def _next_moment(self, until: dt.datetime) -> dt.datetime:
        """The next at which something is due; what families write and staff change is planned at the next tick."""
        with self.database.reading() as session:
            dues = (
                session.scalar(sa.select(sa.func.min(column)).where(column > self.now))
                for column in (AgendaItem.look_at, Message.try_at)
            )
            return min([until, *filter(None, dues)])

    def text_again(self, text: dict[str, str] | None = None) -> str | None:
        """Deliver the newest text once more, or an older one; returns the reply."""
        return self._network.post(text or self.newest)


@contextlib.contextmanager
def serving(config: pytest.Config, kind: str) -> Iterator[Service]:
    """The service on an example database of its own, `kind` being sqlite or postgresql, that evening."""
    with example_database(config, kind, EVENING.date()) as url, contextlib.closing(Service(url, EVENING)) as service:
        yield service
