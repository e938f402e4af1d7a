"""Which language a text is in."""

from pathlib import Path

import pytest

from bot.heard.language import requested_language, tells

_HERE = Path(__file__).parent


def _corpus(name: str) -> list[list[str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip()]


def test_nearly_every_text_tells_its_language() -> None:
    corpus = _corpus("languages.tsv")
    wrong = [text for text, language in corpus if (tells(text)[0] or "-") != language]
    assert len(wrong) <= 0.03 * len(corpus), wrong


def test_what_is_sure_is_right() -> None:
    sure = [(tells(text)[0], language) for text, _, language in _corpus("intents_unseen.tsv") if tells(text)[1]]
    assert len(sure) >= 60
    assert all(told == language for told, language in sure)


@pytest.mark.parametrize("text", ["si", "wi", "sim", "bonjou", "hola", "no gracias", "wi mesi anpil"])
def test_a_few_words_never_change_a_family_s_language(text: str) -> None:
    assert tells(text)[1] is False


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("english please", "en"),
        ("en español", "es"),
        ("en espanol porfa", "es"),
        ("pale kreyol ak mwen", "ht"),
        ("português", "pt"),
        ("K'iche'", "quc"),
        ("mixteco", "mix"),
        ("creole", "ht"),
        ("french", "fr"),
        ("cape verdean creole", None),
        ("no hablo ingles, español por favor", "es"),
        ("i dont speak english", None),
        ("otro idioma", None),
        ("hola", None),
        ("", None),
    ],
)
def test_the_language_that_is_asked_for(text: str, code: str | None) -> None:
    assert requested_language(text) == code
