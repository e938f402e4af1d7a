"""A family's code as people type it, and what they tell with it."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.family_codes import LENGTH, code_told, fact_told, has_none, is_true, speaks_of_own_family
from bot.heard.words import words
from models.family import CODE_LETTERS, Student, new_family_code


@pytest.mark.parametrize(
    "text",
    [
        "BX7K2M",
        "bx7k2m",
        " bx7k2m. ",
        "bx7 k2m",
        "B X 7 K 2 M",
        "bx7-k2m",
        "mi codigo es BX7K2M gracias",
        "its bx7k2m",
        "este es mi numero nuevo, codigo bx7k2m",
        "kòd mwen se BX7K2M",
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert code_told(text) == "BX7K2M"


@pytest.mark.parametrize(("text", "code"), [("BX0K2M", "BXQK2M"), ("bxok2m", "BXQK2M"), ("1X7K2M", "LX7K2M")])
def test_what_no_code_holds_is_taken_for_what_looks_like_it(text: str, code: str) -> None:
    assert code_told(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "codigo",
        "school",
        "bonito",
        "no se",
        "que codigo",
        "413 555 2199",
        "5 julio",
        "mi hijo de 8 anos",
        "BX7K2",
        "BX7K2MM",
        "",
        "222222 333333",
        "este es mi numero nuevo soy la mama de beto",
    ],
)
def test_what_is_no_code_is_not_read_as_one(text: str) -> None:
    assert code_told(text) is None


def test_every_code_that_we_give_is_read() -> None:
    for _once in range(500):
        code = new_family_code()
        assert code_told(code.lower()) == code
        assert code.isdecimal() or code_told(f"mi codigo es {code.lower()}") == code
    assert len(new_family_code()) == LENGTH
    assert not set("AEIOUY01") & set(CODE_LETTERS)


@pytest.mark.parametrize(
    "text",
    ["no", "NO.", "no se", "no tengo", "i dont have it", "i lost it", "não sei", "nao tenho", "non", "m pa konnen",
     "se me olvidó", "ya no me acuerdo", "m pa genyen l", "esqueci"],
)  # fmt: skip
def test_who_has_no_code_says_so_in_many_ways(text: str) -> None:
    assert has_none(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("beto", "beto"),
        ("soy la mamá de Beto", "beto"),
        ("her name is Ana María", "ana maria"),
        ("Beto y Ana", "beto ana"),
        ("tiene 8 años", "8"),
        ("pitit mwen rele Woody", "woody"),
        ("beto ana juan lupe", None),
        ("soy la mamá", None),
    ],
)
def test_a_fact_is_a_name_or_two(text: str, fact: str | None) -> None:
    assert fact_told(text) == fact


def child(name: str | None, age: int | None = None) -> Student:
    return Student(name=name, age=age, told_on=dt.date(2026, 3, 1))


@pytest.mark.parametrize("fact", ["beto", "veto", "BETO", "maria", "guadalupe", "guadalup"])
def test_a_name_counts_however_it_is_spelled(fact: str) -> None:
    assert is_true(fact, [child("Beto"), child("María Guadalupe")], 2026)


@pytest.mark.parametrize("fact", ["ana", "8", "b", "be", "lupita"])
def test_another_name_does_not_nor_an_age_where_there_is_a_name(fact: str) -> None:
    assert not is_true(fact, [child("Beto", 8)], 2026)


def test_where_there_is_no_name_the_age_counts_and_grows() -> None:
    assert is_true("8", [child(None, 8)], 2026)
    assert is_true("9", [child(None, 8)], 2027)
    assert not is_true("9", [child(None, 8)], 2026)
    assert not is_true("8", [], 2026)


@pytest.mark.parametrize(
    "text",
    ["soy la familia de Ana", "hola soy la mamá de Ana", "this is Ana's mom", "sou a mãe da Ana", "se manman Ana"],
)
def test_who_says_who_they_are(text: str) -> None:
    assert speaks_of_own_family(text)


@pytest.mark.parametrize("text", ["la mama de ana", "ana", "quiero apuntar a ana", "my sister", "abuela"])
def test_who_only_speaks_of_somebody_does_not(text: str) -> None:
    assert not speaks_of_own_family(text)
    assert words(text)
