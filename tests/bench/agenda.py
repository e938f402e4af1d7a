"""Goal 7: a tick of the clock with a million items pending over the same tick with ten thousand."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from models.agenda import AgendaItem, ItemKind, ItemState
from models.database import Database, open_database
from models.family import Consent, ConsentKind, Family, Phone
from models.message import Message, MessageState
from models.organization import Organization, OrganizationKind
from models.program import Attends, Program
from models.sign_up import SignUp, SignUpStatus
from notifications.agenda.due import Agenda
from notifications.clock import ring
from notifications.work import Kind
from tests.bench import machine, stations, wire
from tests.bench.report import conditions, write_down
from tests.bench.stations import databases_of

FEW, MANY = 10_000, 1_000_000
DUE = 500
ROUNDS = 6
LOOKS = 40
"""Ticks with nothing due in a round."""
GOAL = 1.5
FAMILIES_EACH = 10
"""Items a family."""
AT_ONCE = 20_000
ZONE = ZoneInfo("America/New_York")
FIRST_DAY = dt.date(2027, 3, 1)
FAR = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


class _NoBell:
    """Nobody has to be woken: only the tick is measured."""

    def ring(self, kind: Kind, *, all_hands: bool = False) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Ticks:
    """Seconds that each tick took, on one database."""

    nothing_due: list[float]
    some_due: list[float]


def agendas(port: int, kinds: Sequence[str], folder: Path) -> list[str]:
    """Measure on each kind of database, print, write down, and return what went wrong."""
    wrong: list[str] = []
    lines: list[str] = []
    others: list[float] = []
    for kind in kinds:
        (folder / f"{kind}-few").mkdir()
        (folder / f"{kind}-many").mkdir()
        few_at, many_at = (databases_of(port, folder / f"{kind}-{size}", [kind]) for size in ("few", "many"))
        with few_at as few_url, many_at as many_url:
            few, many, foreign, verdict = _compared(few_url[kind], many_url[kind])
        others.append(foreign)
        wrong.append(verdict)
        lines.append(_line(kind, few, many, verdict))
        print(lines[-1])
    head = ["| | nothing due | ms | 500 due | ms | told |", "|---|---|---|---|---|---|"]
    write_down("agenda", [conditions(others), "", *head, *lines])
    return wrong


def _line(kind: str, few: Ticks, many: Ticks, verdict: str) -> str:
    cells = []
    for one, other in ((few.nothing_due, many.nothing_due), (few.some_due, many.some_due)):
        ratios = [b / a for a, b in zip(one, other, strict=True)]
        cells += [
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
            f"{statistics.median(one) * 1000:.1f} / {statistics.median(other) * 1000:.1f}",
        ]
    return f"| {kind} | {' | '.join(cells)} | {verdict} |"


def _compared(few_url: str, many_url: str) -> tuple[Ticks, Ticks, float, str]:
    """The same ticks on both, in turn."""
    databases = [open_database(url) for url in (few_url, many_url)]
    for database, pending in zip(databases, (FEW, MANY), strict=True):
        _fill(database, pending)
    agendas = [Agenda(database) for database in databases]
    found = [Ticks([], []), Ticks([], [])]
    before, began = machine.used_by_all(), _ours(few_url)
    for number in range(ROUNDS):
        for database, agenda, ticks in zip(databases, agendas, found, strict=True):
            ticks.nothing_due.append(_nothing_due(database, agenda, number))
            ticks.some_due.append(_timed(lambda: agenda.do_what_is_due(_evening(number))))  # noqa: B023 - run at once
            _settle(database)
    foreign = max(0.0, 1 - (_ours(few_url) - began) / (machine.used_by_all() - before))
    told = [_told(database) for database in databases]
    for database in databases:
        database.close()
    verdict = f"{told[0]} each" if told == [DUE * ROUNDS] * 2 else f"{told}: NOT THE SAME"
    return found[0], found[1], foreign, verdict


def _ours(url: str) -> float:
    """Seconds of CPU that this process and its database have used."""
    return time.process_time() + machine.used_by(stations.postmaster(url))


def _nothing_due(database: Database, agenda: Agenda, number: int) -> float:
    """Seconds that one tick takes, of many in a row."""
    noon = _evening(number) - dt.timedelta(hours=8)

    def ticks() -> None:
        for _ in range(LOOKS):
            ring(database, _NoBell(), noon)
            agenda.do_what_is_due(noon)

    return _timed(ticks) / LOOKS


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _evening(number: int) -> dt.datetime:
    """Before the day of a round's program, when families who told nothing are told."""
    day = FIRST_DAY + dt.timedelta(days=7 * number - 1)
    return dt.datetime.combine(day, dt.time(18, 35), ZONE).astimezone(dt.UTC)


