"""What families say of a move, and what says nothing of one."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard.answers.move import ToldMove, does_not_know, is_there_already, read_move, read_place
from bot.heard.answers.move_when import Exact, told_day
from bot.heard.intents import recognize
from bot.heard.lexicon import load
from bot.heard.places import ABROAD, known_place
from bot.heard.words import fold

# All were written before the reader had seen them. At first sight it read 49 of 71, then 48 of 60, then 27 of 32.
READ = ("moves", "moves_fresh", "moves_third")
HERE = Path(__file__).parent
TODAY = dt.date(2027, 1, 11)  # a Monday


class Row(NamedTuple):
    text: str
    where: str
    on: str
    exact: str
    step: str


def rows(name: str) -> list[Row]:
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines]


def as_row(text: str, told: ToldMove | None) -> Row:
    """What was read, as the files write it."""
    told = told or ToldMove()
    day, exact = (told.when.day.isoformat(), told.when.exact.value) if told.when else ("", "")
    return Row(text, fold(told.where or ""), day, exact, told.step.value if told.step else "")


@pytest.mark.parametrize("row", [row for name in READ for row in rows(name)], ids=lambda row: row.text)
def test_a_move_is_read(row: Row) -> None:
    assert as_row(row.text, read_move(row.text, TODAY)) == row._replace(where=fold(row.where))


@pytest.mark.parametrize("text", ["", "gracias", "👍", "no comemos puerco", "?", "9" * 400])
def test_what_tells_nothing_of_a_move(text: str) -> None:
    assert read_move(text, TODAY) is None


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("Kalkaska, Michigan", "Kalkaska, Michigan"),
        ("en delano ca", "delano ca"),
        ("es Zapata tejas", "es Zapata tejas"),
        ("Yuma", "Yuma"),
        ("to belle glade florida", "belle glade florida"),
        ("no se", None),
        ("12", None),
        ("para otro lado", None),
    ],
)
def test_an_answer_to_where_is_the_place(answer: str, place: str | None) -> None:
    assert read_place(answer, answers=True) == place


@pytest.mark.parametrize("answer", ["ya", "Ya!", "already", "ja", "deja", "ya estamos aqui", "we are there"])
def test_there_already_is_an_answer_to_when(answer: str) -> None:
    assert is_there_already(answer)


@pytest.mark.parametrize("answer", ["no se", "todavia no sabemos", "not yet", "ainda nao sei", "m poko konnen"])
def test_not_known_yet_is_an_answer_to_when(answer: str) -> None:
    assert does_not_know(answer)
    assert not is_there_already(answer)


@pytest.mark.parametrize(
    ("text", "day", "exact"),
    [
        ("octubre", dt.date(2027, 10, 1), Exact.MONTH),
        ("en enero", dt.date(2027, 1, 31), Exact.MONTH),
        ("me mudo en mayo", dt.date(2027, 5, 1), Exact.MONTH),
        ("in may", dt.date(2027, 5, 1), Exact.MONTH),
        ("nan me", dt.date(2027, 5, 1), Exact.MONTH),
        ("el 5", dt.date(2027, 2, 5), Exact.DAY),
        ("el 31 de octubre", dt.date(2027, 10, 31), Exact.DAY),
        ("15 feb", dt.date(2027, 2, 15), Exact.DAY),
        ("en un mes", dt.date(2027, 2, 10), Exact.MONTH),
        ("a mediados de enero", dt.date(2027, 1, 15), Exact.WEEK),
        ("next week", dt.date(2027, 1, 18), Exact.WEEK),
        ("el viernes de la otra semana", dt.date(2027, 1, 22), Exact.DAY),
        ("in a couple of weeks", dt.date(2027, 1, 25), Exact.WEEK),
    ],
)
def test_a_day_is_told_as_exactly_as_it_was(text: str, day: dt.date, exact: Exact) -> None:
    assert told_day(text, TODAY) == (day, exact)


@pytest.mark.parametrize("text", ["we may move", "me mudo", "me voy mas tarde", "dos hermanos", "salgo a las 5"])
def test_no_month_is_made_of_a_word_that_is_only_spelt_so(text: str) -> None:
    assert told_day(text, TODAY) is None


# --- places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state", "zone"),
    [
        ("Yuma", "AZ", "America/Phoenix"),
        ("iuma arisona", "AZ", "America/Phoenix"),
        ("imokali", "FL", "America/New_York"),
        ("Immokalee florida", "FL", "America/New_York"),
        ("bel gleid", "FL", "America/New_York"),
        ("pensacola", "FL", "America/Chicago"),
        ("jomsted", "FL", "America/New_York"),
        ("guatsonvil", "CA", "America/Los_Angeles"),
        ("osnar", "CA", "America/Los_Angeles"),
        ("delano", "CA", "America/Los_Angeles"),
        ("washinton", "WA", "America/Los_Angeles"),
        ("wenachi", "WA", "America/Los_Angeles"),
        ("ermiston", "OR", "America/Los_Angeles"),
        ("ontario oregon", "OR", "America/Boise"),
        ("el paso", "TX", "America/Denver"),
        ("weslaco tx", "TX", "America/Chicago"),
        ("travers city", "MI", "America/Detroit"),
        ("vinelan", "NJ", "America/New_York"),
        ("kenet square pa", "PA", "America/New_York"),
        ("Flórida", "FL", "America/New_York"),
        ("Florid", "FL", "America/New_York"),
        ("Jòji", "GA", "America/New_York"),
        ("carolina do norte", "NC", "America/New_York"),
        ("Salinas, Puerto Rico", "PR", "America/Puerto_Rico"),
        ("springfield missouri", "MO", "America/Chicago"),
        ("nuevo mexico", "NM", "America/Denver"),
        ("mexicali", ABROAD, "America/Tijuana"),
        ("tiguana", ABROAD, "America/Tijuana"),
        ("ayiti", ABROAD, "America/Port-au-Prince"),
        ("otro pais", ABROAD, None),
        ("Kalkaska michigan", "MI", "America/Detroit"),
    ],
)
def test_a_place_tells_its_zone_however_it_is_spelt(text: str, state: str, zone: str | None) -> None:
    place = known_place(text)
    assert place is not None
    assert (place.state, place.zone) == (state, zone)


@pytest.mark.parametrize("text", ["", "blorp", "mi hermana", "casa", "trabajar", "413", "pa", "la", "me"])
def test_what_is_no_place_has_no_zone(text: str) -> None:
    assert known_place(text) is None


def test_every_zone_of_the_list_exists() -> None:
    places = load("places")
    zones = [state["zone"] for state in places["states"].values()]
    zones += [where.split()[0] for where in places["other_zones"]] + [zone for zone in places["abroad"] if zone]
    assert len({ZoneInfo(zone).key for zone in zones}) > 20
    assert {where.split()[1] for where in places["other_zones"]} <= set(places["states"])
    assert set(places["towns"]) <= set(places["states"])


texts = st.one_of(
    st.text(max_size=1600),
    st.lists(
        st.sampled_from([row.text for row in rows("moves")] + ["1", "99999999999", "de", "a", "in", "👍🏽", "½", "pa"]),
        max_size=12,
    ).map(" ".join),
)


@given(texts, st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)))
def test_no_text_raises_and_no_place_is_long(text: str, today: dt.date) -> None:
    told = read_move(text, today)
    if told is not None:
        assert told.where is None or 0 < len(told.where) <= 60


def test_nearly_every_move_opens_the_conversation_about_moving() -> None:
    """At first sight 107 of the first 131 were heard as a move, and 24 of the 32 of the last file."""
    missed = [row.text for name in READ for row in rows(name) if recognize(row.text)[0] != "moved"]
    assert len(missed) <= 3, missed


@pytest.mark.parametrize("text", ["nos mudamos a california", "we moved to california", "vamos pra california"])
def test_california_is_no_question_whether_one_qualifies(text: str) -> None:
    assert recognize(text) == ("moved", True)
