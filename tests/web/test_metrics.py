"""Numbers for who watches: what each counts, and that none of them reads through all messages."""

import datetime as dt
import secrets
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from rq import Queue

from models.database import Database
from models.family import Consent, ConsentKind, Phone
from models.message import Direction, Message, MessageState, Purpose
from models.sending import Heartbeat
from models.task import Task, TaskKind
from notifications.work import Kind
from tests.bot.posting import application, new_sid, post, sms
from tests.notifications.outbox_rows import add_message, add_phone, add_sent
from web import metrics
from web.metrics import Metric, as_text, of_database, of_queues, single

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
MANY = 20_000


def ago(**past: float) -> dt.datetime:
    return NOW - dt.timedelta(**past)


def numbers(database: Database) -> dict[str, dict[tuple[str, ...], float]]:
    """What is told at NOW: name -> values of the labels -> value. Names go without `lucero_`."""
    with database.reading() as session:
        told = of_database(session.connection(), NOW)
    return {
        metric.name.removeprefix("lucero_"): {tuple(labels.values()): value for labels, value in metric.values}
        for metric in told
    }


def alone(database: Database, name: str) -> float:
    return numbers(database)[name][()]


def hear(database: Database, phone_id: int, body: str = "hola", at: dt.datetime = NOW) -> None:
    """A text that came in."""
    add_message(
        database, phone_id, body, direction=Direction.IN, purpose="text", state=MessageState.RECEIVED, lane=None,
        created_at=at, due_at=None, try_at=None, provider_sid=new_sid(),
    )  # fmt: skip


def answer(database: Database, phone_id: int) -> None:
    add_message(
        database, phone_id, purpose="reply", state=MessageState.SENT, lane=None, created_at=NOW, due_at=NOW, try_at=None
    )


def test_an_empty_database(database: Database) -> None:
    told = numbers(database)
    assert set(told["outbox_depth"].values()) == set(told["outbox_oldest_seconds"].values()) == {0}
    assert len(told["outbox_depth"]) == 6
    assert told["sends"] == told["clock_last_heard_seconds"] == {}
    for name in ("outbox_in_flight", "messages_unknown", "inbound_unanswered", "turns_failed"):
        assert told[name] == {(): 0}


def test_what_waits_in_the_outbox(database: Database) -> None:
    phone = add_phone(database)
    for minutes in (1, 5, 3):
        add_message(database, phone, due_at=ago(minutes=minutes), try_at=ago(minutes=minutes))
    tried_before: dict[str, Any] = {
        "due_at": ago(hours=2),
        "try_at": ago(seconds=5),
        "state": MessageState.SENDING,
        "attempts": 2,
    }
    add_message(database, phone, purpose=Purpose.URGENT, **tried_before)
    add_message(database, phone, purpose=Purpose.BROADCAST, due_at=ago(hours=-1), try_at=ago(hours=-1))
    add_sent(database, phone, due_at=ago(hours=1))
    told = numbers(database)
    assert {name: value for (name,), value in told["outbox_depth"].items() if value} == {"reminder": 3, "urgent": 1}
    assert told["outbox_oldest_seconds"][("reminder",)] == 300
    assert told["outbox_oldest_seconds"][("urgent",)] == 7200
    assert told["outbox_oldest_seconds"][("broadcast",)] == 0


def test_what_is_on_its_way(database: Database) -> None:
    phone = add_phone(database)
    add_message(database, phone, state=MessageState.SENDING, try_at=None, claimed_at=NOW)
    add_message(database, phone, state=MessageState.SENDING, try_at=ago(minutes=-5), claimed_at=NOW)
    assert alone(database, "outbox_in_flight") == 1


def test_what_came_of_the_last_day(database: Database) -> None:
    phone = add_phone(database)
    for hours in (1, 23, 25):
        add_sent(database, phone, due_at=ago(hours=hours))
    add_sent(database, phone, state=MessageState.DELIVERED, purpose=Purpose.OFFER, due_at=ago(hours=3))
    add_message(database, phone, due_at=ago(hours=-2), try_at=ago(hours=-2))
    answer(database, phone)
    assert numbers(database)["sends"] == {("reminder", "sent"): 2, ("offer", "delivered"): 1}


def test_what_nobody_can_tell_until_a_person_has_settled_it(database: Database) -> None:
    phone = add_phone(database)
    unknown = [add_sent(database, phone, state=MessageState.UNKNOWN) for _ in range(3)]
    heard_of_after_all = add_sent(database, phone, state=MessageState.DELIVERED)
    with database.begin() as session:
        for message_id in (*unknown, heard_of_after_all):
            session.add(Task(kind=TaskKind.DID_IT_ARRIVE, message_id=message_id, created_at=NOW))
        session.add(Task(kind=TaskKind.BROKEN_TURN, created_at=NOW))
        session.add(Task(kind=TaskKind.BROKEN_TURN, created_at=NOW, done_at=NOW))
        session.flush()
        session.execute(sa.update(Task).where(Task.message_id == unknown[0]).values(done_at=NOW))
    assert alone(database, "messages_unknown") == 2
    assert alone(database, "turns_failed") == 1


