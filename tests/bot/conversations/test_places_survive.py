"""A place survives what happens between two texts: a restart, a night, a deploy, a coordinator's edit."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models.program import Program, ProgramStatus, Question
from tests.bot.conversations.scripts import CAMP, CHILDREN, SCRIPTS, VISIT, Script
from tests.bot.example import Service
from tests.bot.phones import Handset

RESUMING = "Estábamos en una inscripción."
SHOE_SIZE = {"en": "What shoe size?", "es": "¿Qué número de zapato?"}
SWIMS, T_SHIRT = CAMP.steps.index(("own swims", "1")), CAMP.steps.index(("own t_shirt", "2"))


# --- a restart, a night ---------------------------------------------------------------------------------------------


def test_the_service_may_restart_before_every_text(service: Service) -> None:
    phone = CHILDREN.up_to(0, service)
    for key, answer in CHILDREN.steps:
        service.restart()
        assert phone.stands_at() == ("sign_up", key)
        phone.text(answer)
    assert len(phone.sign_ups()) == CHILDREN.sign_ups
    assert not phone.broke()


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_a_night_may_pass_before_every_text(line: Service, script: Script) -> None:
    """A place has no end; the next question comes with a word about what it belongs to."""
    phone = script.up_to(0, line)
    for key, answer in script.steps[:-1]:
        assert phone.stands_at() == ("sign_up", key)
        line.now += dt.timedelta(hours=10)
        assert _accented(phone.text(answer)).startswith(_accented(RESUMING))
    assert script.finishes(phone, len(script.steps) - 1)


def test_after_a_short_while_nothing_is_said_of_it(line: Service) -> None:
    phone = CHILDREN.up_to(1, line)
    line.now += dt.timedelta(hours=5)
    assert "inscripcion" not in _accented(phone.text("8"))


def test_a_good_morning_after_a_night_is_told_where_we_were_once(line: Service) -> None:
    phone = CHILDREN.up_to(1, line)
    line.now += dt.timedelta(hours=10)
    assert _accented(phone.text("buenos dias")).count(_accented(RESUMING)) == 1
    assert CHILDREN.finishes(phone, 1)


def test_the_menu_after_a_night_is_the_menu(line: Service) -> None:
    phone = Handset.new(line)
    phone.text("menu")
    line.now += dt.timedelta(hours=10)
    assert phone.text("quiero apuntar a mis hijos al verano")
    assert CHILDREN.finishes(phone, 0)


# --- a coordinator edits the questions -----------------------------------------------------------------------------


def test_a_question_added_before_the_one_that_waits_is_asked(edited: Service) -> None:
    phone = CAMP.up_to(T_SHIRT, edited)
    _add_question(edited, rank=-1)
    phone.text("2")
    assert phone.stands_at() == ("sign_up", "own shoe_size")
    phone.text("31")
    assert CAMP.finishes(phone, T_SHIRT)
    [sign_up] = phone.sign_ups()
    assert sign_up.answers == {"shoe_size": 31, "swims": True, "t_shirt": "medium"}


def test_a_question_added_after_the_one_that_waits_is_met_later(edited: Service) -> None:
    phone = CAMP.up_to(SWIMS, edited)
    _add_question(edited, rank=99)
    phone.texts("1", "2")
    assert phone.stands_at() == ("sign_up", "own shoe_size")
    phone.texts("31", "1")
    assert phone.sign_ups()[0].answers == {"swims": True, "t_shirt": "medium", "shoe_size": 31}


def test_the_question_that_waits_may_go_away(edited: Service) -> None:
    phone = CAMP.up_to(SWIMS, edited)
    _remove_question(edited, "swims")
    phone.text("1")
    assert phone.stands_at() == ("sign_up", "own t_shirt")
    assert CAMP.finishes(phone, T_SHIRT)
    assert phone.sign_ups()[0].answers == {"t_shirt": "medium"}


def test_the_answer_to_a_question_that_went_away_is_not_kept(edited: Service) -> None:
    phone = CAMP.up_to(T_SHIRT, edited)
    _remove_question(edited, "swims")
    assert CAMP.finishes(phone, T_SHIRT)
    assert phone.sign_ups()[0].answers == {"t_shirt": "medium"}


def test_the_last_question_may_go_away_while_it_waits(edited: Service) -> None:
    phone = CAMP.up_to(T_SHIRT, edited)
    _remove_question(edited, "t_shirt")
    phone.text("2")
    assert CAMP.finishes(phone, T_SHIRT + 1)
    assert phone.sign_ups()[0].answers == {"swims": True}


def test_questions_may_change_places(edited: Service) -> None:
    phone = CAMP.up_to(T_SHIRT, edited)
    with edited.database.begin() as session:
        for question in _camp(session).questions:
            question.rank = -question.rank
    phone.text("2")
    assert phone.stands_at() == ("sign_up", "confirm")
    phone.text("1")
    assert phone.sign_ups()[0].answers == {"swims": True, "t_shirt": "medium"}


def test_a_program_may_close_in_the_middle(edited: Service) -> None:
    phone = CAMP.up_to(SWIMS, edited)
    with edited.database.begin() as session:
        _camp(session).status = ProgramStatus.CLOSED
    reply = phone.text("1")
    assert reply
    assert not phone.broke()
    assert phone.sign_ups() == []


# --- another release left the place ---------------------------------------------------------------------------------


def test_a_conversation_that_is_gone_leaves_the_menu(service: Service) -> None:
    phone = Handset.new(service)
    phone.text("hola")
    phone.leave_at([{"conversation": "karaoke", "waiting": "song", "kind": "choice", "offered": ["a", "b"]}])
    assert (phone.text("2") or "").startswith("1 Clases")
    assert not phone.broke()


def test_a_conversation_that_is_gone_leaves_what_was_open_below_it(service: Service) -> None:
    phone = VISIT.up_to(2, service)
    kept = phone.row().places
    phone.leave_at([*kept, {"conversation": "karaoke", "waiting": "song", "kind": "choice", "from_us": True}])
    phone.text("hmm")
    assert VISIT.finishes(phone, 2)


def test_what_another_release_kept_beside_a_place_is_ignored(service: Service) -> None:
    phone = CHILDREN.up_to(5, service)
    [kept] = phone.row().places
    phone.leave_at([kept | {"mood": "good", "answers": kept["answers"] | {"shoe size": 31}, "about": {"x": [1]}}])
    assert CHILDREN.finishes(phone, 5)


def test_a_place_that_another_release_kept_with_less_is_enough(service: Service) -> None:
    phone = CHILDREN.up_to(5, service)
    [kept] = phone.row().places
    phone.leave_at([{key: kept[key] for key in ("conversation", "opening", "answers", "waiting", "kind")}])
    assert CHILDREN.finishes(phone, 5)


@pytest.mark.parametrize("step", range(len(CHILDREN.steps)))
def test_a_question_that_was_not_asked_by_this_release_is_asked_again(line: Service, step: int) -> None:
    """The key of the waiting question has another name since: the answers stay, and the text is not lost for good."""
    phone = CHILDREN.up_to(step, line)
    [kept] = phone.row().places
    phone.leave_at([kept | {"waiting": "by another name"}])
    phone.text(CHILDREN.steps[step][1])
    assert CHILDREN.finishes(phone, step)


def _camp(session: sa.orm.Session) -> Program:
    return session.scalars(sa.select(Program).where(Program.code == "LYN-CAMP")).one()


def _add_question(service: Service, rank: int) -> None:
    with service.database.begin() as session:
        camp = _camp(session)
        session.add(Question(program_id=camp.id, key="shoe_size", kind="number", ask=SHOE_SIZE, rank=rank))


def _remove_question(service: Service, key: str) -> None:
    with service.database.begin() as session:
        session.delete(next(question for question in _camp(session).questions if question.key == key))


def _accented(text: str | None) -> str:
    """Without what the spelling for SMS may take away."""
    return (text or "").translate(str.maketrans("áíóúÁÍÓÚ", "aiouAIOU"))
