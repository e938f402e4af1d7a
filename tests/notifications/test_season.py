"""A summer of the example, played from tick to tick: when each family hears from us, on its own clock."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.agenda import AgendaItem, ItemKind, ItemState
from models.catalogue import Catalogue, load_catalogue
from models.family import Family, Phone
from models.message import Message, Purpose
from models.program import Program
from models.sign_up import SignUp, SignUpStatus
from models.task import Task, TaskKind
from models.workday import ToldWorkDay, WorkDay, read_seasons
from notifications.agenda.work_days import work_day_at
from notifications.family_windows import is_open
from tests.bot.example import Service, example_database

FIRST = dt.datetime(2027, 6, 1, 18, 30, tzinfo=ZoneInfo("America/New_York"))
LAST = dt.datetime(2027, 8, 31, 12, 0, tzinfo=ZoneInfo("America/New_York"))
A_WEEK = dt.timedelta(days=7)
HOURS = {
    "+14135550211": "salgo a las 4 y regreso a las 6",
    "+14135550212": "trabajo de 7 a 4, de lunes a viernes",
    "+14135550213": "trabajo de noche, salgo a las 6 de la tarde y regreso a las 6 de la mañana",
    "+14135550214": "depende, nos avisan la noche antes",
}
"""A family of each kind of work, signed up for the summer by text."""


@dataclass(frozen=True)
class Told:
    """One text that a family had not asked for, and its work day at that moment."""

    message: Message
    work_day: WorkDay

    @property
    def local(self) -> dt.datetime:
        """When it left, on the family's clock."""
        return _at(self.message).astimezone(ZoneInfo(self.work_day.zone))


@dataclass(frozen=True)
class Summer:
    """What the database holds when the summer is over."""

    session: Session
    told: dict[int, list[Told]]
    """By family, oldest first."""


def _at(message: Message) -> dt.datetime:
    assert message.sent_at is not None
    return message.sent_at


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def summer(request: pytest.FixtureRequest) -> Iterator[Summer]:
    database = example_database(request.config, request.param, FIRST.date())
    with database as url, contextlib.closing(Service(url, FIRST)) as service:
        _sign_up(service)
        service.run_clock(LAST.astimezone(dt.UTC))
        with service.database.reading() as session:
            yield Summer(session, _told(session, load_catalogue(session.connection())))


def _sign_up(service: Service) -> None:
    for number, hours in HOURS.items():
        for text in ("quiero apuntar a mi hijo al verano", "8 en 3", "Nico", "no", "no", "si"):
            service.text(number, text)
        for text in (hours, "si", "si"):
            service.text(number, text)


def _told(session: Session, catalogue: Catalogue) -> dict[int, list[Told]]:
    seasons = read_seasons(session)
    unasked = sa.select(Message, Family, ToldWorkDay).join(Phone, Phone.id == Message.phone_id)
    unasked = unasked.join(Family, Family.id == Phone.family_id).outerjoin(
        ToldWorkDay, ToldWorkDay.family_id == Family.id
    )
    unasked = unasked.where(Message.lane.is_not(None), Message.sent_at.is_not(None)).order_by(Message.sent_at)
    found = defaultdict(list)
    for message, family, hours in session.execute(unasked):
        work_day = work_day_at(_at(message), hours, family.organization_id, catalogue, seasons)
        found[family.id].append(Told(message, work_day))
    return found


def _family_of(session: Session, number: str) -> int:
    return session.scalars(sa.select(Phone.family_id).where(Phone.number == number)).one() or 0


def test_every_text_came_when_its_family_could_read_it(summer: Summer) -> None:
    told = [one for texts in summer.told.values() for one in texts]
    assert len(told) > 40
    for one in told:
        early = one.message.purpose == Purpose.REMINDER
        at_the_end_of_the_shift = (one.message.reason or "").startswith("Before their shift ends")
        if not at_the_end_of_the_shift:
            assert is_open(one.work_day, _at(one.message), early=early), (one.local, one.work_day, one.message.reason)


def test_nobody_had_more_than_three_in_seven_days(summer: Summer) -> None:
    for texts in summer.told.values():
        moments = [_at(one.message) for one in texts]
        for number, moment in enumerate(moments[3:]):
            assert moment - moments[number] >= A_WEEK


def test_families_of_each_kind_of_work_were_reminded_of_the_first_day(summer: Summer) -> None:
    early, day, night, varies = (
        [one for one in summer.told[_family_of(summer.session, number)] if one.message.purpose == Purpose.REMINDER]
        for number in HOURS
    )
    assert [f"{one.local:%m-%d %H:%M}" for one in early if one.message.body.startswith("Mañana")] == ["07-05 18:30"]
    assert [f"{one.local:%m-%d %H:%M}" for one in day if one.message.body.startswith("Mañana")] == ["07-05 18:30"]
    assert all(one.local.hour < 18 for one in night)
    assert night
    assert varies


def test_who_wants_it_is_told_once_more_before_work(summer: Summer) -> None:
    texts = summer.told[_family_of(summer.session, "+14135550211")]
    assert [f"{one.local:%m-%d %H:%M}" for one in texts if one.message.body.startswith("Buenos días")] == [
        "07-06 03:30"
    ]


def test_nobody_who_is_signed_up_was_forgotten(summer: Summer) -> None:
    """For the first day of each program there is a reminder that was told, or a reason why not."""
    session = summer.session
    standing = sa.select(SignUp.family_id, SignUp.program_id).join(Program, Program.id == SignUp.program_id)
    standing = standing.where(
        SignUp.status == SignUpStatus.ENROLLED, Program.starts_on.between(dt.date(2027, 6, 5), dt.date(2027, 8, 30))
    )
    for family_id, program_id in session.execute(standing.distinct()).all():
        mine = sa.select(AgendaItem).where(
            AgendaItem.family_id == family_id, AgendaItem.program_id == program_id, AgendaItem.kind == ItemKind.REMINDER
        )
        items = session.scalars(mine).all()
        assert items, (family_id, program_id)
        assert all(item.state is not ItemState.OPEN and item.reason for item in items)


def test_who_never_answers_is_called(summer: Summer) -> None:
    silent = sa.select(Task.family_id).where(Task.kind == TaskKind.SILENT)
    for family_id in summer.session.scalars(silent):
        answered = sa.select(AgendaItem.state).where(
            AgendaItem.family_id == family_id, AgendaItem.state == ItemState.SILENT
        )
        assert len(summer.session.scalars(answered).all()) >= 2


def test_nobody_who_has_opted_out_heard_from_us(summer: Summer) -> None:
    gone = sa.select(Message.id).join(Phone, Phone.id == Message.phone_id)
    gone = gone.where(Phone.opted_out_at.is_not(None), Message.lane.is_not(None), Message.sent_at.is_not(None))
    assert summer.session.scalars(gone).all() == []
