"""What families answer to a reminder."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard.answers import Reply, late_until, reminded

HERE = Path(__file__).parent
EVENING = dt.time(19)
KNOWN_MISSES = {"reminded": 0, "reminded_second": 0, "reminded_third": 0}
"""Of 139, 50 and 35 texts, each written before it was measured: 14, 5 and 7 were missed at the first look."""


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]


def told(text: str) -> str:
    answer = reminded(text, begins=EVENING)
    if answer is None:
        return "-"
    return f"{answer.reply} {answer.time:%H:%M}" if answer.time else answer.reply


@pytest.mark.parametrize(("name", "known"), KNOWN_MISSES.items())
def test_an_answer_to_a_reminder_is_understood_as_people_write_it(name: str, known: int) -> None:
    missed = [(text, told(text)) for _, text, expected in rows(name) if told(text) != expected]
    assert len(missed) <= known, missed


def test_nothing_about_our_texts_is_an_answer_to_a_reminder() -> None:
    spoken = (HERE.parent / "intents_spoken.tsv").read_text(encoding="utf-8").splitlines()
    others = {"opt_out", "wrong_number", "pause", "opt_in", "language", "new_number", "moved"}
    stopping = [text for text, intent, *_ in (line.split("\t") for line in spoken if line) if intent in others]
    assert stopping
    mistaken = [(text, told(text)) for text in stopping if told(text) == Reply.COMING]
    assert mistaken == []


@pytest.mark.parametrize(
    ("text", "begins", "expected"),
    [
        ("late 7:15", dt.time(19), dt.time(19, 15)),
        ("late 7:15", dt.time(7), dt.time(7, 15)),
        ("late 7:15", dt.time(13), None),
        ("vou chegar atrasada 19:20", dt.time(19), dt.time(19, 20)),
        ("m ap an reta 7è edmi", None, dt.time(7, 30)),
        ("salgo del trabajo a las 7 llego tarde", dt.time(19), None),
        ("salgo a las 6 llego a las 6 y media", dt.time(18), dt.time(18, 30)),
        ("20 min late", dt.time(18, 50), dt.time(19, 10)),
        ("tarde media hora", dt.time(9), dt.time(9, 30)),
        ("llego en 10 minutos", dt.time(9), None),
        ("late 15", dt.time(19), dt.time(19, 15)),
        ("12:10", dt.time(12), dt.time(12, 10)),
        ("llego 12 y cuarto", dt.time(23, 45), dt.time(0, 15)),
        ("tarde", dt.time(19), None),
    ],
)
def test_when_they_will_be_there(text: str, begins: dt.time | None, expected: dt.time | None) -> None:
    assert late_until(text, begins) == expected


@pytest.mark.parametrize(
    "text",
    ["no me llego el mensaje", "dont forget my son has allergy", "i go work at 5 am every day", "tengo q pagar algo"],
)
def test_what_is_told_besides_is_no_answer(text: str) -> None:
    assert reminded(text, begins=EVENING) is None


texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([text for _, text, _ in rows("reminded")] + ["?", "24:00", "99"]), max_size=4).map(
        " ".join
    ),
)


@given(texts, st.times())
def test_only_who_comes_late_has_a_time(text: str, begins: dt.time) -> None:
    answer = reminded(text, begins=begins)
    assert answer is None or answer.time is None or answer.reply is Reply.LATE
