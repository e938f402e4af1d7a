"""What brings back a phone that gets no messages from us, and what it is told."""

import datetime as dt

import pytest

from bot.heard import Heard, hear, means_coming_back
from bot.heard.lexicon import load
from bot.opted_out import opens, wants_something

TODAY = dt.date(2026, 11, 22)


def heard(text: str, language: str) -> Heard:
    return hear(text, language=language, today=TODAY)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Back!", "en"),
        ("Regresar", "es"),
        ("quiero volver", "es"),
        ("INICIAR", "es"),
        ("todo", "es"),
        ("volta", "pt"),
        ("VOLTAR", "pt"),
        ("tudo", "pt"),
        ("retounen", "ht"),
        ("KÒMANSE", "ht"),
        ("tout", "ht"),
        ("ALL", "en"),
        ("Yes", "es"),
    ],
)
def test_a_word_brings_it_back(text: str, language: str) -> None:
    assert opens(heard(text, language)) == "come_back"


@pytest.mark.parametrize(
    "text", ["atras", "oops", "me equivoque", "errei", "quiero regresar a la pregunta de antes", "ok"]
)
def test_a_step_back_is_no_coming_back(text: str) -> None:
    assert opens(heard(text, "es")) is None


def test_words_for_coming_back_are_there_in_all_languages() -> None:
    by_language = load("intents/back")["coming_back"]
    assert set(by_language) == {"en", "es", "pt", "ht"}
    assert all(means_coming_back(text) for texts in by_language.values() for text in texts)


@pytest.mark.parametrize(
    "text", ["when does it start", "start time?", "help", "i want to sign up my son", "hola", "why??"]
)
def test_a_question_or_a_request_wants_something(text: str) -> None:
    assert wants_something(heard(text, "en"))


@pytest.mark.parametrize(
    "text", ["ok", "thanks", "stop?", "no more texts!!", "too many messages", "im not maria", "yes i sent it"]
)
def test_saying_it_again_wants_nothing(text: str) -> None:
    assert not wants_something(heard(text, "en"))
