"""What a text is about, on texts as people type them."""

from pathlib import Path

import pytest

from bot.heard.intents import INTENTS, recognize
from bot.heard.lexicon import load

_HERE = Path(__file__).parent


def _corpus(name: str) -> list[tuple[str, str | None, str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip()]
    return [(text, None if intent == "-" else intent, language) for text, intent, language in rows]


@pytest.mark.parametrize(("name", "at_least"), [("intents.tsv", 300), ("intents_unseen.tsv", 100)])
def test_nearly_every_text_of_the_corpus_is_understood(name: str, at_least: int) -> None:
    corpus = _corpus(name)
    wrong = [
        (text, intent, recognize(text, language)[0])
        for text, intent, language in corpus
        if recognize(text, language)[0] != intent
    ]
    assert len(corpus) >= at_least
    assert len(wrong) <= 0.03 * len(corpus), wrong
    assert not [row for row in wrong if "opt_out" in row[1:]]


@pytest.mark.parametrize("name", ["intents.tsv", "intents_unseen.tsv"])
def test_opting_out_needs_no_knowledge_of_the_family_s_language(name: str) -> None:
    for text, intent, _language in _corpus(name):
        for language in (None, "en", "es", "pt", "ht"):
            assert (recognize(text, language)[0] == "opt_out") == (intent == "opt_out"), (text, language)


def test_every_intent_is_in_the_corpus() -> None:
    assert {intent for _, intent, _ in _corpus("intents.tsv")} - {None} == INTENTS


@pytest.mark.parametrize("word", ["stop", "alto", "parar", "pare", "baja", "sair", "kanpe", "sispann", "rete", "chega"])
@pytest.mark.parametrize("said", ["{}", "{}!!", " {}. ", "{} {}", "🛑 {}", "{} 😡", "¡{}!"])
def test_a_bare_stop_word_stops_however_it_is_typed(word: str, said: str) -> None:
    for spelled in (word, word.upper(), word.title()):
        assert recognize(said.format(spelled, spelled)) == ("opt_out", True)


@pytest.mark.parametrize("text", ["stpo", "atlo", "sotp", "kanep"])
def test_a_stop_word_with_two_letters_swapped_is_a_guess_at_stopping(text: str) -> None:
    assert recognize(text) == ("opt_out", False)


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "😀", "12", "5:30", "1 2", "مرحبا", "x" * 1600, "ñ", "\x00", "\u200f"]
)
def test_what_says_nothing_has_no_intent(text: str) -> None:
    assert recognize(text)[0] is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("kiero isncribir a mi ijo", "sign_up"),
        ("numreo equivocado", "wrong_number"),
        ("dejen de mandrme mensjaes", "opt_out"),
        ("unsubscirbe", "opt_out"),
    ],
)
def test_misspelled_further_than_by_sound_is_still_understood(text: str, intent: str) -> None:
    assert recognize(text)[0] == intent


def test_a_question_mark_alone_asks_for_help() -> None:
    assert recognize("??") == ("help", True)


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_each_intent_has_words_in_four_languages(intent: str) -> None:
    assert set(load(f"intents/{intent}")["whole"]) == {"en", "es", "pt", "ht"}
