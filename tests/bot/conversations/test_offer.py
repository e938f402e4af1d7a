"""The answer to an offer, whoever gives it and whenever it comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import offers, seats
from models.family import Consent, ConsentKind, Phone, Student
from models.program import Program, ProgramStatus, Room
from models.seats import Enrolled, Waitlisted, Wish
from models.sign_up import SignUp, SignUpStatus
from models.task import TaskKind
from notifications.agenda.due import Agenda
from tests.bot.example import EVENING, Service, serving
from tests.bot.phones import Handset
from tests.models import rows

MONDAY_EVENING = EVENING + dt.timedelta(days=1)
ENROLLED, DECLINED, UNREACHED = SignUpStatus.ENROLLED, SignUpStatus.DECLINED, SignUpStatus.UNREACHED


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with serving(request.config, "sqlite") as service:
        service.now = MONDAY_EVENING
        yield service


class Offered:
    """A family of two phones whose children have all been offered a seat, and who were told on the first phone."""

    def __init__(self, service: Service, *names: str, language: str = "es") -> None:
        self.service = service
        service.now = MONDAY_EVENING
        self.mother, self.father = Handset.new(service), Handset.new(service)
        with service.database.begin() as session:
            self.program_id = _program(session, self.mother.number, len(names)).id
            family = rows.family(session, self.mother.number, self.father.number, children=names, language=language)
            for phone in family.phones:
                session.add(Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=service.now))
            self.wait(session, family.students, family.phones[0])
        Agenda(service.database).do_what_is_due(service.now)

    def wait(self, session: Session, students: Sequence[Student], phone: Phone) -> None:
        program = session.get_one(Program, self.program_id)
        seated = _sign_up(session, Wish(program.id, rows.family(session).id, None, heads=len(students)))
        for student in students:
            _sign_up(session, Wish(program.id, student.family_id, phone.id, student))
        seats.withdraw(session, seated, now=self.service.now)

    def status(self, name: str) -> list[SignUpStatus]:
        """What became of a child's sign-ups, oldest first."""
        with self.service.database.reading() as session:
            mine = (
                sa.select(SignUp.status).join(Student).where(Student.name == name, SignUp.program_id == self.program_id)
            )
            return list(session.scalars(mine.order_by(SignUp.id)))

    def lapse(self) -> None:
        with self.service.database.begin() as session:
            for one in session.scalars(sa.select(SignUp).where(SignUp.program_id == self.program_id)):
                offers.let_lapse(session, one, now=self.service.now)


def _program(session: Session, code: str, room_seats: int) -> Program:
    program = rows.program(session, code, rooms=[Room(seats=room_seats, title={"es": "Taller", "en": "Workshop"})])
    program.starts_on, program.ends_on = dt.date(2027, 7, 5), dt.date(2027, 8, 6)
    return program


def _sign_up(session: Session, wish: Wish) -> SignUp:
    outcome = seats.enroll(session, wish, now=MONDAY_EVENING)
    assert isinstance(outcome, Enrolled | Waitlisted)
    return outcome.sign_up


# --- yes and no -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["siii", "SÍ", "si la tomo", "1", "claro que si", "ok", "si gracias"])
def test_yes_in_any_words(service: Service, said: str) -> None:
    offered = Offered(service, "Ana")
    assert offered.mother.text(said) == "Listo, Ana tiene lugar."
    assert offered.status("Ana") == [ENROLLED]
    assert offered.mother.places() == []


@pytest.mark.parametrize("said", ["no", "No gracias", "2", "no podemos", "no lo quiero, gracias"])
def test_no_in_any_words(service: Service, said: str) -> None:
    offered = Offered(service, "Ana")
    assert offered.mother.text(said) == "Está bien. El lugar pasa a otra familia. Gracias por avisar."
    assert offered.status("Ana") == [DECLINED]
    assert offered.mother.tasks() == []


def test_words_that_may_also_stop_all_texts_are_asked_about_first(service: Service) -> None:
    offered = Offered(service, "Ana")
    assert (offered.mother.text("ya no, gracias") or "").startswith("¿Qué quiere hacer? 1 Dejar esto")
    assert offered.status("Ana") == [SignUpStatus.OFFERED]
    assert offered.mother.text("1") == "Está bien. El lugar pasa a otra familia. Gracias por avisar."
    assert offered.status("Ana") == [DECLINED]


def test_in_english_with_numbers(service: Service) -> None:
    offered = Offered(service, "Ana", language="en")
    assert offered.mother.text("1") == "Done, Ana has a place."


def test_a_program_that_staff_confirm(service: Service) -> None:
    offered = Offered(service, "Ana")
    with service.database.begin() as session:
        session.get_one(Program, offered.program_id).confirmed_by_staff = True
    assert offered.mother.text("si") == "Listo, Ana tiene lugar. La escuela le llama para confirmar."
    assert offered.mother.tasks() == [TaskKind.CONFIRM]


@pytest.mark.parametrize("said", ["persona", "menu", "hola", "qwertz", "gracias"])
def test_what_is_no_answer_decides_nothing(service: Service, said: str) -> None:
    offered = Offered(service, "Ana")
    assert offered.mother.text(said)
    assert offered.status("Ana") == [SignUpStatus.OFFERED]


def test_two_misunderstandings_offer_a_person(service: Service) -> None:
    offered = Offered(service, "Ana")
    assert offered.mother.text("qwertz") == "¿Toma el lugar para Ana? SÍ o NO"
    assert "PERSONA" in (offered.mother.text("qwertz") or "")


# --- several children, several phones -------------------------------------------------------------------------------