# --- rows -----------------------------------------------------------------------------------------------------------


def _fill(database: Database, pending: int) -> None:
    """Families with a sign-up each, of which some are to be told at each round, and what only waits."""
    families = max(pending // FAMILIES_EACH, DUE * ROUNDS)
    _write(database, Organization, iter([_district()]))
    _write(database, Program, map(_program, range(ROUNDS + 1)))
    _write(database, Family, map(_family, range(1, families + 1)))
    _write(database, Phone, map(_phone, range(1, families + 1)))
    _write(database, Consent, map(_consent, range(1, families + 1)))
    _write(database, SignUp, map(_sign_up, range(1, families + 1)))
    _write(database, AgendaItem, map(_due_item, range(1, DUE * ROUNDS + 1)))
    waiting = (_waiting_item(number, number % families + 1) for number in range(pending - DUE * ROUNDS))
    _write(database, AgendaItem, waiting)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _write(database: Database, table: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, AT_ONCE)):
        with database.connect() as connection:
            connection.execute(sa.insert(table.__table__), some)


NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def _district() -> dict[str, Any]:
    return {"id": 1, "code": "D", "kind": OrganizationKind.DISTRICT, "name": "District", "zone": ZONE.key}


def _program(number: int) -> dict[str, Any]:
    """One for each round, on its day; one more, far ahead, for whoever is told nothing."""
    day = FIRST_DAY + dt.timedelta(days=7 * number) if number < ROUNDS else dt.date(2030, 1, 2)
    return {
        "id": number + 1, "code": f"P{number}", "organization_id": 1, "offering": f"P{number}", "kind": "event",
        "attends": Attends.PEOPLE, "title": {"es": "Clínica"}, "place": "Escuela", "zone": ZONE.key, "starts_on": day,
        "ends_on": day, "begins": dt.time(9),
    }  # fmt: skip


def _family(number: int) -> dict[str, Any]:
    return {"id": number, "code": f"F{number}", "language": "es", "organization_id": 1, "created_at": NOW}


def _phone(number: int) -> dict[str, Any]:
    of_family = {"id": number, "family_id": number, "number": wire.number_of(number)}
    return of_family | {"language": "es", "created_at": NOW, "welcomed_at": NOW, "sms_heard_at": NOW}


def _consent(number: int) -> dict[str, Any]:
    return {"phone_id": number, "kind": ConsentKind.OPT_IN, "how": "texted us", "at": NOW}


def _program_of(family: int) -> int:
    return min((family - 1) // DUE, ROUNDS) + 1


def _sign_up(number: int) -> dict[str, Any]:
    at = {"signed_up_at": NOW, "changed_at": NOW, "planned_at": NOW}
    whose = {"id": number, "program_id": _program_of(number), "family_id": number, "phone_id": number}
    return whose | {"status": SignUpStatus.ENROLLED, "heads": 2, "seats": 2} | at


def _due_item(number: int) -> dict[str, Any]:
    """A reminder of a round: looked at on the evening before."""
    round_ = (number - 1) // DUE
    day = FIRST_DAY + dt.timedelta(days=7 * round_)
    return _item(f"due:{number}", number, _program_of(number)) | {
        "look_at": _evening(round_) - dt.timedelta(minutes=5),
        "begins_at": dt.datetime.combine(day, dt.time(9), ZONE),
    }


def _waiting_item(number: int, family: int) -> dict[str, Any]:
    far = FAR + dt.timedelta(seconds=number)
    return _item(f"waiting:{number}", family, ROUNDS + 1) | {"look_at": far, "begins_at": far}


def _item(key: str, family: int, program: int) -> dict[str, Any]:
    about = {"key": key, "kind": ItemKind.REMINDER, "state": ItemState.OPEN}
    return about | {"family_id": family, "program_id": program, "created_at": NOW}


def _settle(database: Database) -> None:
    """What a round has told is over, so that the next one looks at its own items only."""
    with database.connect() as connection:
        told = sa.update(AgendaItem).where(AgendaItem.state == ItemState.TOLD)
        connection.execute(told.values(state=ItemState.DONE, look_at=None))
        queued = sa.update(Message).where(Message.state == MessageState.QUEUED)
        connection.execute(queued.values(state=MessageState.SENT, try_at=None))


def _told(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0
