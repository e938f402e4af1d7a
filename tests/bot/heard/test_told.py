"""Ages, children and people told on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard.told import ages_told, children_told, people_told


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("mis hijos de 8 y 4", [8, 4]),
        ("kiero apuntar a mi ija de 8 anios", [8]),
        ("4 and 6 years old", [4, 6]),
        ("meus filhos de 5 e 7 anos", [5, 7]),
        ("pitit mwen gen 6 an", [6]),
        ("m gen de timoun 5 ak 9 an", [5, 9]),
        ("mi hijo tiene 8 y medio años", [8]),
        ("vivo aqui hace 5 años", None),
        ("hace 3 años que trabajo", None),
        ("we live here for 5 years", None),
        ("el 5 de julio", None),
        ("tengo 2 ninos", None),
        ("i work til 1", None),
        ("hola", None),
    ],
)
def test_ages_are_told_only_where_a_text_says_so(text: str, ages: list[int] | None) -> None:
    told = ages_told(text)
    assert [child["age"] for child in told or []] == (ages or [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ana 7, leo 9 y toño 12", [("Ana", 7), ("Leo", 9), ("Toño", 12)]),
        ("Beto de 8 y Ana de 6", [("Beto", 8), ("Ana", 6)]),
        ("kiero apuntar a beto 8 i lupita 4", [("Beto", 8), ("Lupita", 4)]),
        ("quiero inscribir a mi hijo de 8 años en robotics", [(None, 8)]),
        ("mi hijo de 8 años se llama beto", [("Beto", 8)]),
        ("Maria 8 anos e Joao 6", [("Maria", 8), ("Joao", 6)]),
        ("sabado 7 y domingo 8", []),
        ("opcion 2 y opcion 3", []),
        ("salgo a las 7 y regreso a las 5", []),
        ("bus 7, ruta 9", []),
    ],
)
def test_names_are_told_where_they_stand_by_their_ages(text: str, told: list[tuple[str | None, int]]) -> None:
    assert [(child.get("name"), child["age"]) for child in ages_told(text) or []] == told


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("tengo 2 ninos", 2),
        ("mis dos ijos", 2),
        ("1 niño y 2 niñas", 3),
        ("a mi hijo y a mi hija", 2),
        ("my son and my daughter", 2),
        ("sign up one kid", 1),
        ("kiero inskribir a mi ija", 1),
        ("m gen de timoun", 2),
        ("meus 3 filhos", 3),
        ("a mis hijos", None),
        ("su hijo", None),
        ("otro hijo", 1),
        ("another child", 1),
        ("yon lot timoun", 1),
        ("lot timoun yo", None),
        ("otros niños", None),
        ("ola kiero apuntar", None),
    ],
)
def test_children_are_counted_where_they_are_named(text: str, children: int | None) -> None:
    assert children_told(text) == children


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("yes 4 person", 4),
        ("somos 5", 5),
        ("for 3 of us", 3),
        ("nou se kat", 4),
        ("una persona", 1),
        ("una persona me dijo", None),
        ("yon moun di m", None),
        ("vamos de aqui", None),
        ("vamos a las 5", None),
        ("200 personas", None),
        ("hola", None),
    ],
)
def test_people_are_counted_where_they_are_people(text: str, people: int | None) -> None:
    assert people_told(text) == people


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    assert children_told(text) != 0
    assert people_told(text) != 0
    ages_told(text)