def test_two_children_one_after_the_other(service: Service) -> None:
    offered = Offered(service, "Ana", "Beto")
    assert offered.mother.text("si") == "Listo, Beto tiene lugar. ¿Toma el lugar para Ana? SÍ o NO"
    assert offered.mother.text("no") == "Está bien. El lugar pasa a otra familia. Gracias por avisar."
    assert (offered.status("Beto"), offered.status("Ana")) == ([ENROLLED], [DECLINED])


def test_who_is_named_is_meant(service: Service) -> None:
    offered = Offered(service, "Ana", "Beto")
    reply = offered.mother.text("ana no") or ""
    assert offered.status("Ana") == [DECLINED]
    assert offered.status("Beto") == [SignUpStatus.OFFERED]
    assert "¿Toma el lugar para Beto?" in reply


def test_the_other_parent_hears_what_is_true(service: Service) -> None:
    offered = Offered(service, "Ana")
    copy = offered.mother.row().places
    offered.father.leave_at(copy)
    offered.mother.text("si")
    for said in ("no", "si"):
        offered.father.leave_at(copy)
        assert offered.father.text(said) == "Ana: el lugar ya es suyo. Para cambiar, mande CAMBIAR."
    assert offered.status("Ana") == [ENROLLED]


def test_the_other_phone_finds_the_seat_among_its_sign_ups(service: Service) -> None:
    offered = Offered(service, "Ana")
    assert "Hay lugar para Ana en taller" in (offered.father.text("mis inscripciones") or "")
    assert offered.father.text("si") == "Listo, Ana tiene lugar."


def test_among_several_sign_ups_a_held_seat_is_shown_as_one(service: Service) -> None:
    offered = Offered(service, "Ana", "Beto")
    reply = offered.father.text("mis inscripciones") or ""
    assert reply.count("hay lugar") == 2
    assert "¿Lo toma?" in (offered.father.text("2") or "")


def test_an_offer_to_another_family_cannot_be_taken(service: Service) -> None:
    offered, stranger = Offered(service, "Ana"), Handset.new(service)
    stranger.text("hola")
    stranger.leave_at(offered.mother.row().places)
    stranger.text("si")
    assert offered.status("Ana") == [SignUpStatus.OFFERED]


# --- in the middle of something else --------------------------------------------------------------------------------


def test_an_answer_that_was_on_its_way_goes_to_what_it_answers(service: Service) -> None:
    offered = Offered(service, "Ana")
    ours = offered.mother.row().places
    mother = offered.mother
    mother.leave_at([])
    mother.texts("quiero apuntar a mi hijo al verano")
    if mother.stands_at()[1] == "who":  # she has a child that we know
        mother.text("otro")
    below = mother.row().places
    waiting = below[-1]["waiting"]
    mother.leave_at([*below, *ours])
    mother.text("8 va en tercero")
    assert mother.stands_at()[0] == "sign_up"
    assert mother.stands_at()[1] != waiting
    assert offered.status("Ana") == [SignUpStatus.OFFERED]
    assert [place.conversation for place in mother.places()] == ["offer", "sign_up"]


# --- too late -------------------------------------------------------------------------------------------------------


def test_a_late_yes_may_wait_again(service: Service) -> None:
    offered = Offered(service, "Ana")
    offered.lapse()
    assert offered.mother.text("si!") == (
        "Lo siento, ya no pudimos guardar el lugar para Ana. ¿Le pongo otra vez en la lista de espera? 1 Si 2 No"
    )
    assert offered.mother.text("si") == "Listo, Ana tiene lugar.", "nobody waits for it"
    assert offered.status("Ana") == [UNREACHED, ENROLLED]


def test_a_late_yes_need_not_wait(service: Service) -> None:
    offered = Offered(service, "Ana")
    offered.lapse()
    offered.mother.text("si")
    assert offered.mother.text("no") == "Está bien."
    assert offered.status("Ana") == [UNREACHED]
    assert offered.mother.places() == []


def test_a_late_no_is_thanked(service: Service) -> None:
    offered = Offered(service, "Ana")
    offered.lapse()
    assert offered.mother.text("no") == "Está bien. El lugar pasa a otra familia. Gracias por avisar."


def test_once_it_is_over_a_text_means_what_it_means(service: Service) -> None:
    offered = Offered(service, "Ana")
    offered.lapse()
    fresh = Handset.new(service)
    fresh.text("hola")
    assert (offered.mother.text("a que hora es el verano?") or "").startswith("Lunes a viernes")
    assert not any(place.conversation == "offer" for place in offered.mother.places())


def test_what_has_begun_cannot_be_taken(service: Service) -> None:
    offered = Offered(service, "Ana")
    service.now = dt.datetime(2027, 7, 5, 12, tzinfo=dt.UTC)
    assert offered.mother.text("si") == "Lo siento, ya empezó. Escriba PERSONA y le llamamos."
    assert offered.status("Ana") == [SignUpStatus.OFFERED], "the clock passes it on"
    assert offered.mother.places() == []


def test_what_is_cancelled_cannot_be_taken(service: Service) -> None:
    offered = Offered(service, "Ana")
    with service.database.begin() as session:
        session.get_one(Program, offered.program_id).status = ProgramStatus.CANCELLED
    offered.mother.text("si")
    assert offered.status("Ana") == [SignUpStatus.OFFERED]


def test_where_sign_up_is_closed_there_is_no_list_to_go_back_to(service: Service) -> None:
    offered = Offered(service, "Ana")
    with service.database.begin() as session:
        session.get_one(Program, offered.program_id).status = ProgramStatus.CLOSED
    offered.lapse()
    offered.mother.text("si")
    assert offered.mother.text("si") == "Ya se cerró la inscripción de este programa."
