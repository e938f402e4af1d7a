"""Numbers of the agenda for who watches: what the clock has left undone, has yet to plan, and what broke."""

import datetime as dt
import secrets
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemKind, ItemState
from models.database import Database
from models.family import Student
from models.program import Program
from models.sign_up import SignUp, SignUpStatus
from notifications.agenda.due import Agenda
from notifications.clock import keep_agenda
from notifications.work import ThreadBell
from tests.models import rows
from tests.web.test_metrics import NOW, ago, numbers, plan
from web import metrics
from web.metrics import of_database

MANY = 1000


SIGNED_UP: dict[str, Any] = {"status": SignUpStatus.ENROLLED, "signed_up_at": NOW, "changed_at": NOW}


def put_on_agenda(database: Database, *look_at: dt.datetime | None, kind: ItemKind = ItemKind.REMINDER) -> None:
    with database.begin() as session:
        for at in look_at:
            key = f"{kind}:{secrets.token_hex(8)}"
            session.add(AgendaItem(key=key, kind=kind, look_at=at, created_at=NOW))


def test_what_the_clock_has_left_undone(database: Database) -> None:
    put_on_agenda(database, ago(minutes=3), ago(minutes=20), NOW, ago(seconds=-1), None)
    told = numbers(database)
    assert told["agenda_due"] == {(): 3}
    assert told["agenda_oldest_seconds"] == {(): 1200}


def test_what_the_clock_has_not_planned_yet(database: Database) -> None:
    with database.begin() as session:
        program = rows.program(session)
        family = rows.family(session, "+14135550142", children=["Ana", "Beto"])
        family.students[1].planned_at = NOW
        for planned_at in (None, NOW):
            made = SignUp(
                program=program, family=family, status=SignUpStatus.ENROLLED, signed_up_at=NOW, changed_at=NOW
            )
            made.planned_at = planned_at
            session.add(made)
    assert numbers(database)["agenda_to_plan"] == {("sign_ups",): 1, ("programs",): 1, ("students",): 1}


def test_something_on_the_agenda_that_broke(database: Database) -> None:
    put_on_agenda(database, NOW, kind=ItemKind.OFFER)  # of nothing, to nobody
    assert numbers(database)["agenda_broke_seconds"] == {}
    keep_agenda(database, Agenda(database), ThreadBell(), ago(minutes=-30))
    with database.reading() as session:
        told = of_database(session.connection(), ago(minutes=-50))
    assert [metric.values for metric in told if metric.name == "lucero_agenda_broke_seconds"] == [[({}, 20 * 60)]]


@pytest.fixture
def full(database: Database) -> Database:
    """A database in which much waits for its moment, and nothing is due."""
    with database.begin() as session:
        _add_what_only_waits(session)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    return database


def _add_what_only_waits(session: Session) -> None:
    program, family = rows.program(session), rows.family(session, "+14135550142")
    session.refresh(program)
    child = {"family_id": family.id, "told_on": NOW.date(), "planned_at": NOW}
    sign_up = {"program_id": program.id, "family_id": family.id, "planned_at": NOW, **SIGNED_UP}
    item = {"kind": ItemKind.REMINDER, "state": ItemState.OPEN, "created_at": NOW}
    another = {column.key: getattr(program, column.key) for column in sa.inspect(Program).column_attrs} | {
        "to_plan": False
    }
    del another["id"]
    session.execute(sa.insert(Program), [another | {"code": f"P{n}"} for n in range(MANY)])
    session.execute(sa.update(Program).values(to_plan=False))
    session.execute(sa.insert(Student), [child] * MANY)
    session.execute(sa.insert(SignUp), [sign_up] * MANY)
    session.execute(
        sa.insert(AgendaItem),
        [item | {"key": f"reminder:{n}", "look_at": ago(minutes=-n) if n % 2 else None} for n in range(MANY)],
    )


@pytest.mark.parametrize("what", ["agenda", "sign_ups", "programs", "students"])
def test_no_number_reads_through_all_that_the_clock_has_yet_to_do(full: Database, what: str) -> None:
    statements = (
        [metrics.OLDEST_ON_AGENDA, metrics.DUE_ON_AGENDA] if what == "agenda" else [metrics.TO_BE_PLANNED[what]]
    )
    index = "ix_agenda_to_look_at" if what == "agenda" else f"ix_{what}_to_plan"
    for statement in statements:
        lines = plan(full, statement, {"now": NOW})
        assert any(index in line for line in lines), lines
