"""An offer in each language: what it says, until when in words, and that it fits one segment."""

import datetime as dt

import pytest

from locales import speaking
from locales.sms import for_sms, segments
from models.family import Student
from models.program import Program, Room, Slot
from models.sign_up import SignUp
from notifications.agenda.offer_words import Offered, offer_text, until_in_words
from tests.notifications.family_days import LOS_ANGELES, NEW_YORK, moment

NOW = moment("2027-07-05T18:30")
PRESCHOOL = {"en": "Preschool", "es": "Preescolar", "pt": "Pré-escola", "ht": "Pre-kindègadenn"}
SUMMER = {"en": "Summer, ages 3 to 5", "es": "Verano, 3 a 5 años", "pt": "Verão, 3 a 5 anos", "ht": "Ete, 3 a 5 an"}
SAID = {
    "en": "There is a place for Lupita in preschool, from Aug 2. Do you want it? 1 Yes 2 No. "
    "We keep the place until tomorrow 8pm.",
    "es": "Hay lugar para Lupita en preescolar, desde el 2 ago. ¿Lo toma? SÍ o NO. "
    "Guardamos el lugar hasta mañana 8pm.",
    "pt": "Há vaga para Lupita: pré-escola, a partir de 2 ago. Quer a vaga? SIM ou NÃO. "
    "Guardamos a vaga até amanhã 20h.",
    "ht": "Gen plas pou Lupita nan pre-kindègadenn, apati 2 out. Èske ou vle li? WI oswa NON. "
    "N ap kenbe plas la jiska demen 8pm.",
}


def offered(name: str = "Lupita", until: dt.datetime | None = None, **of_program: object) -> Offered:
    room = Room(id=1, title=PRESCHOOL)
    program = Program(title=SUMMER, zone=NEW_YORK, weekdays=[], rooms=[room])
    program.starts_on, program.ends_on = dt.date(2027, 8, 2), dt.date(2027, 8, 13)
    for key, value in of_program.items():
        setattr(program, key, value)
    sign_up = SignUp(student=Student(name=name, age=4), room_id=1, heads=1, hold_until=until)
    return Offered(sign_up, program, NEW_YORK, NOW)


@pytest.mark.parametrize("language", SAID)
def test_in_each_language(language: str) -> None:
    with speaking(language):
        assert offer_text(offered(until=moment("2027-07-06T20:00"))) == SAID[language]


@pytest.mark.parametrize("language", SAID)
def test_long_names_and_days_still_fit_one_segment(language: str) -> None:
    about = offered("María Guadalupe", moment("2027-07-14T20:30"))
    with speaking(language):
        said = offer_text(about)
    assert segments(for_sms(said)).count == 1, said


def test_what_is_not_told_yet_has_no_end() -> None:
    with speaking("es"):
        assert offer_text(offered()) == "Hay lugar para Lupita en preescolar, desde el 2 ago. ¿Lo toma? SÍ o NO."


def test_of_one_day_and_of_a_time_the_hour_is_told() -> None:
    one_day = offered(ends_on=dt.date(2027, 8, 2), begins=dt.time(9))
    at_a_time = offered(slots=[Slot(id=7, starts_at=moment("2027-08-07T10:30"))])
    at_a_time.sign_up.slot_id = 7
    with speaking("es"):
        assert offer_text(one_day).startswith("Hay lugar para Lupita: preescolar, lun 2 ago, 9am. ¿Lo toma?")
        assert offer_text(at_a_time).startswith("Hay lugar para Lupita: preescolar, sáb 7 ago, 10:30am. ¿Lo toma?")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2027-07-05T20:00", "hoy 8pm"),
        ("2027-07-06T08:15", "mañana 8:15am"),
        ("2027-07-11T20:00", "el domingo 8pm"),
        ("2027-07-12T20:00", "el lun 12 jul 8pm"),
        ("2027-07-04T20:00", "el dom 4 jul 8pm"),
    ],
)
def test_the_end_of_the_hold_as_seen_from_now(until: str, said: str) -> None:
    with speaking("es"):
        assert until_in_words(moment(until), NOW, NEW_YORK) == said


def test_days_are_those_of_the_familys_clock() -> None:
    midnight = moment("2027-07-06T00:30")
    with speaking("es"):
        assert until_in_words(midnight, NOW, NEW_YORK) == "mañana 12:30am"
        assert until_in_words(midnight, NOW, LOS_ANGELES) == "hoy 9:30pm"
