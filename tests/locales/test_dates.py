from __future__ import annotations

import string
from datetime import UTC, date, datetime, time

import pytest
from babel import Locale

from locales import speaking
from locales.calendar_words import CALENDAR_WORDS
from locales.dates import (
    clock,
    clock_range,
    day_and_time,
    listing,
    month,
    ordinal_grade,
    short_day,
    weekday,
    weekday_and_day,
    weekdays,
)
from locales.sms import fold, segments

FOUR = ("en", "es", "pt", "ht")


def in_four(say: object, *arguments: object) -> list[str]:
    assert callable(say)
    said = []
    for language in FOUR:
        with speaking(language):
            said.append(say(*arguments))
    return said


def test_a_day_has_its_month_by_name() -> None:
    assert in_four(short_day, date(2027, 7, 6)) == ["Jul 6", "6 jul", "6 jul", "6 jiyè"]
    assert in_four(weekday_and_day, date(2027, 8, 21)) == [
        "Sat Aug 21",
        "sáb 21 ago",
        "sáb 21 ago",
        "sam 21 out",
    ]
    assert in_four(weekday_and_day, date(2027, 1, 12))[2] == "ter 12 jan"
    assert in_four(weekday, date(2027, 8, 21)) == ["Saturday", "sábado", "sábado", "samdi"]
    assert in_four(month, date(2027, 8, 21)) == ["August", "agosto", "agosto", "out"]


def test_a_day_with_its_hour() -> None:
    assert in_four(day_and_time, datetime(2027, 1, 12, 18, 45, tzinfo=UTC)) == [
        "Tue Jan 12, 6:45pm",
        "mar 12 ene, 6:45pm",
        "ter 12 jan, 18:45",
        "mad 12 janvye, 6:45pm",
    ]


@pytest.mark.parametrize(
    ("at", "en", "pt"),
    [
        (time(6, 30), "6:30am", "6:30"),
        (time(13), "1pm", "13h"),
        (time(13, 30), "1:30pm", "13:30"),
        (time(18, 45), "6:45pm", "18:45"),
        (time(0), "12am", "0h"),
        (time(0, 5), "12:05am", "0:05"),
        (time(12), "12pm", "12h"),
        (time(23, 59), "11:59pm", "23:59"),
    ],
)
def test_the_clock(at: time, en: str, pt: str) -> None:
    assert in_four(clock, at) == [en, en, pt, en]


def test_a_range_of_hours() -> None:
    assert in_four(clock_range, time(6, 30), time(17, 30)) == [
        "6:30am-5:30pm",
        "6:30am a 5:30pm",
        "6:30 às 17:30",
        "6:30am-5:30pm",
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0, 1, 2, 3, 4], ["Mon-Fri", "lunes a viernes", "seg a sex", "lendi-vandredi"]),
        ([3, 1], ["Tue and Thu", "martes y jueves", "ter e qui", "madi ak jedi"]),
        (
            [0, 2, 4],
            ["Mon, Wed and Fri", "lun, mié y vie", "seg, qua e sex", "lendi, mèkredi ak vandredi"],
        ),
        ([5], ["Saturday", "sábado", "sábado", "samdi"]),
        ([5, 6], ["Sat and Sun", "sábado y domingo", "sáb e dom", "samdi ak dimanch"]),
        (
            [0, 1, 2, 3, 5],
            ["Mon-Thu and Sat", "lunes a jueves y sábado", "seg a qui e sáb", "lendi-jedi ak samdi"],
        ),
        ([0, 1, 2, 3, 4, 5, 6], ["every day", "todos los días", "todos os dias", "chak jou"]),
        ([1, 1, 3], ["Tue and Thu", "martes y jueves", "ter e qui", "madi ak jedi"]),
        ([], ["", "", "", ""]),
    ],
)
def test_the_days_of_a_week(days: list[int], said: list[str]) -> None:
    assert in_four(weekdays, days) == said


@pytest.mark.parametrize(
    ("grade", "said"),
    [
        (
            -1,
            [
                "preschool (age 3-4)",
                "preescolar (3-4 años)",
                "pré-escola (3-4 anos)",
                "pre-kindègadenn (3-4 an)",
            ],
        ),
        (0, ["kindergarten (age 5)", "kínder (5 años)", "jardim de infância (5 anos)", "jadendanfan (5 an)"]),
        (1, ["1st grade", "1er grado", "1ª série", "1ye ane"]),
        (2, ["2nd grade", "2do grado", "2ª série", "2yèm ane"]),
        (3, ["3rd grade", "3er grado", "3ª série", "3yèm ane"]),
        (11, ["11th grade", "11mo grado", "11ª série", "11yèm ane"]),
        (12, ["12th grade", "12mo grado", "12ª série", "12yèm ane"]),
    ],
)
def test_a_grade(grade: int, said: list[str]) -> None:
    assert in_four(ordinal_grade, grade) == said


def test_a_list() -> None:
    assert in_four(listing, ["Beto", "Lupita"]) == [
        "Beto and Lupita",
        "Beto y Lupita",
        "Beto e Lupita",
        "Beto ak Lupita",
    ]
    assert in_four(listing, ["Ana", "Beto", "Lupita"])[1] == "Ana, Beto y Lupita"
    assert in_four(listing, ["Beto"]) == ["Beto"] * 4
    assert in_four(listing, []) == [""] * 4


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("Inés", "e Inés"),
        ("Hilda", "e Hilda"),
        ("Íker", "e Íker"),
        ("Ian", "y Ian"),
        ("hielo", "y hielo"),
        ("Yadi", "y Yadi"),
    ],
)
def test_spanish_says_e_before_the_sound_of_i(last: str, said: str) -> None:
    with speaking("es"):
        assert listing(["Beto", last]) == f"Beto {said}"


@pytest.mark.parametrize("catalog", ["en", "es", "pt_BR"])
def test_our_names_are_the_ones_that_unicode_lists(catalog: str) -> None:
    """Not so for Haitian Creole, where CLDR has French."""
    listed = Locale.parse(catalog)
    ours = CALENDAR_WORDS[catalog]
    assert ours.months == tuple(listed.months["format"]["wide"][number] for number in range(1, 13))
    long_days = listed.days["format"]["wide"]
    assert ours.weekdays == tuple(long_days[number].removesuffix("-feira") for number in range(7))


@pytest.mark.parametrize("language", FOUR)
def test_no_date_needs_more_than_the_small_alphabet(language: str) -> None:
    plain = set(string.ascii_letters + string.digits + " ,:-()éèòñ")
    with speaking(language):
        for number in range(1, 13):
            moment = datetime(2027, number, number, number, 30, tzinfo=UTC)
            said = fold(f"{day_and_time(moment)} {month(moment)} {weekday(moment)} {ordinal_grade(number)}")
            assert set(said) <= plain
            assert segments(said).encoding == "GSM-7"
