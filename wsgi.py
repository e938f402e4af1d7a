"""Puts Lucero together: settings, database, phone network, routes, commands. Nothing else lives here."""

from __future__ import annotations

import datetime as dt
import math
import sys
from dataclasses import dataclass
from functools import partial

import click
import flask
import sqlalchemy as sa
import waitress
from apscheduler.schedulers.background import BackgroundScheduler

import demo
import settings as environment
from bot.commands import understand
from bot.heard import warm
from bot.turn import Bot
from bot.webhook import inbound_webhook
from logs import configure_logs
from models.catalogue import CatalogueShelf
from models.database import Database, open_database
from models.migrations import upgrade
from models.organization import Organization
from notifications.agenda.due import Agenda
from notifications.clock import keep_time
from notifications.delivery import Clock, Delivery, machine_clock
from notifications.gateway import Gateway
from notifications.settling import settle_now
from notifications.signatures import AGAIN, Signatures
from notifications.simulated_gateway import SimulatedGateway
from notifications.simulated_network import SimulatedNetwork
from notifications.simulated_time import SimulatedClock, SimulatedTime
from notifications.status_webhook import StatusWebhook
from notifications.twilio_gateway import TwilioGateway
from notifications.work import LONGEST, Bell, Kind, RedisBell, ThreadBell, Work
from settings import Settings
from web import commands, family_commands, sending_commands, template_commands
from web.chat import chat_command
from web.health import health
from web.protection import SessionsOfPeople
from web.public import public_pages
from web.simulator import simulator


@dataclass(frozen=True)
class Lucero:
    """The pieces of one running service, for views and commands: `current_app.extensions["lucero"]`."""

    settings: Settings
    database: Database
    signatures: Signatures
    network: SimulatedNetwork
    """Carries texts from simulated phones to us."""
    gateway: Gateway
    """Carries what we send: Twilio, or the simulated network."""
    delivery: Delivery
    agenda: Agenda
    """What the clock does by itself."""
    bell: Bell
    clock: Clock
    """What decides when it is: for texts that come in, for ticks and for what is due."""
    time: SimulatedTime | None
    """Moves the clock; None where it is the machine's, which nobody moves."""

    @property
    def work(self) -> Work:
        """What is done unseen, by this process's threads or by workers."""
        work: Work = {
            Kind.DELIVERY: partial(self.delivery.run, seconds=LONGEST.total_seconds()),
            Kind.SETTLING: partial(settle_now, self.database, self.gateway),
        }
        if self.time is None:
            return work
        return {kind: partial(self.time.between_moves, do) for kind, do in work.items()}


def create_app(settings: Settings | None = None) -> flask.Flask:
    """Return the web application. Without settings it reads the environment, and ends the process if that is odd."""
    configure_logs()
    settings = settings or _settings_or_exit()
    app = flask.Flask("lucero", root_path=environment.HERE.as_posix(), static_folder=None)
    app.secret_key, app.session_interface = settings.secret_key, SessionsOfPeople()
    lucero = app.extensions["lucero"] = _put_together(app, settings)
    database, signatures = lucero.database, lucero.signatures
    warm()
    app.register_blueprint(inbound_webhook(Bot(database, CatalogueShelf()), signatures, lucero.clock))
    watched = health(database, refused=lambda: signatures.refused, redis_url=settings.redis_url, clock=lucero.clock)
    app.register_blueprint(watched)
    app.register_blueprint(public_pages())
    if settings.simulator:
        app.register_blueprint(simulator())
    for command in _commands():
        app.cli.add_command(command)
    app.wsgi_app = StatusWebhook(app.wsgi_app, database, signatures)  # type: ignore[method-assign]  # the way Flask documents
    return app


