"""Words that work everywhere, at every step of every sign-up: nothing is lost, and it can be finished after them."""

from __future__ import annotations

import pytest

from bot.heard.words import fold
from models.task import TaskKind
from tests.bot.conversations.scripts import CHILDREN, SCRIPTS, Script, told
from tests.bot.example import Service

EVERY_STEP = [
    pytest.param(script, step, id=f"{script.name}, {key}")
    for script in SCRIPTS
    for step, (key, _answer) in enumerate(script.steps)
]
at_every_step = pytest.mark.parametrize(("script", "step"), EVERY_STEP)
HELP = "linea de familias de la escuela menu inicio"


@at_every_step
def test_back_asks_the_question_before_and_keeps_the_answers_before_it(
    line: Service, script: Script, step: int
) -> None:
    phone = script.up_to(step, line)
    phone.text("atras")
    if step == 0:
        assert phone.stands_at() == ("menu", "what")
        phone.text(script.opening)
        assert script.finishes(phone, 0)
        return
    assert phone.stands_at() == ("sign_up", script.key(step - 1))
    assert list(told(phone.places()[-1])) == [key for key, _answer in script.steps[: step - 1]]
    assert script.finishes(phone, step - 1)


@pytest.mark.parametrize("step", range(len(CHILDREN.steps)))
def test_back_twice_goes_two_questions_back(line: Service, step: int) -> None:
    phone = CHILDREN.up_to(step, line)
    phone.texts("atras", "atras")
    if step < 2:
        assert phone.stands_at() == ("menu", "what")
    else:
        assert CHILDREN.finishes(phone, step - 2)


@at_every_step
def test_menu_drops_all(line: Service, script: Script, step: int) -> None:
    phone = script.up_to(step, line)
    reply = phone.text("menu") or ""
    assert reply.startswith("1 Clases")
    assert [place.conversation for place in phone.places()] == ["menu"]
    assert phone.sign_ups() == []
    phone.text(script.opening)
    assert script.finishes(phone, 0)


@at_every_step
def test_a_language_switch_asks_the_same_question_in_the_other_language(
    line: Service, script: Script, step: int
) -> None:
    phone, in_english = script.up_to(step, line), script.up_to(step, line, english=True)
    before = phone.places()[-1]
    reply = phone.text("english please")
    assert phone.row().language == "en"
    assert reply == in_english.text("english please")
    assert (reply or "").startswith("OK, English from now on. ")
    place = phone.places()[-1]
    assert (place.waiting, place.offered, place.answers) == (before.waiting, before.offered, before.answers)
    assert script.finishes(phone, step)


@at_every_step
def test_help_tells_what_works_and_asks_again(line: Service, script: Script, step: int) -> None:
    phone = script.up_to(step, line)
    before = phone.places()[-1]
    reply = fold(phone.text("ayuda") or "")
    assert reply.startswith(HELP)
    assert told(phone.places()[-1]) == told(before)
    assert phone.places()[-1].misses == 0
    assert script.finishes(phone, step)


@at_every_step
def test_a_person_is_arranged_and_then_the_question_comes_again(line: Service, script: Script, step: int) -> None:
    phone = script.up_to(step, line)
    question = _repeated(phone.text("ayuda"))
    phone.text("persona")
    assert phone.stands_at() == ("person", "when")
    reply = fold(phone.text("2") or "")
    assert phone.tasks() == [TaskKind.CALL_BACK]
    assert reply.startswith("listo")
    assert reply.endswith(question)
    assert script.finishes(phone, step)


@at_every_step
def test_a_side_question_is_answered_and_the_question_repeated_in_one_message(
    line: Service, script: Script, step: int
) -> None:
    phone = script.up_to(step, line)
    question = _repeated(phone.text("ayuda"))
    before, messages = phone.places()[-1], phone.messages()
    reply = fold(phone.text("cuanto cuesta?") or "")
    assert phone.messages() == messages + 2, "one text, one reply"
    assert "gratis" in reply
    assert reply.endswith(question)
    place = phone.places()[-1]
    assert (place.waiting, place.offered, place.answers, place.misses) == (
        before.waiting,
        before.offered,
        before.answers,
        0,
    )
    assert script.finishes(phone, step)


def _repeated(help_and_question: str | None) -> str:
    """The question that waits, in the wording of the second time."""
    reply = fold(help_and_question or "")
    assert reply.startswith(HELP)
    return reply.partition("alto no mas mensajes ")[2]
