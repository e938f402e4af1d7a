"""Side questions, with or without marks and accents."""

from pathlib import Path

import pytest

from bot.heard.intents import recognize
from bot.heard.lexicon import load
from bot.heard.questions import TOPICS, asked

_CORPUS = [
    line.split("\t")
    for line in (Path(__file__).parent / "questions.tsv").read_text(encoding="utf-8").splitlines()
    if line.strip()
]


@pytest.mark.parametrize(("text", "topic"), _CORPUS)
def test_the_topic_of_a_question(text: str, topic: str) -> None:
    assert asked(text) == (None if topic == "-" else topic)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_can_be_asked_in_four_languages(topic: str) -> None:
    assert set(load("questions")[topic]) == {"en", "es", "pt", "ht"}


@pytest.mark.parametrize("text", [text for text, _ in _CORPUS])
def test_a_question_or_an_answer_is_never_a_wish_to_stop(text: str) -> None:
    assert recognize(text)[0] not in {"opt_out", "unsure_opt_out", "wrong_number", "pause"}
