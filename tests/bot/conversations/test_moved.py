"""Telling a move: nothing is written before it is right, the day is the family's own, and little is kept of a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from locales.sms import for_sms, segments
from models.agenda import AgendaItem, ItemKind, ItemState, look_again_at_family
from models.family import Family, Phone
from models.moving import OUTSIDE, Move
from models.sign_up import SignUp, SignUpStatus
from models.task import Task, TaskKind
from models.workday import ToldWorkDay
from notifications.agenda.due import Agenda
from tests.bot.conversations.scripts import CHILDREN
from tests.bot.example import Service, serving
from tests.bot.phones import Handset

STEPS = [("where", "nos mudamos"), ("when", "lynn"), ("all sign-ups", "10 de julio"), ("right", "2")]
"""The question that waits after a text, for a family with two sign-ups."""


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with serving(request.config, "sqlite") as service:
        yield service


def signed_up(service: Service) -> Handset:
    """A phone in Springfield with two children in the summer program."""
    phone = CHILDREN.up_to(0, service)
    assert CHILDREN.finishes(phone, 0)
    with service.database.begin() as session:
        springfield = sa.text("(SELECT id FROM organizations WHERE code = 'SPR')")
        session.execute(sa.update(Phone).where(Phone.number == phone.number).values(organization_id=springfield))
        family = sa.update(Family).where(Family.id == phone.row().family_id)
        session.execute(family.values(organization_id=springfield))
    return phone


def at(step: int, service: Service) -> Handset:
    phone = signed_up(service)
    phone.texts(*(text for _key, text in STEPS[: step + 1]))
    assert phone.stands_at() == ("moved", STEPS[step][0])
    return phone


def moves(phone: Handset) -> list[Move]:
    with phone.service.database.reading() as session:
        return list(session.scalars(sa.select(Move).where(Move.family_id == phone.row().family_id).order_by(Move.id)))


def told(phone: Handset) -> ToldWorkDay | None:
    with phone.service.database.reading() as session:
        return session.get(ToldWorkDay, phone.row().family_id or 0)


def leaving(phone: Handset) -> AgendaItem | None:
    with phone.service.database.reading() as session:
        mine = sa.select(AgendaItem).where(AgendaItem.kind == ItemKind.LEAVING)
        return session.scalar(mine.where(AgendaItem.family_id == phone.row().family_id))


def statuses(phone: Handset) -> list[SignUpStatus]:
    return [one.status for one in sorted(phone.sign_ups(), key=lambda one: one.id)]


def tick(service: Service, at: dt.datetime) -> None:
    Agenda(service.database).do_what_is_due(at)


# --- asking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_nothing_is_written_before_it_is_right(service: Service, step: int) -> None:
    phone = at(step, service)
    assert moves(phone) == []
    assert phone.tasks() == []
    assert [one.leaves_on for one in phone.sign_ups()] == [None, None]
    phone.texts(*(text for _key, text in STEPS[step + 1 :]), "1")
    assert phone.tasks() == [TaskKind.MOVED, TaskKind.MOVED, TaskKind.RECORDS]
    assert [one.leaves_on for one in phone.sign_ups()] == [dt.date(2027, 7, 10)] * 2


@pytest.mark.parametrize("step", range(1, len(STEPS)))
def test_back_asks_the_question_before(service: Service, step: int) -> None:
    phone = at(step, service)
    phone.text("atras")
    assert phone.stands_at() == ("moved", STEPS[step - 1][0])


def test_a_side_question_keeps_the_place(service: Service) -> None:
    phone = at(1, service)
    phone.text("cuanto cuesta?")
    assert phone.stands_at() == ("moved", "when")


def test_two_answers_in_one_text_are_both_taken(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("nos mudamos", "a yuma el 10 de julio")
    assert phone.stands_at() == ("moved", "all sign-ups")


@pytest.mark.parametrize("step", [0, 1, 3])
def test_who_says_in_the_middle_that_they_stay_is_asked_no_more(service: Service, step: int) -> None:
    phone = at(step, service)
    phone.text("mejor ya no nos vamos")
    assert moves(phone) == []
    assert phone.places() == []


def test_a_street_is_no_place_and_is_not_kept(service: Service) -> None:
    phone = Handset.new(service)
    phone.texts("nueva direccion", "45 main st")
    assert phone.stands_at() == ("moved", "where")
    phone.text("holyoke")
    assert phone.stands_at() == ("moved", "when")


def test_tomorrow_is_counted_on_the_family_s_calendar(service: Service) -> None:
    phone = signed_up(service)
    service.now = dt.datetime(2027, 6, 2, 2, 30, tzinfo=dt.UTC)  # half past ten in the evening of 1 June
    phone.texts("nos vamos mañana a yuma", "2", "1")
    assert moves(phone)[0].moves_on == dt.date(2027, 6, 2)


def test_the_state_is_asked_once(service: Service) -> None:
    phone = Handset.new(service)
    phone.texts("we moved", "Kalkaska")
    assert phone.stands_at() == ("moved", "state")
    phone.text("up north")
    assert phone.stands_at() == ("moved", "right")
    phone.text("1")
    [move] = moves(phone)
    assert (move.place, move.zone) == ("Kalkaska", None)


def test_who_does_not_know_yet_is_not_pressed(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("nos vamos a mudar", "no se", "todavia no sabemos")
    assert phone.stands_at() == ("moved", "right")
    phone.text("1")
    [move] = moves(phone)
    assert (move.place, move.moves_on, move.settled_at) == (None, None, None)
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2
    assert phone.row().organization_id is not None


@pytest.mark.parametrize("area", ["928", "413", "212"])
def test_an_area_code_says_nothing_about_where_they_are(service: Service, area: str) -> None:
    phone = Handset.new(service, area)
    phone.texts("ya nos mudamos", "zzyzx", "quien sabe", "1")
    day = told(phone)
    assert day is not None
    assert day.zone is None
    assert moves(phone)[0].from_organization_id is None


def test_of_another_country_only_that_is_kept(service: Service) -> None:
    phone = Handset.new(service)
    phone.texts("nos regresamos a Guatemala el viernes", "1")
    [move] = moves(phone)
    assert (move.place, move.zone, move.words) == (OUTSIDE, "America/Guatemala", "")
    with service.database.reading() as session:
        said = session.scalars(sa.select(Task.words).where(Task.phone_id == phone.row().id)).all()
    assert not [words for words in said if "uatemala" in words]


def test_a_springfield_of_another_state_is_not_ours(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("ya estamos en springfield missouri", "1", "1")
    [move] = moves(phone)
    assert (move.to_organization_id, move.zone) == (None, "America/Chicago")


def test_another_house_in_the_same_town_ends_nothing(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("nos cambiamos de casa", "springfield")
    assert moves(phone) == []
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2
    assert phone.tasks() == [TaskKind.MOVED]


# --- the day --------------------------------------------------------------------------------------------------------


def test_the_day_begins_where_they_still_are(service: Service) -> None:
    phone = at(3, service)
    phone.text("1")
    item = leaving(phone)
    assert item is not None
    assert item.look_at == dt.datetime(2027, 7, 10, 4, tzinfo=dt.UTC)  # midnight in Massachusetts


def test_what_is_given_up_ends_on_that_day_and_no_sooner(service: Service) -> None:
    phone = at(3, service)
    phone.text("1")
    tick(service, dt.datetime(2027, 7, 10, 3, 59, tzinfo=dt.UTC))
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2
    tick(service, dt.datetime(2027, 7, 10, 4, tzinfo=dt.UTC))
    assert statuses(phone) == [SignUpStatus.WITHDRAWN] * 2
    assert moves(phone)[0].settled_at is not None


def test_hours_that_change_before_the_day_do_not_bring_it_forward(service: Service) -> None:
    phone = at(3, service)
    phone.text("1")
    early = dt.datetime(2027, 1, 5, tzinfo=dt.UTC)
    with service.database.begin() as session:
        look_again_at_family(session.connection(), phone.row().family_id or 0, early)
    tick(service, early)
    item = leaving(phone)
    assert item is not None
    assert (item.state, item.look_at) == (ItemState.OPEN, item.begins_at)
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2


def test_a_clock_that_was_down_makes_up_for_it_and_twice_is_once(service: Service) -> None:
    phone = at(3, service)
    phone.text("1")
    late = dt.datetime(2027, 7, 14, 12, tzinfo=dt.UTC)
    tick(service, late)
    settled = moves(phone)[0].settled_at
    tick(service, late + dt.timedelta(minutes=1))
    assert moves(phone)[0].settled_at == settled == late


def test_all_phones_of_the_family_belong_there_then(service: Service) -> None:
    mother, father = at(3, service), Handset.new(service)
    father.text("hola")
    with service.database.begin() as session:
        family_id = mother.row().family_id
        session.execute(sa.update(Phone).where(Phone.number == father.number).values(family_id=family_id))
    mother.text("1")
    tick(service, dt.datetime(2027, 7, 10, 12, tzinfo=dt.UTC))
    assert mother.row().organization_id == father.row().organization_id == moves(mother)[0].to_organization_id
    assert mother.row().language == "es"


def test_a_new_day_takes_the_place_of_the_old_one(service: Service) -> None:
    phone = at(3, service)
    phone.texts("1", "nos vamos a yuma el 20 de julio", "2", "1")
    [move] = moves(phone)
    assert (move.place, move.moves_on) == ("yuma", dt.date(2027, 7, 20))
    assert {one.leaves_on for one in phone.sign_ups()} == {dt.date(2027, 7, 20)}
    tick(service, dt.datetime(2027, 7, 12, tzinfo=dt.UTC))
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2


def test_another_day_keeps_what_was_carried_over(service: Service) -> None:
    phone = at(2, service)
    phone.texts("3", "1", "nos vamos a lynn el 20 de julio", "3", "1")
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 4
    assert [move.moves_on for move in moves(phone)] == [dt.date(2027, 7, 20)]
    assert [one.leaves_on for one in phone.sign_ups()] == [dt.date(2027, 7, 20)] * 2 + [None] * 2
    phone.text("ya no nos vamos")
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2 + [SignUpStatus.WITHDRAWN] * 2


def test_another_place_ends_what_was_carried_over(service: Service) -> None:
    phone = at(2, service)
    phone.texts("3", "1", "nos vamos a yuma el 20 de julio", "2", "1")
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2 + [SignUpStatus.WITHDRAWN] * 2


# --- staying, coming back -------------------------------------------------------------------------------------------


def test_what_was_carried_over_ends_where_they_stay(service: Service) -> None:
    phone = at(2, service)
    phone.texts("3", "1")
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 4
    phone.text("ya no nos vamos")
    assert statuses(phone) == [SignUpStatus.ENROLLED] * 2 + [SignUpStatus.WITHDRAWN] * 2
    assert {one.leaves_on for one in phone.sign_ups() if one.status is SignUpStatus.ENROLLED} == {None}
    assert moves(phone) == []
    assert leaving(phone) is None


def test_who_told_no_move_and_stays_is_left_as_is(service: Service) -> None:
    phone = signed_up(service)
    assert phone.text("ya no nos vamos a mudar")
    assert phone.tasks() == []


def test_who_is_back_is_known_by_the_district_it_left(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("ya estamos en yuma", "2", "1")
    assert phone.row().organization_id is None
    service.now += dt.timedelta(days=150)
    reply = phone.text("ya regresamos") or ""
    assert "Springfield" in reply
    assert [move.zone for move in moves(phone)] == ["America/Phoenix", "America/New_York"]
    day = told(phone)
    assert day is not None
    assert day.zone == "America/New_York"


def test_who_goes_home_to_another_country_is_not_taken_for_back(service: Service) -> None:
    phone = signed_up(service)
    phone.texts("ya estamos en yuma", "2", "1")
    reply = phone.text("ya regresamos a mexico") or ""
    assert "Springfield" not in reply
    assert phone.stands_at() == ("moved", "right")


# --- length ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["nos mudamos a {}", "we are moving to {}", "vamos mudar pra {}", "n ap demenaje {}"])
def test_every_reply_is_one_segment_for_two_children(service: Service, text: str) -> None:
    phone = signed_up(service)
    with service.database.begin() as session:
        mine = sa.select(SignUp).where(SignUp.family_id == phone.row().family_id)
        for one, name in zip(session.scalars(mine), ["María Guadalupe", "Juan Francisco"], strict=True):
            assert one.student is not None
            one.student.name = name
    for said in (text.format("lynn"), "10/25", "4", "3", "2", "1"):
        reply = phone.text(said) or ""
        assert segments(for_sms(reply)).count == 1, reply
