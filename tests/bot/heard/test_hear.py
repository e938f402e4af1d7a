"""A whole text, heard while a question waits."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard import Heard, Option, Waiting, hear, warm
from bot.heard.intents import INTENTS
from bot.heard.questions import TOPICS
from bot.heard.waiting import KINDS

_TODAY = date(2027, 6, 1)


def _heard(kind: str, text: str, *options: str) -> Heard:
    return hear(text, waiting=Waiting(kind, tuple(map(Option, options))), today=_TODAY)


@pytest.mark.parametrize(
    ("kind", "text", "intent", "answer", "question"),
    [
        ("yes_no", "entonces si califico o no", None, None, "eligible"),
        ("yes_no", "no quiero mas mensajes", "opt_out", None, None),
        ("yes_no", "no", None, False, None),
        ("yes_no", "ya no", "unsure_opt_out", None, None),
        ("yes_no", "no quiero", None, False, None),
        ("yes_no", "STOP", "opt_out", None, None),
        ("yes_no", "1 quanto custa o kit?", None, True, "cost"),
        ("yes_no", "si claro pero que llevo", None, True, "bring"),
        ("yes_no", "yes. can come my neighbor to", None, True, "others_welcome"),
        ("yes_no", "pero a q ora es?? yo salgo alas 5 dela mañana", None, None, "time"),
        ("yes_no", "ki transpo sa ki moun kap kondi", None, None, "bus"),
        ("yes_no", "quien es?? esto es de la migra", None, None, "who"),
        ("yes_no", "wi men mwen travay jiska 5e", None, True, None),
        ("yes_no", "menu", "menu", None, None),
        ("yes_no", "no puedo ir", "not_coming", False, None),
        ("number", "2. uno ba ala escuela i la otra todabia no", None, 2, None),
        ("number", "2. a que hora es", None, 2, "time"),
        ("age", "ella es mas chikita", None, None, None),
        ("name", "beto", None, "Beto", None),
        ("name", "alto", "opt_out", None, None),
        ("name", "quiero hablar con una persona", "person", None, None),
        ("name", "a que hora es", None, None, "time"),
        ("relation", "kiero ablar con alguien", "person", None, None),
        ("diet", "que dan de comer?", None, None, "food"),
    ],
)
def test_intent_answer_and_question(
    kind: str, text: str, intent: str | None, answer: object, question: str | None
) -> None:
    heard = _heard(kind, text)
    assert (heard.intent, heard.answer, heard.question) == (intent, answer, question)


def test_nearly_every_answer_is_weighed_as_a_person_would() -> None:
    lines = (Path(__file__).parent / "waiting.tsv").read_text(encoding="utf-8").splitlines()
    wrong = []
    for text, intents, language, kind, options, answer in (line.split("\t") for line in lines):
        waiting = Waiting(kind, tuple(map(Option, options.split("|"))) if options else ())
        heard = hear(text, waiting=waiting, language=language, today=_TODAY)
        # An age is told with a name where there is one; here only the number counts.
        told = heard.answer.get("age") if isinstance(heard.answer, dict) and kind == "age" else heard.answer
        if (heard.intent or "-") not in intents.split("|") or (answer and told != json.loads(answer)):
            wrong.append((text, heard))
    assert len(lines) >= 90
    assert len(wrong) <= 0.06 * len(lines), wrong


@pytest.mark.parametrize(
    ("kind", "text", "intent", "answer"),
    [
        ("grade", "no esta en la escuela", None, None),
        ("time", "tarde", None, None),
        ("diet", "todo", None, {}),
        ("yes_no", "no, mejor cambiar la hora", "change", False),
        ("number", "cuanto cuesta por niño", None, None),
        ("number", "nomas uno", None, 1),
    ],
)
def test_what_was_asked_tells_what_is_meant(kind: str, text: str, intent: str | None, answer: object) -> None:
    heard = _heard(kind, text)
    assert (heard.intent, heard.answer) == (intent, answer)


def test_warming_up_changes_nothing() -> None:
    before = hear("a q ora es?", today=_TODAY)
    warm()
    assert hear("a q ora es?", today=_TODAY) == before


def test_declining_in_many_words_is_no() -> None:
    assert _heard("yes_no", "cant rain we work sunday so sat i sleep sorry").answer is False


def test_an_option_in_other_words_wins_over_asking_for_a_language() -> None:
    heard = _heard("choice", "español pero mi suegra k'iche", "Español", "K'iche'", "English")
    assert (heard.intent, heard.answer) == (None, 1)


def test_an_answer_and_another_question_in_one_text() -> None:
    heard = _heard("choice", "2. epi klib pou timoun yo konbyen li koute??", "Anvan 6am", "Apre 5pm", "Samdi")
    assert (heard.answer, heard.question, heard.language) == (2, "cost", "ht")


def test_without_a_waiting_question_there_is_no_answer() -> None:
    assert hear("2", today=_TODAY).answer is None


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("text", ["STOP", "ya no me manden nada", "wrong number", "kanpe", "sair"])
def test_opting_out_wins_over_every_kind_of_question(kind: str, text: str) -> None:
    heard = _heard(kind, text, "Stop", "Alto", "Kanpe")
    assert heard.intent in {"opt_out", "wrong_number"}
    assert heard.answer is None


@given(st.text(max_size=200), st.sampled_from(sorted(KINDS)))
def test_any_text_at_all_is_heard(text: str, kind: str) -> None:
    heard = _heard(kind, text, "Gerena", "Brightwood")
    assert heard.intent is None or heard.intent in INTENTS
    assert heard.question is None or heard.question in TOPICS
