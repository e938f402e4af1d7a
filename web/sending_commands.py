"""Commands that send: `flask deliver`, `tick`, `send`, and the processes `worker` and `clock`."""

from __future__ import annotations

import collections
import datetime as dt
import signal
from typing import Any

import click
import sqlalchemy as sa
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import current_app
from flask.cli import with_appcontext

from models.family import Phone
from models.message import LANES, Purpose
from models.phone_number import normalized
from notifications.agenda.by_hand import ByHand, plan_by_hand
from notifications.clock import keep_time
from notifications.delivery import machine_clock
from notifications.family_matters import Drop, Urgency
from notifications.outbox import put
from notifications.settling import settle
from notifications.work import Kind, RedisBell, ThreadBell, run_worker
from web.commands import PlainCommand
from web.sheets import as_json

LONGEST_BODY = 1600


class Instant(click.ParamType[dt.datetime]):
    """An ISO 8601 moment with an offset, like 2027-07-05T22:30:00Z."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a moment like 2027-07-05T22:30:00Z.", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value} has no time zone; write Z for UTC at its end, or an offset like -04:00.", param, ctx)
        return moment.astimezone(dt.UTC)


at_option = click.option("--at", type=Instant(), help="Another instant than now, like 2027-07-05T22:30:00Z.")
json_option = click.option("--json", "as_is", is_flag=True, help="One object, for scripts.")


@click.command("deliver", cls=PlainCommand)
@at_option
@json_option
@with_appcontext
def deliver(at: dt.datetime | None, as_is: bool) -> None:
    """Empty the outbox of what may go now, once; prints how many came to which state."""
    _print(current_app.extensions["lucero"].delivery.run(at), as_is)


@click.command("tick", cls=PlainCommand)
@at_option
@json_option
@with_appcontext
def tick(at: dt.datetime | None, as_is: bool) -> None:
    """Do the work that is due now, once; prints counts per kind."""
    lucero = current_app.extensions["lucero"]
    now = at or machine_clock()
    settled = _settle_all(lucero, now)  # first: what the network never had can then be sent
    counts = collections.Counter({"settled": settled}) + lucero.agenda.do_what_is_due(now)
    counts.update(lucero.delivery.run(at))
    _print(counts, as_is)


def _settle_all(lucero: Any, now: dt.datetime) -> int:
    """Settle until only such messages are left as may still be heard of; returns how many were settled."""
    settled = 0
    while counts := settle(lucero.database, lucero.gateway, now):
        settled += counts.total() - counts["waiting"]
        if counts.total() == counts["waiting"]:
            break
    return settled


@click.command("send", cls=PlainCommand)
@click.argument("phone")
@click.argument("text")
@click.option("--purpose", type=click.Choice([purpose.value for purpose in LANES]), default=Purpose.ANSWER.value)
@click.option("--because", help="Why it is urgent, which breaks a family's hours.")
@click.option("--by", help="Who says that it is urgent.")
@with_appcontext
def send(phone: str, text: str, purpose: str, because: str | None, by: str | None) -> None:
    """Send TEXT to the number PHONE, which must have texted us before, when its family can read it.

    The answer to somebody who wrote in the last half hour goes at once: so it is tried whether sending works.
    """
    lucero = current_app.extensions["lucero"]
    if not text.strip() or len(text) > LONGEST_BODY:
        raise click.ClickException(f"A text has from 1 to {LONGEST_BODY} characters; this one has {len(text.strip())}.")
    by_hand = ByHand(Purpose(purpose), text, _urgency(Purpose(purpose), because or "", by or ""))
    with lucero.database.begin() as session:
        known = session.scalar(sa.select(Phone).where(Phone.number == normalized(phone)))
        if known is None:
            raise click.ClickException(f"No text has come from {phone.strip()}: text the program number from it first.")
        now = machine_clock()
        planned = plan_by_hand(session, known, by_hand, now)
        if isinstance(planned, Drop):
            raise click.ClickException(f"It is not sent. {planned.reason}")
        message = put(session, known, planned.notice, now)
        session.flush()
        message_id = message.id
    lucero.bell.ring(Kind.DELIVERY)
    click.echo(f"Message {message_id} is in the outbox; flask --app wsgi messages {phone.strip()} shows the rest.")
    click.echo(planned.when_and_why)


def _urgency(purpose: Purpose, because: str, by: str) -> Urgency | None:
    because, by = because.strip(), by.strip()
    if purpose is not Purpose.URGENT:
        if because or by:
            raise click.ClickException("--because and --by are for what is urgent: --purpose urgent.")
        return None
    if not because or not by:
        raise click.ClickException("What is urgent breaks a family's hours: say --because REASON --by NAME.")
    return Urgency(because, by)


@click.command("worker", cls=PlainCommand)
@click.option("--burst", is_flag=True, help="End when the queues are empty.")
@with_appcontext
def worker(burst: bool) -> None:
    """Be a worker: send what is due whenever the clock or the web says so."""
    lucero = current_app.extensions["lucero"]
    if lucero.settings.redis_url is None:
        raise click.ClickException("REDIS_URL is unset; without a Redis the clock does a worker's work too.")
    lucero.gateway.get_ready()
    run_worker(lucero.settings.redis_url, lucero.work, lucero.delivery.stop, burst=burst)


@click.command("clock", cls=PlainCommand)
@with_appcontext
def clock() -> None:
    """Be the clock: ring the workers for what is due; without a Redis, do their work as well."""
    lucero = current_app.extensions["lucero"]
    bell: RedisBell | ThreadBell = lucero.bell
    if isinstance(bell, ThreadBell):
        bell.start(lucero.work)
    # Its work is done in transactions: whoever ends it, by whatever signal, need not wait for its agenda.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    scheduler = BlockingScheduler(timezone=dt.UTC)
    keep_time(scheduler, lucero.database, lucero.agenda, bell)
    scheduler.start()


COMMANDS: tuple[click.Command, ...] = (deliver, tick, send, worker, clock)


def _print(counts: collections.Counter[str], as_is: bool) -> None:
    if as_is:
        click.echo(as_json(dict(counts)))
    else:
        click.echo(", ".join(f"{count} {state}" for state, count in counts.items()) or "There was nothing to do.")
