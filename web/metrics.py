"""Numbers for who watches Lucero, as Prometheus reads them. The truth is in the database, so any process can tell it.

No statement costs more with more messages in the past: each follows an index to what is due, on its way, or of the
last day. There are counts only, nothing of a family.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import redis
import sqlalchemy as sa

from models.agenda import agenda
from models.family import Consent, Phone, Student
from models.message import LANES, Direction, Lane, Message, MessageState
from models.program import Program
from models.sending import Heartbeat
from models.sign_up import TO_PLAN, SignUp
from models.task import Task, TaskKind
from notifications.clock import BROKE, CLOCK
from notifications.work import Kind

messages = cast("sa.Table", Message.__table__)
phones = cast("sa.Table", Phone.__table__)
consents = cast("sa.Table", Consent.__table__)
tasks = cast("sa.Table", Task.__table__)
sign_ups = cast("sa.Table", SignUp.__table__)
programs = cast("sa.Table", Program.__table__)
students = cast("sa.Table", Student.__table__)

DAY = dt.timedelta(days=1)
NEWEST = 10_000
"""How far back unanswered texts are looked for, in messages."""
MOST = 100_000
"""What is due is counted no further than this: nobody needs to know by how much more it is too much."""
ANSWERED_BY_TWILIO = ("HELP", "INFO")
"""Twilio may answer these itself; then we are silent, and nothing but the word tells."""

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """One name with its values; without a value it is absent."""

    name: str
    help: str
    values: list[tuple[Labels, float]] = field(default_factory=list)
    kind: str = "gauge"


def single(name: str, words: str, value: float | None, kind: str = "gauge") -> Metric:
    """A metric of one value; None: it is absent."""
    return Metric(name, words, [] if value is None else [({}, value)], kind)


def as_text(metrics: Iterable[Metric]) -> str:
    """Write metrics as Prometheus reads them."""
    return "".join(f"{line}\n" for metric in metrics if metric.values for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for labels, value in metric.values:
        named = ",".join(f'{name}="{_escaped(said)}"' for name, said in labels.items())
        yield f"{metric.name}{{{named}}} {value:.15g}" if named else f"{metric.name} {value:.15g}"


def _escaped(said: str) -> str:
    return said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def of_database(connection: sa.Connection, now: dt.datetime) -> list[Metric]:
    """Count what is in the database at `now`. Raises what SQLAlchemy raises."""
    heard_at, broke_at = noted_at(connection, CLOCK), noted_at(connection, BROKE)
    return [
        *_outbox(connection, now),
        *_agenda(connection, now),
        single(
            "lucero_outbox_in_flight",
            "Messages handed to the network whose result is not noted yet.",
            connection.scalar(IN_FLIGHT),
        ),
        Metric(
            "lucero_sends",
            "Messages that Lucero sent by itself, by the state they are in; those due in the last 24 hours.",
            [
                ({"purpose": row.purpose, "state": row.state.value}, row.number)
                for row in connection.execute(SENDS, {"since": now - DAY, "now": now})
            ],
        ),
        single(
            "lucero_messages_unknown",
            "Messages of which nobody can tell whether they arrived, and that no person has settled.",
            connection.scalar(UNKNOWN),
        ),
        single(
            "lucero_inbound_unanswered",
            f"Texts of the last 24 hours (and the newest {NEWEST} messages) after which their phone got nothing.",
            _unanswered(connection, now),
        ),
        single(
            "lucero_turns_failed",
            "Texts that Lucero failed to answer, until a person has seen to them.",
            connection.scalar(BROKEN),
        ),
        single(
            "lucero_clock_last_heard_seconds",
            "Seconds since the clock was heard from; absent if it never was.",
            None if heard_at is None else _seconds(now - heard_at),
        ),
        single(
            "lucero_agenda_broke_seconds",
            "Seconds since something on the agenda last broke; absent if nothing ever did.",
            None if broke_at is None else _seconds(now - broke_at),
        ),
    ]


def of_queues(client: redis.Redis) -> list[Metric]:
    """Count the jobs that wait in each queue. Raises what Redis raises."""
    jobs: list[tuple[Labels, float]] = [({"queue": kind.value}, client.llen(f"rq:queue:{kind.value}")) for kind in Kind]
    return [Metric("lucero_queue_jobs", "Jobs that wait for a worker.", jobs)]


def noted_at(connection: sa.Connection, name: str) -> dt.datetime | None:
    """Return when a process was last heard from, or when something last happened; None: never."""
    return connection.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == name))


def oldest_due(connection: sa.Connection, now: dt.datetime) -> dt.timedelta:
    """Return how long the clock has left the oldest thing on its agenda undone; zero where nothing is due."""
    due_at = connection.scalar(OLDEST_ON_AGENDA, {"now": now})
    return max(now - due_at, dt.timedelta(0)) if due_at is not None else dt.timedelta(0)


def _seconds(age: dt.timedelta) -> float:
    return max(age.total_seconds(), 0.0)


_number = sa.func.count().label("number")
# Conditions of the partial indexes stand in the statements as they stand in the indexes: a parameter would hide them.
WAITING = (
    sa.select(messages.c.purpose, _number, sa.func.min(messages.c.due_at).label("oldest"))
    .where(messages.c.lane.in_([sa.literal_column(str(lane.value)) for lane in Lane]))
    .where(messages.c.try_at <= sa.bindparam("now"))
    .group_by(messages.c.purpose)
)
IN_FLIGHT = sa.select(_number).select_from(messages).where(sa.text("state = 'sending' AND try_at IS NULL"))
SENDS = (
    sa.select(messages.c.purpose, messages.c.state, _number)
    .where(sa.text("lane IS NOT NULL"))
    .where(messages.c.due_at > sa.bindparam("since"), messages.c.due_at <= sa.bindparam("now"))
    .group_by(messages.c.purpose, messages.c.state)
)
BROKEN = sa.select(_number).where(tasks.c.done_at.is_(None), tasks.c.kind == TaskKind.BROKEN_TURN)
UNKNOWN = (
    sa.select(_number)
    .select_from(tasks.join(messages, messages.c.id == tasks.c.message_id))
    .where(tasks.c.done_at.is_(None), tasks.c.kind == TaskKind.DID_IT_ARRIVE)
    .where(messages.c.state == MessageState.UNKNOWN)
)
NEWEST_ID = sa.select(sa.func.max(messages.c.id))
_on_agenda = sa.select(agenda.c.look_at).where(agenda.c.look_at <= sa.bindparam("now"))
OLDEST_ON_AGENDA = _on_agenda.order_by(agenda.c.look_at).limit(1)


def _how_many(wanted: sa.Select[Any]) -> sa.Select[int]:
    return sa.select(_number).select_from(wanted.limit(sa.literal_column(str(MOST))).subquery())


DUE_ON_AGENDA = _how_many(_on_agenda)
TO_BE_PLANNED: Mapping[str, sa.Select[int]] = {
    "sign_ups": _how_many(sa.select(sign_ups.c.id).where(sa.text(TO_PLAN))),
    "programs": _how_many(sa.select(programs.c.id).where(sa.text("to_plan"))),
    "students": _how_many(sa.select(students.c.id).where(sa.text("students.planned_at IS NULL"))),
}
"""As the partial indexes say it."""


def _outbox(connection: sa.Connection, now: dt.datetime) -> list[Metric]:
    waiting: dict[str, Any] = {row.purpose: row for row in connection.execute(WAITING, {"now": now})}
    depth: list[tuple[Labels, float]] = []
    oldest: list[tuple[Labels, float]] = []
    for purpose in LANES:
        row = waiting.get(purpose)
        depth.append(({"purpose": purpose.value}, row.number if row else 0))
        oldest.append(({"purpose": purpose.value}, _seconds(now - row.oldest) if row else 0))
    return [
        Metric("lucero_outbox_depth", "Messages that may go now and have not been sent.", depth),
        Metric("lucero_outbox_oldest_seconds", "Seconds since the oldest of them was to go.", oldest),
    ]


def _agenda(connection: sa.Connection, now: dt.datetime) -> list[Metric]:
    due = connection.scalar(DUE_ON_AGENDA, {"now": now})
    to_plan: list[tuple[Labels, float]] = [
        ({"of": what}, connection.scalar(statement) or 0) for what, statement in TO_BE_PLANNED.items()
    ]
    return [
        single("lucero_agenda_due", f"Things that the clock should have done by now ({MOST}: or more).", due),
        single(
            "lucero_agenda_oldest_seconds",
            "Seconds since the oldest of them was due.",
            _seconds(oldest_due(connection, now)),
        ),
        Metric("lucero_agenda_to_plan", "What is new or has changed, and the clock has not seen yet.", to_plan),
    ]


def _unanswered(connection: sa.Connection, now: dt.datetime) -> int:
    newest = connection.scalar(NEWEST_ID) or 0
    return connection.scalar(UNANSWERED, {"beyond": newest - NEWEST, "since": now - DAY}) or 0


def _statement_of_unanswered() -> sa.Select[int]:
    """Texts with no message to their phone after them, but for those whose silence is meant.

    A reply is stored right after its text, so all that could answer is among the newest messages too.
    """
    outbound = sa.case((messages.c.direction == Direction.OUT, messages.c.id))
    each_phone = messages.c.phone_id + 0  # by the bare column, SQLite would walk its whole index
    newest = (
        sa.select(
            *(messages.c[name] for name in ("id", "phone_id", "direction", "created_at", "body")),
            sa.func.max(outbound).over(partition_by=each_phone).label("last_answer"),
        )
        .where(messages.c.id > sa.bindparam("beyond"))
        .subquery("newest")
    )
    consented_by_twilio = sa.exists().where(
        consents.c.phone_id == newest.c.phone_id, consents.c.how == "Twilio", consents.c.at == newest.c.created_at
    )
    return (
        sa.select(sa.func.count())
        .select_from(newest.join(phones, phones.c.id == newest.c.phone_id))
        .where(newest.c.direction == Direction.IN, newest.c.created_at > sa.bindparam("since"))
        .where(sa.or_(newest.c.last_answer.is_(None), newest.c.last_answer < newest.c.id))
        .where(phones.c.opted_out_at.is_(None), ~consented_by_twilio)
        .where(sa.func.upper(sa.func.trim(newest.c.body)).not_in(ANSWERED_BY_TWILIO))
    )


UNANSWERED = _statement_of_unanswered()
