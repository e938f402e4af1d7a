"""Texts that were once taken for something else, mostly because of what was asked."""

from datetime import date

import pytest

from bot.heard import Heard, Option, Waiting, hear
from bot.heard.language import requested_language

_TODAY = date(2027, 6, 1)
_WHOM = (Option("Para mí", ("para mi", "yo", "para mim", "me")), Option("Para mi hijo(a)", ("mi hijo", "mi hija")))
_VISITS = ("9:00am", "10:30am", "12:00pm", "1:30pm")
_LONG_LIST = ("9:00am", "10:30am", "12:00pm", "1:00pm", "2:00pm")


def _heard(text: str, kind: str = "", *labels: str, language: str | None = None) -> Heard:
    waiting = Waiting(kind, tuple(map(Option, labels))) if kind else None
    return hear(text, waiting=waiting, language=language, today=_TODAY)


@pytest.mark.parametrize("text", ["para mi", "si para mi", "es para mi", "Para mí", "yo"])
def test_a_whole_label_wins_over_one_that_holds_its_words(text: str) -> None:
    assert hear(text, waiting=Waiting("choice", _WHOM), today=_TODAY).answer == 1


@pytest.mark.parametrize("text", ["para mi hijo", "es para mi hija", "mi hijo"])
def test_the_longer_label_is_still_meant_by_its_own_words(text: str) -> None:
    assert hear(text, waiting=Waiting("choice", _WHOM), today=_TODAY).answer == 2


@pytest.mark.parametrize(
    ("text", "labels", "answer"),
    [
        ("dejalo asi", ("Cambiar", "Quitar", "Dejar como está"), 3),
        ("leave it", ("Change it", "Remove it", "Leave it as it is"), 3),
        ("deixa assim", ("Mudar", "Tirar", "Deixar como está"), 3),
        ("kite l", ("Chanje l", "Retire li", "Kite l jan li ye"), 3),
        ("n quero", ("Sim", "Não"), 2),
        ("não quero", ("Sim", "Não"), 2),
        ("m pa vle", ("Wi", "Non"), 2),
        ("no quiero", ("Sí", "No"), 2),
        ("al verano", ("Ana Maria", "Otro hijo"), None),
        ("a la 1", _VISITS, None),
        ("a la 1", _LONG_LIST, 4),
        ("a 1 e", _LONG_LIST, 4),
        ("1", _LONG_LIST, 1),
        ("la 1", _LONG_LIST, 1),
    ],
)
def test_what_is_said_of_a_list_is_an_option(text: str, labels: tuple[str, ...], answer: int | None) -> None:
    heard = _heard(text, "choice", *labels)
    assert (heard.intent, heard.answer) == (None, answer)


@pytest.mark.parametrize(
    ("text", "labels"),
    [("dejalo asi", ("Ana", "Leo")), ("m pa vle", ("Ana", "Leo")), ("ya no", ("Sí", "No")), ("no mas", ("Sí", "No"))],
)
def test_a_refusal_that_no_option_fits_may_still_be_of_our_texts(text: str, labels: tuple[str, ...]) -> None:
    heard = _heard(text, "choice", *labels)
    assert (heard.intent, heard.answer) == ("unsure_opt_out", None)


@pytest.mark.parametrize(
    ("text", "kind", "answer", "question"),
    [
        ("para que edades es?", "yes_no", None, "age"),
        ("para que dias es?", "yes_no", None, "time"),
        ("claro que si pero a que hora es", "yes_no", True, "time"),
        ("14 y 16 pero a que hora es?", "ages", [{"age": 14}, {"age": 16}], "time"),
        ("quanto custa?", "availability", None, "cost"),
        ("2. epi klib pou timoun yo konbyen li koute??", "availability", None, "cost"),
        ("yo pa manje pwason", "diet", {"*": ["no:fish"]}, None),
        ("yo manje tout bagay", "diet", {}, None),
        ("y ap manje la?", "diet", None, "food"),
        ("ki manje yo bay", "diet", None, "food"),
        ("si", "diet", None, None),
        ("quien los cuida", "relation", "sitter", None),
        ("no se", "relation", None, None),
        ("m pa konnen", "relation", None, None),
        ("hijo de 9 años", "availability", None, None),
        ("a las 10", "availability", [{"after": "10:00"}], None),
        ("1 antes 6am", "availability", [{"before": "06:00"}], None),
        ("2 a 5", "availability", [{"after": "14:00", "before": "17:00"}], None),
    ],
)
def test_a_question_and_an_answer_are_told_apart(text: str, kind: str, answer: object, question: str | None) -> None:
    heard = _heard(text, kind)
    assert (heard.intent, heard.answer, heard.question) == (None, answer, question)


def test_a_child_who_gets_an_allergy_asks_for_no_fee() -> None:
    heard = _heard("marie fe aleji ak pistach", "diet", "Marie", language="ht")
    assert (heard.answer, heard.question) == ({"Marie": ["allergy:peanut"]}, None)


@pytest.mark.parametrize(
    ("text", "kind", "intent", "answer"),
    [
        ("ya no", "yes_no", "unsure_opt_out", None),
        ("voy tarde", "availability", "late", None),
        ("voy tarde, despues de las 7", "availability", "late", [{"after": "19:00"}]),
        ("tarde", "availability", None, [{"part": "afternoon"}]),
        ("TUDO", "diet", None, {}),
    ],
)
def test_an_intent_beside_an_answer(text: str, kind: str, intent: str | None, answer: object) -> None:
    heard = _heard(text, kind)
    assert (heard.intent, heard.answer) == (intent, answer)


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("necesito hablar con alguien de la escuela", {"find_contact", "person"}),
        ("necesito inscribir a mi hijo en la escuela", {"enrol"}),
        ("la escuela san cucufato", {None}),
        ("hablan español?", {None}),
        ("habla español?", {"language"}),
        ("do you speak spanish?", {"language"}),
        ("hablo mixteco", {"language"}),
        ("necesito interprete de k'iche", {"language", "person"}),
    ],
)
def test_the_intent_of_a_bare_text(text: str, intents: set[str | None]) -> None:
    heard = _heard(text)
    assert heard.intent in intents
    assert heard.sure == (heard.intent is not None)


def test_a_language_of_their_people_is_a_question_about_them() -> None:
    assert _heard("hablan español?").question == "interpreter"
    assert _heard("hablan español?", "yes_no").question == "interpreter"


def test_an_interpreter_for_the_visit_is_no_person_who_calls_now() -> None:
    heard = _heard("si necesito interprete de k'iche", "yes_no")
    assert (heard.intent, heard.answer) == (None, True)


@pytest.mark.parametrize(("text", "code"), [("hablo mixteco", "mix"), ("necesito interprete de k'iche", "quc")])
def test_the_language_that_is_asked_for(text: str, code: str) -> None:
    assert requested_language(text) == code


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("quien los cuida?", "what"),
        ("quien va con los niños?", "what"),
        ("quem cuida deles?", "what"),
        ("kiyes ki veye timoun yo", "what"),
        ("who watches them?", "what"),
        ("quien va con ellos en el bus?", "bus"),
        ("quien eres?", "who"),
    ],
)
def test_who_is_with_the_children_is_no_question_about_us(text: str, topic: str) -> None:
    assert _heard(text).question == topic


@pytest.mark.parametrize(("text", "language"), [("ALL", "en"), ("TUDO", "pt"), ("TOUT", "ht"), ("TODO", "es")])
def test_the_word_that_a_paused_family_is_offered(text: str, language: str) -> None:
    heard = _heard(text, language=language)
    assert (heard.intent, heard.sure) == ("opt_in", True)
