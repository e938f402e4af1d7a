"""What a text is about, on texts as people type them."""

from pathlib import Path

import pytest

from bot.heard.examples import NONE, examples_of
from bot.heard.intents import INTENTS, PRECEDENCE, recognize
from bot.heard.lexicon import load

_HERE = Path(__file__).parent


def _corpus(name: str) -> list[tuple[str, str | None, str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip()]
    return [(text, None if intent == "-" else intent, language) for text, intent, language in rows]


def _learnt() -> list[tuple[str, str | None, str]]:
    """The examples of the lexicon: what was learnt from has to be understood as well."""
    return [
        (text, None if intent == NONE else intent, language)
        for intent in (*PRECEDENCE, NONE)
        for text, language in examples_of(intent)
    ]


def test_nearly_every_example_of_the_lexicon_is_understood() -> None:
    examples = _learnt()
    wrong = [(text, intent) for text, intent, language in examples if recognize(text, language)[0] != intent]
    assert len(examples) >= 1500
    assert len(wrong) <= 0.03 * len(examples), wrong


def test_a_wish_to_stop_is_never_missed_and_never_made_up_in_the_examples() -> None:
    stops = {"opt_out", "unsure_opt_out"}
    wrong = [
        (text, intent)
        for text, intent, language in _learnt()
        if (recognize(text, language)[0] in stops) != (intent in stops)
    ]
    assert not wrong


def test_nearly_every_text_as_families_type_is_understood() -> None:
    lines = (_HERE / "intents_spoken.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    wrong = [
        (text, intents, recognize(text, language)[0])
        for text, intents, language in rows
        if (recognize(text, language)[0] or "-") not in intents.split("|")
    ]
    assert len(rows) >= 400
    assert len(wrong) <= 0.03 * len(rows), wrong
    assert not [row for row in wrong if row[2] in {"opt_out", "unsure_opt_out"}]


@pytest.mark.parametrize(
    "text",
    """nomasmensajes stoptexting yanomemanden nomoretexts stopsendingmessages takemeoff leavemealone
    dejendemandarmensajes nomemolesten quitenmedelalista yanoquieromensajes paredemandar naomandemais
    pavoyemesaj sispannvoyemesaj donttextme""".split(),
)
def test_a_wish_to_stop_in_one_word_stops(text: str) -> None:
    assert recognize(text) == ("opt_out", True)


@pytest.mark.parametrize("text", "departamento guadalupe brightwood mantequilla paracetamol mandaron maricela".split())
def test_a_long_word_is_not_taken_apart(text: str) -> None:
    assert recognize(text)[0] is None


@pytest.mark.parametrize(("name", "at_least"), [("intents_unseen.tsv", 100)])
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


def test_opting_out_needs_no_knowledge_of_the_family_s_language() -> None:
    for text, intent, _language in [*_corpus("intents_unseen.tsv"), *_learnt()]:
        for language in (None, "en", "es", "pt", "ht"):
            assert (recognize(text, language)[0] == "opt_out") == (intent == "opt_out"), (text, language)


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
    for section in ("whole", "examples"):
        assert set(load(f"intents/{intent}")[section]) == {"en", "es", "pt", "ht"}


@pytest.mark.parametrize(
    ("wish", "text"), [line.split("\t") for line in (_HERE / "stopping_unseen.tsv").read_text("utf-8").splitlines()]
)
def test_a_wish_to_stop_is_heard_and_only_that(wish: str, text: str) -> None:
    stops = {"opt_out", "unsure_opt_out", "wrong_number"}
    intent = recognize(text)[0]
    assert intent in stops if wish == "stop" else intent not in stops | {"pause"}
