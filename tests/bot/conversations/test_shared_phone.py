"""Several families write from one phone: who it is today comes first, and nothing of one is shown to another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from bot.heard.words import fold
from locales import speaking
from models.family import Family, Phone, Student
from models.family_phones import phones_of, shared_with
from models.moving import SharedPhone
from models.place import Place
from models.task import Task, TaskKind
from notifications.family_names import families_in_words
from tests.bot.example import EVENING, Service
from tests.bot.phones import Handset

F01, F13 = "+12395550101", "+18635550113"
"""The families of Beto and Lupita, and of Pepe, who is signed up for the summer."""
SEVEN_HOURS = dt.timedelta(hours=7)
WHO = "quien esta escribiendo hoy 1 la familia de beto 2 la familia de pepe 3 otra"
OF_PEPE = ("Pepe", "F13", "Verano")


@dataclass
class Shared:
    """The phone of F01 after its neighbor F13 has written from it last."""

    service: Service
    phone: Handset

    def text(self, body: str) -> str:
        return self.phone.text(body) or ""

    def later(self) -> None:
        self.service.now += SEVEN_HOURS

    def whose(self) -> str:
        with self.service.database.reading() as session:
            code = session.scalar(sa.select(Family.code).where(Family.id == self.phone.row().family_id))
            return code or ""


@pytest.fixture
def shared(service: Service) -> Shared:
    phone = Handset(service, F01)
    phone.texts("este telefono es de mi vecina", "1", "F13", "pepe", "1")
    phone.leave_at([])
    return Shared(service, phone)


def ids(service: Service, *codes: str) -> list[int]:
    with service.database.reading() as session:
        return [session.scalars(sa.select(Family.id).where(Family.code == code)).one() for code in codes]


def test_both_families_have_the_phone(shared: Shared) -> None:
    with shared.service.database.reading() as session:
        both = ids(shared.service, "F01", "F13")
        assert shared_with(session, shared.phone.row().id) == both
        assert [phone.number for phone in phones_of(session, both[0])] == [F01]
        assert {phone.number for phone in phones_of(session, both[1])} == {F01, F13}
    assert shared.whose() == "F13"


def test_within_six_hours_it_is_the_one_that_wrote(shared: Shared) -> None:
    shared.service.now += dt.timedelta(hours=5)
    assert "Pepe" in shared.text("mis inscripciones")
    shared.service.now += dt.timedelta(hours=5)
    assert "quien" not in fold(shared.text("menu"))


@pytest.mark.parametrize("text", ["hola", "mis inscripciones", "menu", "atras", "2", "voy tarde", "", "🙂"])
def test_later_it_is_asked_first_whatever_they_write(shared: Shared, text: str) -> None:
    shared.later()
    assert fold(shared.text(text)) == WHO


def test_then_the_text_is_taken_as_if_nothing_had_been_asked(shared: Shared) -> None:
    shared.later()
    shared.text("quiero apuntar a mi hijo al verano")
    reply = shared.text("1")
    assert "Beto" in reply
    assert "Lupita" in reply
    assert shared.whose() == "F01"


def test_while_it_is_asked_nothing_of_either_is_shown(shared: Shared) -> None:
    shared.later()
    for text in ("hola", "menu", "mis inscripciones", "mi codigo", "atras", "ayuda", "quiero apuntar a mi hijo", "4"):
        reply = shared.text(text)
        assert "Lupita" not in reply
        assert "F13" not in reply
        assert "F01" not in reply
        assert fold(reply).endswith(WHO)
    assert "F01" in (shared.text("beto") + shared.text("mi codigo"))


def test_nothing_of_the_one_is_shown_to_the_other(shared: Shared) -> None:
    shared.later()
    shared.text("hola")
    shared.text("1")
    seen = "".join(shared.text(text) for text in ("mis inscripciones", "mi codigo", "quitar", "cambiar", "verano"))
    assert not [one for one in OF_PEPE[:2] if one in seen]


def test_what_one_had_open_ends_where_the_other_takes_over(shared: Shared) -> None:
    shared.text("mis inscripciones")
    assert shared.phone.stands_at()[0] == "my_sign_ups"
    shared.later()
    shared.text("hola")
    shared.text("1")
    assert [place.conversation for place in shared.phone.places()] == ["menu"]


@pytest.mark.parametrize(("who", "tasks"), [("1", [TaskKind.NEWS]), ("2", [])])
def test_what_we_asked_one_of_them_waits_for_that_one(shared: Shared, who: str, tasks: list[TaskKind]) -> None:
    about = {"program": "NBD-VAX-AUG", "family_id": ids(shared.service, "F01")[0]}
    sent = Place("news", about=about, waiting="news", kind="yes_no", asked_at=EVENING.isoformat(), from_us=True)
    shared.phone.leave_at([sent.as_json()])
    shared.later()
    assert fold(shared.text("si")) == WHO
    shared.text(who)
    assert shared.phone.tasks() == tasks


def test_what_one_had_open_goes_on_where_it_is_the_same(shared: Shared) -> None:
    shared.text("mis inscripciones")
    shared.later()
    shared.text("3")
    assert "como esta" in fold(shared.text("2"))


@pytest.mark.parametrize(
    "text",
    ["soy la mamá de Beto", "soy la familia de Lupita", "this is Beto's mom", "sou a mãe do Beto", "se manman Beto"],
)
@pytest.mark.parametrize("later", [False, True])
def test_who_says_who_they_are_is_not_asked(shared: Shared, text: str, later: bool) -> None:
    if later:
        shared.later()
    assert "quien" not in fold(shared.text(text))
    assert shared.whose() == "F01"


@pytest.mark.parametrize("text", ["ahora escribe la vecina", "somos otra familia", "its another family writing now"])
def test_at_any_time_another_may_take_over(shared: Shared, text: str) -> None:
    assert "1 " in shared.text(text)
    assert shared.phone.stands_at() == ("who_is_writing", "who")
    shared.text("1")
    assert shared.whose() == "F01"


@pytest.mark.parametrize("text", ["alto", "ya no me manden nada", "STOP"])
def test_no_more_counts_for_the_number_and_is_not_asked_about(shared: Shared, text: str) -> None:
    shared.later()
    shared.text(text)
    assert shared.phone.row().opted_out_at == shared.service.now


def test_no_more_also_while_it_is_asked(shared: Shared) -> None:
    shared.later()
    shared.text("hola")
    shared.text("alto")
    assert shared.phone.row().opted_out_at == shared.service.now


def test_a_wrong_number_is_nobodys(shared: Shared) -> None:
    shared.later()
    shared.text("numero equivocado")
    with shared.service.database.reading() as session:
        assert session.scalars(sa.select(SharedPhone)).all() == []
    assert shared.phone.row().family_id is None


def test_another_family_without_a_code_is_one_of_its_own(shared: Shared) -> None:
    shared.later()
    shared.text("quiero apuntar a mis hijos al verano")
    shared.text("3")
    assert "cuantos hijos" in fold(shared.text("no"))
    assert shared.whose() not in {"F01", "F13", ""}
    with shared.service.database.reading() as session:
        assert len(shared_with(session, shared.phone.row().id)) == 3


def test_who_is_the_same_family_after_all_changes_nothing(service: Service) -> None:
    phone = Handset(service, F01)
    phone.texts("este telefono es de mi vecina", "no")
    with service.database.reading() as session:
        assert session.scalars(sa.select(SharedPhone)).all() == []
    assert phone.row().family_id == ids(service, "F01")[0]


def test_guesses_count_here_too(service: Service) -> None:
    phone = Handset(service, F01)
    phone.texts("este telefono es de mi vecina", "1")
    for _once in range(3):
        phone.texts("F13", "juan")
    assert phone.stands_at() == ("new_number", "when")
    phone.text("3")
    assert phone.tasks() == [TaskKind.NEW_NUMBER]
    assert phone.row().family_id == ids(service, "F01")[0]


def test_only_the_other_from_now_on(service: Service) -> None:
    phone = Handset(service, F01)
    phone.texts("cambie de numero", "F13", "pepe")
    assert phone.stands_at() == ("both_families", "both")
    phone.text("2")
    first, second = ids(service, "F01", "F13")
    assert phone.row().family_id == second
    with service.database.reading() as session:
        assert shared_with(session, phone.row().id) == []
        assert phones_of(session, first) == []
        alone = session.scalars(sa.select(Task).where(Task.family_id == first)).one()
        assert (alone.kind, alone.phone_id) == (TaskKind.NEW_NUMBER, None)


def test_a_number_that_one_of_two_gives_up_stays_the_others(shared: Shared) -> None:
    new = Handset.new(shared.service)
    new.texts("este es mi numero nuevo", "F01", "beto")
    assert new.stands_at() == ("old_number", "gone")
    new.text("2")
    assert shared.whose() == "F13"
    with shared.service.database.reading() as session:
        assert session.scalars(sa.select(SharedPhone)).all() == []
    shared.later()
    assert "Pepe" in shared.text("mis inscripciones")


@pytest.mark.parametrize(
    ("children", "called"),
    [
        ([["Beto"], ["Ana"]], ["The family of Beto", "The family of Ana"]),
        ([["Beto", "Lupe"], ["beto", "Ana"]], ["The family of Lupe", "The family of Ana"]),
        (
            [["Beto"], ["Beto"]],
            ["The family with the code that ends in B1", "The family with the code that ends in B2"],
        ),
        ([[None], ["Ana"]], ["The family with the code that ends in B1", "The family of Ana"]),
    ],
)
def test_families_are_told_apart_by_what_only_one_of_them_has(
    edited: Service, children: list[list[str | None]], called: list[str]
) -> None:
    with edited.database.begin() as session:
        families = [Family(code=f"XYZ{number}B{number}", created_at=EVENING) for number in (1, 2)]
        session.add_all(families)
        session.flush()
        for one, names in zip(families, children, strict=True):
            session.add_all(Student(family_id=one.id, name=name, told_on=EVENING.date()) for name in names)
        session.flush()
        with speaking("en"):
            assert list(families_in_words(session, [one.id for one in families]).values()) == called


def test_a_phone_that_nobody_shares_is_never_asked_about(service: Service) -> None:
    phone = Handset(service, F13)
    phone.text("hola")
    service.now += dt.timedelta(days=3)
    assert "quien" not in fold(phone.text("mis inscripciones") or "")
    with service.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Phone).where(Phone.number == F13)) == 1
