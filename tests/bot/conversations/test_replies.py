"""What a reply must be: a question is answered, nobody is left alone, and one text gets at most one.

The last three of the six rules; the first three: tests/bot/test_rules.py.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.heard.words import fold
from models.family import Family, Phone, Student
from models.message import Direction, Message
from models.sign_up import SignUp
from models.task import Task, TaskKind
from tests.bot.conversations.scripts import CHILDREN, CLINIC, SCRIPTS, VISIT, Script
from tests.bot.example import Service
from tests.bot.phones import Handset

RIDE_STEP = CHILDREN.steps.index(("ride", "1"))

# --- 4: a side question (at every step: test_every_step.py) -----------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("a que hora es?", "6 30am a 5 30pm"),
        ("donde es?", "gerena school"),
        ("cuanto cuesta?", "gratis"),
        ("piden papeles?", "papeles"),
        ("por donde pasa el bus?", "brightwood"),
        ("les dan de comer?", "desayuno"),
        ("de que edades?", "6 a 14"),
        ("que tengo que llevar?", "gorra"),
        ("quienes son los maestros?", "maestros"),
    ],
)
def test_a_side_question_is_answered_and_the_waiting_question_repeated_in_one_message(
    line: Service, question: str, answer: str
) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, line)
    reply = fold(phone.text(question) or "")
    assert answer in reply
    assert reply.endswith("necesitan autobus 1 si 2 no")
    assert CHILDREN.finishes(phone, RIDE_STEP)


def test_an_answer_may_come_with_a_side_question(line: Service) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, line)
    reply = fold(phone.text("si. cuanto cuesta?") or "")
    assert "gratis" in reply
    assert phone.stands_at() == ("sign_up", "stop")
    assert "cual parada" in reply


# --- 5: two misunderstandings in a row --------------------------------------------------------------------------------

TAKEN_AS_IT_IS = {"child 1 name", "child 2 name", "hand over", "diet"}
ASKING = [
    pytest.param(script, step, id=f"{script.name}, {key}")
    for script in (CHILDREN, CLINIC, VISIT)
    for step, (key, _answer) in enumerate(script.steps)
    if key not in TAKEN_AS_IT_IS
]


@pytest.mark.parametrize(("script", "step"), ASKING)
def test_two_misunderstandings_in_a_row_offer_a_person(line: Service, script: Script, step: int) -> None:
    phone = script.up_to(step, line)
    once, twice = fold(phone.text("blorp zzqx") or ""), fold(phone.text("blorp zzqx") or "")
    assert "persona y le llamamos" not in once
    assert "persona y le llamamos" in twice
    assert phone.stands_at() == ("sign_up", script.key(step))
    assert "invalid" not in once + twice
    assert script.finishes(phone, step)


def test_an_answer_in_between_starts_the_count_anew(line: Service) -> None:
    phone = CHILDREN.up_to(0, line)
    phone.texts("blorp zzqx", "2")
    assert "persona y le llamamos" not in fold(phone.text("blorp zzqx") or "")


def test_the_person_that_is_offered_can_be_had(line: Service) -> None:
    phone = CHILDREN.up_to(0, line)
    phone.texts("blorp zzqx", "blorp zzqx", "persona", "3")
    assert phone.tasks() == [TaskKind.CALL_BACK]
    assert CHILDREN.finishes(phone, 0)


# --- 6: one text, at most one reply -----------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.name for script in SCRIPTS])
def test_every_text_delivered_twice_changes_nothing_more(service: Service, script: Script) -> None:
    phone = Handset.new(service, script.area)
    for body in (script.opening, *(answer for _key, answer in script.steps)):
        reply = phone.text(body)
        before = phone.row().places, phone.messages(), _rows(service)
        assert service.text_again() == reply
        assert (phone.row().places, phone.messages(), _rows(service)) == before
    assert len(phone.sign_ups()) == script.sign_ups


def test_an_old_text_delivered_late_gets_its_old_reply(service: Service) -> None:
    phone = Handset.new(service)
    first = phone.text(CHILDREN.opening)
    late = service.newest
    phone.texts("2", "8")
    before = phone.row().places
    assert service.text_again(late) == first
    assert phone.row().places == before


def test_silence_is_silence_again(service: Service) -> None:
    phone = Handset.new(service)
    phone.text("alto")
    assert phone.text("ok") is None
    assert service.text_again() is None


def test_no_text_has_more_than_one_reply(line: Service) -> None:
    phone = CHILDREN.up_to(0, line)
    phone.texts("english. what time is it? and where? 2", "person", "2", "help", "menu", "1", "thanks", "stop", "hi")
    with line.database.reading() as session:
        mine = sa.select(Message.answers_sid, sa.func.count()).where(
            Message.phone_id == phone.row().id, Message.direction == Direction.OUT
        )
        counts = session.execute(mine.group_by(Message.answers_sid)).all()
    assert {count for _sid, count in counts} == {1}


def _rows(service: Service) -> list[int]:
    with service.database.reading() as session:
        kinds = (Family, Phone, Student, SignUp, Task)
        return [session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0 for kind in kinds]