def _put_together(app: flask.Flask, settings: Settings) -> Lucero:
    database = open_database(settings.database_url)
    signatures = Signatures(settings.auth_tokens, settings.public_url)
    gateway, rate = _phone_network(settings, signatures)
    clock = SimulatedClock() if settings.simulator else machine_clock
    delivery = Delivery(database, gateway, rate=rate, clock=clock)
    agenda = Agenda(database)
    return Lucero(
        settings=settings,
        database=database,
        signatures=signatures,
        network=SimulatedNetwork(app.wsgi_app, signatures),
        gateway=gateway,
        delivery=delivery,
        agenda=agenda,
        bell=RedisBell(settings.redis_url) if settings.redis_url else ThreadBell(),
        clock=clock,
        time=_time_to_move(clock, database, agenda, delivery),
    )


def _time_to_move(clock: Clock, database: Database, agenda: Agenda, delivery: Delivery) -> SimulatedTime | None:
    if not isinstance(clock, SimulatedClock):
        return None
    return SimulatedTime(clock, database, agenda.do_what_is_due, delivery)


def _phone_network(settings: Settings, signatures: Signatures) -> tuple[Gateway, float]:
    """Twilio and its rate where there are credentials, else the simulated network, which takes everything at once."""
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return SimulatedGateway(), math.inf
    twilio = TwilioGateway(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        callback=lambda message_id: signatures.status_address(message_id) + AGAIN,
        messaging_service_sid=settings.twilio_messaging_service_sid,
        sms_from=settings.twilio_sms_from,
        whatsapp_from=settings.twilio_whatsapp_from,
        api_url=settings.twilio_api_url,
    )
    return twilio, settings.messages_per_second


def _commands() -> list[click.Command]:
    example = commands.demo_command(_migrate, demo.load, demo.DemoError)
    theirs = (*commands.COMMANDS, *family_commands.COMMANDS, *sending_commands.COMMANDS, *template_commands.COMMANDS)
    return [*theirs, example, chat_command(_make_ready), understand, migrate, serve]


def _settings_or_exit() -> Settings:
    try:
        settings = environment.from_environment()
    except environment.SettingsError as refusal:
        sys.exit(str(refusal))
    for warning in settings.warnings:
        click.echo(warning, err=True)
    return settings


def _lucero() -> Lucero:
    pieces: Lucero = flask.current_app.extensions["lucero"]
    return pieces


@click.command(cls=commands.PlainCommand)
@flask.cli.with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema."""
    _migrate()


@click.command(cls=commands.PlainCommand)
@flask.cli.with_appcontext
@click.pass_context
def serve(context: click.Context) -> None:
    """Run everything in this one process: migrate, load the example data into an empty database, serve."""
    pieces = _lucero()
    _make_ready()
    _work_unseen(pieces)
    app = context.ensure_object(flask.cli.ScriptInfo).load_app()  # waitress's threads need the application itself
    click.echo(f"Lucero is at {pieces.settings.public_url}")
    if pieces.settings.simulator:
        click.echo(f"Text it from the phones at {pieces.settings.public_url}/simulator")
    waitress.serve(app, host="127.0.0.1", port=pieces.settings.port, threads=8, _quiet=True)


def _work_unseen(pieces: Lucero) -> None:
    """Clock and delivery in this process; with a Redis, others may share the work."""
    threads = pieces.bell if isinstance(pieces.bell, ThreadBell) else ThreadBell()
    threads.start(pieces.work)
    scheduler = BackgroundScheduler(timezone=dt.UTC, daemon=True)
    keep_time(scheduler, pieces.database, pieces.agenda, threads, pieces.clock)
    scheduler.start()


def _migrate() -> None:
    upgrade(_lucero().settings.database_url)


def _make_ready() -> None:
    """Migrate, and load the example data where the database is empty (EXAMPLE=no: leave it so)."""
    _migrate()
    if not _lucero().settings.example:
        return
    with _lucero().database.begin() as session:
        if session.scalar(sa.select(Organization.id).limit(1)) is None:
            demo.load(session, dt.datetime.now(dt.UTC).date())
