"""Whether a text tells of a move for farm, fishing or packing work."""

import pytest

from bot.heard.moved import moved_for_work


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("de providence pa aca por lo del pescado pero fue el papa primero", "yes"),
        ("llegamos en marzo a piscar", "yes"),
        ("mi esposo vino a la uva", "yes"),
        ("moved from texas to work on the farm", "yes"),
        ("mudamos da florida pra trabalhar no peixe", "yes"),
        ("nou demenaje pou travay nan jaden", "yes"),
        ("no nos hemos mudado", "no"),
        ("no se ha mudado nadie", "no"),
        ("we never move for farm", "no"),
        ("nao nos mudamos", "no"),
        ("no se", "unsure"),
        ("i dont know", "unsure"),
        ("m pa konnen", "unsure"),
        ("trabajo en el campo", None),
        ("vamos a casa", None),
        ("si", None),
        ("", None),
    ],
)
def test_only_clear_words_are_taken_for_an_answer(text: str, told: str | None) -> None:
    assert moved_for_work(text) == told
