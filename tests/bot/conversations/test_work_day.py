"""Telling a work day: nothing is kept before it is right, every step can be taken back, and a reply is one segment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from locales.sms import for_sms, segments
from models.family import Family, Phone
from models.task import TaskKind
from models.workday import ToldWorkDay
from tests.bot.example import Service, serving
from tests.bot.phones import Handset

STEPS = [("hours", "salgo a las 5"), ("right 0", "6:30 de la tarde"), ("before work", "si")]
"""The question that waits after a text."""


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with serving(request.config, "sqlite") as service:
        yield service


def told(phone: Handset) -> ToldWorkDay | None:
    with phone.service.database.reading() as session:
        return session.get(ToldWorkDay, phone.row().family_id or 0)


def at(step: int, service: Service, area: str = "408") -> Handset:
    """A phone at which the question of this step waits."""
    phone = Handset.new(service, area)
    phone.texts(*(text for _key, text in STEPS[: step + 1]))
    assert phone.stands_at() == ("work_day", STEPS[step][0])
    return phone


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_nothing_is_kept_before_the_last_answer(service: Service, step: int) -> None:
    phone = at(step, service)
    assert phone.row().family_id is None
    assert phone.tasks() == []


@pytest.mark.parametrize("step", range(1, len(STEPS)))
def test_back_asks_the_question_before(service: Service, step: int) -> None:
    phone = at(step, service)
    phone.text("atras")
    assert phone.stands_at() == ("work_day", STEPS[step - 1][0])
    phone.texts(*(text for _key, text in STEPS[step:]), "no")
    day = told(phone)
    assert day is not None
    assert day.leaves_at is not None
    assert not day.before_work


def test_an_area_code_says_nothing_about_the_zone(service: Service) -> None:
    phone = at(2, service, "413")
    phone.text("1")
    day = told(phone)
    assert day is not None
    assert day.zone is None
    assert phone.row().organization_id is None


def test_both_phones_of_a_family_tell_the_same_day(service: Service) -> None:
    mother, father = at(2, service), at(2, service)
    mother.text("1")
    with service.database.begin() as session:
        home = sa.select(Family.id).limit(1).order_by(Family.id.desc())
        session.execute(sa.update(Phone).where(Phone.number == father.number).values(family_id=home.scalar_subquery()))
    father.text("2")
    father.texts("ahora llego a las 8 de la noche", "1")
    day = told(mother)
    assert day is not None
    assert day.home_at is not None
    assert day.home_at.isoformat("minutes") == "20:00"


def test_what_is_never_right_goes_to_a_person_and_the_day_of_before_stays(service: Service) -> None:
    phone = at(2, service)
    phone.texts("1", "ahora salgo a las 6", "2", "salgo a las 7", "2", "salgo a las 8", "2", "salgo a las 9")
    day = told(phone)
    assert day is not None
    assert day.leaves_at is not None
    assert day.leaves_at.isoformat("minutes") == "05:00"
    assert phone.tasks() == [TaskKind.WORK_DAY]


@pytest.mark.parametrize("text", ["ya no me manden nada", "alto"])
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_who_wants_no_texts_at_all_is_heard_at_every_step(service: Service, step: int, text: str) -> None:
    phone = at(step, service)
    phone.text(text)
    assert phone.row().opted_out_at is not None


@pytest.mark.parametrize(
    "text",
    [
        "i leave at 10:30am, home at 2:30am, off wednesday thursday and sunday",
        "salgo 10:30 am, llego 2:30 am, descanso miercoles viernes y domingo",
        "saio 10:30 da manha, chego 2:30 da manha, folgo quarta, sexta e domingo",
        "mwen kite kay 10:30 am, mwen lakay 2:30 am, repo mekredi vandredi ak dimanch",
        "salgo 10:30 de la noche, llego 1:30 de la tarde, descanso miercoles",
    ],
)
def test_the_longest_work_day_is_read_back_in_one_segment(service: Service, text: str) -> None:
    phone = Handset.new(service, "408")
    reply = phone.text(text) or ""
    assert phone.stands_at() == ("work_day", "right 0")
    assert segments(for_sms(reply)).count == 1, reply
