"""Which programs a text speaks of, misspelt or not, on the names of the example."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard.mentions import similar, strength, strongest

HERE = Path(__file__).parent
PROGRAMS = Path(__file__).parents[3] / "demo" / "programs"
TRUE_ALL_THE_SAME = {"va en kinder"}
"""A grade, and the name of a program for that grade."""


def _programs() -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for file in sorted(PROGRAMS.glob("*.toml")):
        program = tomllib.loads(file.read_text(encoding="utf-8"))
        names = [*program["title"].values(), *program.get("also_known_as", ()), program["code"]]
        named.setdefault(program.get("offering") or program["code"], []).extend(names)
    return named


NAMED = _programs()


def _spoken_of(text: str) -> set[str]:
    keys = list(NAMED)
    return {keys[index] for index in strongest(text, list(NAMED.values()))}


@pytest.mark.parametrize("line", (HERE / "programs_named.tsv").read_text(encoding="utf-8").splitlines())
def test_a_program_is_found_by_a_misspelt_name(line: str) -> None:
    text, expected = line.split("\t")
    found = _spoken_of(text)
    assert found & set(expected.split())
    assert len(found) <= 3


def test_ordinary_texts_name_no_program() -> None:
    texts = (HERE / "naming_nothing.txt").read_text(encoding="utf-8").splitlines()
    assert {text for text in texts if _spoken_of(text)} <= TRUE_ALL_THE_SAME


def test_the_longer_and_the_better_spelt_name_wins() -> None:
    things = [["club"], ["club de verano"], ["klub"]]
    assert strongest("el club de verano", things) == [1]
    assert strongest("el club", things) == [0]
    assert strongest("hola", things) == []
    assert strongest("hola", []) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bright wood", "Brightwood"),
        ("morganhill", "Morgan Hill"),
        ("esprinfil", "Springfield"),
        ("vivo en watsonvile", "Watsonville"),
        ("lyn ma", "Lynn"),
        ("keeth", "Keith"),
    ],
)
def test_names_are_heard_as_they_sound(text: str, name: str) -> None:
    assert strength(text, [name, "esprinfil", "kith"] if name in ("Springfield", "Keith") else [name]) > 0


@pytest.mark.parametrize(
    ("text", "name"),
    [("he have fever", "Heber"), ("ahi", "Hall"), ("mesi anpil", "april"), ("o kit", "kith"), ("who is this", "Walsh")],
)
def test_words_that_only_resemble_a_name_do_not_name_it(text: str, name: str) -> None:
    assert strength(text, [name]) == 0


def test_two_spellings_of_one_town_are_similar() -> None:
    assert similar("guatsonvil", "Watsonville")
    assert not similar("Lakeview", "Watsonville")


@given(st.text(max_size=300), st.lists(st.lists(st.text(max_size=20), max_size=3), max_size=4))
def test_no_text_and_no_name_breaks_it(text: str, things: list[list[str]]) -> None:
    assert all(0 <= index < len(things) for index in strongest(text, things))