def test_texts_after_which_nothing_came(database: Database) -> None:
    answered, waiting, called_later, silent = (add_phone(database) for _ in range(4))
    hear(database, answered)
    answer(database, answered)
    add_sent(database, waiting, due_at=ago(hours=5))
    hear(database, waiting, at=ago(hours=2))
    hear(database, waiting, at=ago(hours=1))
    hear(database, called_later)
    add_message(database, called_later, purpose=Purpose.ANSWER)
    hear(database, silent, at=ago(hours=25))
    assert alone(database, "inbound_unanswered") == 2


def test_silence_that_is_meant(database: Database) -> None:
    gone, back, asked = add_phone(database, opted_out_at=NOW), add_phone(database), add_phone(database)
    hear(database, gone, "STOP")
    hear(database, back, "START")
    hear(database, asked, " help ")
    with database.begin() as session:
        session.add(Consent(phone_id=back, kind=ConsentKind.OPT_IN, how="Twilio", at=NOW))
    assert alone(database, "inbound_unanswered") == 0
    hear(database, back, "hola?", at=ago(seconds=-9))
    assert alone(database, "inbound_unanswered") == 1


def test_what_families_write_in_earnest_leaves_nothing_unanswered(database_url: str) -> None:
    app = application(database_url)
    for body, by_twilio in (("hola", ""), ("menu", ""), ("HELP", "HELP"), ("STOP", "STOP"), ("hola?", "")):
        assert post(app, {**sms(body), **({"OptOutType": by_twilio} if by_twilio else {})}).status_code == 200
    database: Database = app.extensions["lucero"].database
    with database.reading() as session:
        heard = session.scalar(sa.select(sa.func.count()).where(Message.direction == Direction.IN))
        told = of_database(session.connection(), dt.datetime.now(dt.UTC))
    database.close()
    assert heard == 5
    assert [metric.values for metric in told if metric.name == "lucero_inbound_unanswered"] == [[({}, 0)]]


def test_when_the_clock_was_heard_from(database: Database) -> None:
    with database.begin() as session:
        session.add(Heartbeat(name="clock", at=ago(seconds=42)))
    assert alone(database, "clock_last_heard_seconds") == 42


def test_jobs_that_wait_in_the_queues(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        for _ in range(2):
            Queue(Kind.SETTLING.value, connection=client).enqueue("notifications.work.do_work", "settling")
        [jobs] = of_queues(client)
    assert {labels["queue"]: value for labels, value in jobs.values} == {"delivery": 0, "settling": 2}


def test_the_text_that_prometheus_reads() -> None:
    odd = Metric("lucero_odd", "Odd labels.", [({"a": 'x"\\\n', "b": "ñ"}, 1.5)], "counter")
    assert as_text([odd, single("lucero_absent", "Never.", None), single("lucero_many", "Many.", 12_345_678)]) == (
        "# HELP lucero_odd Odd labels.\n# TYPE lucero_odd counter\n"
        'lucero_odd{a="x\\"\\\\\\n",b="ñ"} 1.5\n'
        "# HELP lucero_many Many.\n# TYPE lucero_many gauge\nlucero_many 12345678\n"
    )


@pytest.fixture
def full(database: Database) -> Database:
    """A database with so many messages of the past that reading all of them would be seen in a plan."""
    phone = add_phone(database)
    plain = {"phone_id": phone, "channel": "sms", "body": "palabra " * 15, "encoding": "GSM-7", "media": []}
    rows: list[dict[str, Any]] = [
        {
            **plain,
            "direction": "in" if n % 3 else "out",
            "purpose": "text" if n % 3 else "reminder",
            "state": "received" if n % 3 else "delivered",
            "lane": None if n % 3 else 1,
            "created_at": ago(minutes=MANY - n),
            "due_at": None if n % 3 else ago(minutes=MANY - n),
            "provider_sid": f"SM{n:032}",
        }
        for n in range(MANY)
    ]
    with database.begin() as session:
        session.execute(sa.insert(Message), rows)
        session.add_all([Phone(number=f"+1413{n:07}", created_at=NOW) for n in range(500)])
        session.add_all([Task(kind=TaskKind.DID_IT_ARRIVE, message_id=n, created_at=NOW) for n in range(1, 4)])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    return database


def plan(database: Database, statement: sa.Select[Any], values: dict[str, Any]) -> list[str]:
    """How the database goes about a statement, line by line."""
    seen: list[tuple[str, Any]] = []
    with database.engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *run: seen.append((run[2], run[3])))
        connection.execute(statement, values)
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        return [str(row[-1]) for row in connection.exec_driver_sql(explain + seen[0][0], seen[0][1])]


@pytest.mark.parametrize("name", ["WAITING", "IN_FLIGHT", "SENDS", "BROKEN", "UNKNOWN", "NEWEST_ID", "UNANSWERED"])
def test_no_number_reads_through_all_messages(full: Database, name: str) -> None:
    statement = getattr(metrics, name)
    values = {"now": NOW, "since": ago(days=1), "beyond": MANY - 100}
    lines = plan(full, statement, {key: values[key] for key in statement.compile().params if key in values})
    reads_all = ("Seq Scan on messages", "SCAN messages", "ix_messages_phone_id")
    assert [line for line in lines if any(sign in line for sign in reads_all) and "in_flight" not in line] == []


def test_no_number_says_anything_of_a_family(database: Database) -> None:
    number, word = "+14135550142", secrets.token_hex(8)
    hear(database, add_phone(database, number), word)
    with database.reading() as session:
        told = as_text(of_database(session.connection(), NOW))
    assert number[2:] not in told
    assert word not in told
