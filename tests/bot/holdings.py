"""What the database holds about a few phones, as the tables of a transcript show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.wording import DAYS
from models.family import Consent, Phone, Student
from models.message import Direction, Message
from models.moving import Move
from models.organization import Contact, Organization
from models.program import Program
from models.task import Screening, Task
from models.workday import ToldWorkDay
from tests.bot.transcripts import NotATranscript, PhoneOf, Table
from web.roster import roster
from web.sheets import cell, record

Row = dict[str, Any]


def rows_of(session: Session, table: Table, phones: Sequence[PhoneOf]) -> list[list[str]]:
    """The rows that the database has for a table of a transcript, as text. Raises NotATranscript."""
    what, _space, code = table.what.partition(" ")
    if what not in HOLDINGS:
        raise NotATranscript(f"line {table.line}: should be one of {', '.join(HOLDINGS)}; it is: {what}")
    rows = HOLDINGS[what](session, {phone.number: phone.nickname for phone in phones}, code)
    return [[_cell(row, column, table) for column in table.columns] for row in rows]


def _cell(row: Row, column: str, table: Table) -> str:
    if column not in row:
        raise NotATranscript(f"line {table.line}: {column} is not one of {', '.join(row)}")
    return cell(row[column])


def _roster(session: Session, names: dict[str, str], code: str) -> Iterable[Row]:
    program = session.scalar(sa.select(Program).where(Program.code == code))
    if program is None:
        raise NotATranscript(f"there is no program {code}")
    mine = [row for row in roster(session, program, full=True) if row.phone in names]
    return [record(row) | {"phone": names[row.phone or ""]} for row in mine]


def _phones(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    for phone in _found(session, names):
        place = next(reversed(phone.places), None)
        district = session.get(Organization, phone.organization_id or 0)
        yield {
            "phone": names[phone.number],
            "language": phone.language,
            "place": district and district.code,
            "family": phone.family_id is not None,
            "opted out": phone.opted_out_at is not None,
            "paused": phone.paused_at is not None,
            "unreachable": phone.unreachable,
            "conversation": place and place["conversation"],
            "question": place and place["waiting"],
        }


def _children(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    families = {phone.family_id for phone in _found(session, names) if phone.family_id}
    students = session.scalars(sa.select(Student).where(Student.family_id.in_(families)).order_by(Student.id))
    return [{"name": student.name, "age": student.age, "grade": student.grade} for student in students]


def _tasks(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    by_id = {phone.id: names[phone.number] for phone in _found(session, names)}
    for task in session.scalars(sa.select(Task).where(Task.phone_id.in_(by_id)).order_by(Task.id)):
        contact = session.get(Contact, task.contact_id or 0)
        program = session.get(Program, task.program_id or 0)
        yield {
            "phone": by_id[task.phone_id or 0],
            "kind": task.kind.value,
            "contact": contact and contact.code,
            "program": program and program.code,
            "language": task.language,
            "interpreter": task.interpreter,
            "when": task.when,
            "words": task.words,
            "done": task.done_at is not None,
        }


def _screenings(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    by_id = {phone.id: names[phone.number] for phone in _found(session, names)}
    for row in session.scalars(sa.select(Screening).where(Screening.phone_id.in_(by_id)).order_by(Screening.id)):
        yield {
            "phone": by_id[row.phone_id],
            "followup": row.followup.value,
            "work": row.work,
            "language": row.language,
            "home languages": row.home_languages,
            "words": row.words,
        }


def _outbox(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    by_id = {phone.id: names[phone.number] for phone in _found(session, names)}
    sent = sa.select(Message).where(Message.phone_id.in_(by_id), Message.direction == Direction.OUT)
    for message in session.scalars(sent.where(Message.purpose != "reply").order_by(Message.id)):
        yield {
            "phone": by_id[message.phone_id],
            "purpose": message.purpose,
            "state": message.state.value,
            "body": message.body,
        }


def _consents(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    by_id = {phone.id: names[phone.number] for phone in _found(session, names)}
    lines = sa.select(Consent).where(Consent.phone_id.in_(by_id)).order_by(Consent.id)
    for line in session.scalars(lines):
        yield {
            "phone": by_id[line.phone_id],
            "kind": line.kind.value,
            "how": line.how,
            "words": line.words_shown,
            "language": line.language,
        }


def _hours(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    for phone in _found(session, names):
        told = session.get(ToldWorkDay, phone.family_id or 0)
        if told is None:
            continue
        yield {
            "phone": names[phone.number],
            "pattern": told.pattern and told.pattern.value,
            "leaves": told.leaves_at and told.leaves_at.isoformat("minutes"),
            "home": told.home_at and told.home_at.isoformat("minutes"),
            "off": None if told.days_off is None else ", ".join(DAYS[day] for day in told.days_off) or "none",
            "before work": told.before_work,
            "not before": told.not_before and told.not_before.isoformat("minutes"),
            "words": told.words,
            "place": told.place,
            "zone": told.zone,
        }


def _moves(session: Session, names: dict[str, str], _code: str) -> Iterable[Row]:
    for phone in _found(session, names):
        mine = sa.select(Move).where(Move.family_id == (phone.family_id or 0))
        for move in session.scalars(mine.order_by(Move.id)):
            from_, to = (
                session.get(Organization, one or 0) for one in (move.from_organization_id, move.to_organization_id)
            )
            yield {
                "phone": names[phone.number],
                "from": from_ and from_.code,
                "to": to and to.code,
                "place": move.place,
                "zone": move.zone,
                "on": move.moves_on,
                "there": move.settled_at is not None,
                "words": move.words,
            }


def _found(session: Session, names: dict[str, str]) -> list[Phone]:
    """The phones that have texted, in the order of the transcript."""
    found = {phone.number: phone for phone in session.scalars(sa.select(Phone).where(Phone.number.in_(names)))}
    return [found[number] for number in names if number in found]


HOLDINGS: dict[str, Callable[[Session, dict[str, str], str], Iterable[Row]]] = {
    "roster": _roster,
    "phones": _phones,
    "children": _children,
    "tasks": _tasks,
    "screenings": _screenings,
    "outbox": _outbox,
    "consents": _consents,
    "hours": _hours,
    "moves": _moves,
}
