"""What families read of what the clock tells them, in the four languages: one segment, and the right thing."""

import datetime as dt

import pytest

from locales.sms import for_sms, segments
from models.agenda import ItemKind
from models.family import Student
from models.program import Attends, Program, Stop
from models.sign_up import SignUp
from notifications.agenda.announcement_words import announcement_text
from notifications.agenda.digest_words import Coming, digest_text
from notifications.agenda.meetings import Meeting
from notifications.agenda.reminder_words import Reminded, reminder_text
from notifications.family_words import Wording
from tests.notifications.family_days import NEW_YORK, clock, moment

LANGUAGES = ["en", "es", "pt", "ht"]
BEGINS = Meeting(moment("2027-09-22T17:30"), NEW_YORK)
LONG = "Campamento de verano, todo el día"


def program(title: str = LONG, *, attends: Attends = Attends.CHILDREN, place: str = "Keith Middle School") -> Program:
    day = dt.date(2027, 9, 22)
    return Program(
        title=dict.fromkeys(LANGUAGES, title), attends=attends, place=place, starts_on=day, ends_on=day,
        promises=["no_papers"], weekdays=[],
    )  # fmt: skip


def reminder(
    of: Program, wording: Wording, language: str, *, stop: str | None = None, kind: ItemKind = ItemKind.REMINDER
) -> str:
    students = [Student(name="Guadalupe", age=8), Student(name="Maximiliano", age=4)]
    ride = Stop(name=stop, pick_up=clock("06:00")) if stop else None
    sign_ups = [SignUp(student=one, student_id=number, stop=ride, heads=1) for number, one in enumerate(students)]
    asks = kind is not ItemKind.BEFORE_WORK
    return for_sms(reminder_text(Reminded(kind, of, BEGINS, sign_ups, wording, asks=asks), language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", list(Wording))
@pytest.mark.parametrize("kind", [ItemKind.REMINDER, ItemKind.CONFIRM, ItemKind.BEFORE_WORK])
def test_a_reminder_is_one_segment_and_leaves_out_no_stop(language: str, wording: Wording, kind: ItemKind) -> None:
    long_place = program(place="Boys & Girls Club, 25 North Common St")
    said = reminder(long_place, wording, language, stop="Connery", kind=kind)
    assert segments(said).count == 1
    assert "Connery 6" in said
    assert "Guadalupe" in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Wed Sep 22, 5:30pm: Home visit. Free, no papers. Does it still suit you? OK or CHANGE"),
        ("es", "Mié 22 sep, 5:30pm: Home visit. Gratis, sin papeles. ¿Todavia le queda bien? OK o CAMBIAR"),
        ("pt", "Qua 22 set, 17:30: Home visit. Gratis, sem documentos. Ainda esta bom para voce? OK ou MUDAR"),
        ("ht", "Mèk 22 septanm, 5:30pm: Home visit. Gratis, san papye. Eske li toujou bon pou ou? OK oswa CHANJE"),
    ],
)
def test_of_a_visit_nobody_asks_whether_they_come(language: str, expected: str) -> None:
    visit = program("Home visit", attends=Attends.VISIT)
    assert reminder(visit, Wording.ON_THE_DAY, language, kind=ItemKind.CONFIRM) == expected


def test_a_stop_that_is_called_bus_is_not_called_so_twice() -> None:
    assert "School. Bus B 6:00am. " in reminder(program("Art"), Wording.TOMORROW, "en", stop="Bus B")
    assert "School. Bus: Elm 6:00am. " in reminder(program("Art"), Wording.TOMORROW, "en", stop="Elm")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("again", [True, False])
def test_an_announcement_is_one_segment(language: str, again: bool) -> None:
    children = [Student(name=name, age=8) for name in ("Guadalupe", "Maximiliano", "Esmeralda")]
    long_place = program(place="Boys & Girls Club, 25 North Common St")
    said = for_sms(announcement_text(long_place, children, language, again=again))
    assert segments(said).count == 1
    assert "Maximiliano" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_summary_is_one_segment_and_leaves_out_nothing_of_the_week(language: str, count: int) -> None:
    coming = [Coming(program(f"Club de robótica {number}"), BEGINS) for number in range(count)]
    said = for_sms(digest_text(coming, [program(), program("Clase de noche")], language))
    assert segments(said).count == 1
    assert all(f"robotica {number}" in said for number in range(count))
