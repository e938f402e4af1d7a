"""The signed webhook in several processes at once: one text has one effect, and no seat is given twice or lost."""

import itertools
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from models import seats
from models.family import Consent, Family, Phone, Student
from models.message import Direction, Message, MessageState
from models.program import Room
from models.sign_up import SignUp, SignUpStatus
from models.task import Task
from tests.bot.posting import new_sid
from tests.concurrency.processes import Service, Texting, running
from tests.conftest import migrated
from tests.models import rows

FAMILIES = 100
SEATS = 10


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of this module; each has a program and numbers of its own."""
    made = migrated(request.config, request.param, tmp_path_factory.mktemp("database"))
    with made as url, running(url) as service:
        yield service


_hundreds = itertools.count(2)


@pytest.fixture
def numbers() -> Iterator[str]:
    """Numbers that no other test has."""
    hundred = next(_hundreds)
    return (f"+1413{hundred:03}{number:04}" for number in range(1000))


def broken(service: Service) -> tuple[int, int]:
    failed = count(service, Message, Message.direction == Direction.IN, Message.state != MessageState.RECEIVED)
    return count(service, Task), failed


@pytest.fixture(autouse=True)
def nothing_breaks(service: Service) -> Iterator[None]:
    before = broken(service)
    yield
    assert broken(service) == before


def count(service: Service, kind: type[object], *where: sa.ColumnElement[bool]) -> int:
    with service.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind).where(*where)) or 0


def talk_until_the_last(service: Service, number: str, *bodies: str) -> None:
    for body in bodies:
        assert service.send(Texting(number, body))


def test_one_text_delivered_twice_in_a_row_by_two_servers(service: Service, numbers: Iterator[str]) -> None:
    number, sid = next(numbers), new_sid()
    replies = [service.send(Texting(number, "hello", sid, server)) for server in (0, 1, 0)]
    assert replies[0]
    assert replies == replies[:1] * 3
    assert count(service, Message, Message.provider_sid == sid) == 1
    assert count(service, Message, Message.answers_sid == sid) == 1


def test_one_text_delivered_at_the_same_moment_to_several_processes(service: Service, numbers: Iterator[str]) -> None:
    """From the very first text of a phone (its row is new) to the one that signs up."""
    with service.database.begin() as session:
        rows.program(session, "ASTRONOMY", rooms=[Room(seats=99)])
    for number in itertools.islice(numbers, 4):
        for body in ("I want to sign up for astronomy", "1", "8"):
            sid = new_sid()
            replies = service.at_once([Texting(number, body, sid, server) for server in range(6)])
            assert replies[0]
            assert replies == replies[:1] * 6
            assert count(service, Message, Message.provider_sid == sid) == 1
            assert count(service, Message, Message.answers_sid == sid) == 1
        with service.database.reading() as session:
            phone = session.scalars(sa.select(Phone).where(Phone.number == number)).one()
        assert count(service, Consent, Consent.phone_id == phone.id) == 1
        assert count(service, SignUp, SignUp.phone_id == phone.id) == 1
        assert count(service, Student, Student.family_id == phone.family_id) == 1
        assert count(service, Message, Message.phone_id == phone.id) == 6


def test_two_different_texts_of_one_phone_at_once_are_both_answered(service: Service, numbers: Iterator[str]) -> None:
    number = next(numbers)
    replies = service.at_once(
        [Texting(number, body, server=server) for server, body in enumerate(["hola", "menu"] * 3)]
    )
    assert all(replies)
    with service.database.reading() as session:
        phone = session.scalars(sa.select(Phone).where(Phone.number == number)).one()
    assert count(service, Message, Message.phone_id == phone.id) == 12
    assert count(service, Consent, Consent.phone_id == phone.id) == 1


def by_name(service: Service, family: int) -> list[tuple[str | None, SignUpStatus]]:
    with service.database.reading() as session:
        mine = sa.select(Student.name, SignUp.status).join(SignUp).where(SignUp.family_id == family)
        return sorted((name, status) for name, status in session.execute(mine))


def is_signing_up(service: Service, number: str) -> bool:
    with service.database.reading() as session:
        places = session.scalars(sa.select(Phone.places).where(Phone.number == number)).one()
    return bool(places) and places[-1]["conversation"] == "sign_up"


@pytest.mark.parametrize("chosen", [["1", "2"], ["1", "1"]], ids=["each another child", "both the same child"])
def test_two_phones_of_one_family_at_once_lose_nothing(
    service: Service, numbers: Iterator[str], chosen: list[str]
) -> None:
    code = "CHESS" if chosen == ["1", "2"] else "DANCE"
    with service.database.begin() as session:
        rows.program(session, code, rooms=[Room(seats=99)], asks=["name"])
    for _round in range(3):
        phones = list(itertools.islice(numbers, 2))
        with service.database.begin() as session:
            family = rows.family(session, *phones, children=["Ana", "Beto"], language="en").id
        for number, choice in zip(phones, chosen, strict=True):
            talk_until_the_last(service, number, f"I want to sign up for {code.lower()}", choice)
        replies = service.at_once([Texting(number, "1", server=server) for server, number in enumerate(phones)])
        assert all(replies)
        signed_up = ["Ana", "Beto"][: len(set(chosen))]
        assert by_name(service, family) == [(name, SignUpStatus.ENROLLED) for name in signed_up]
        assert count(service, Student, Student.family_id == family) == 2


NEW_CHILDREN = {
    "each another child": (["Cielo", "Dario"], ["fencing", "fencing"], "another child"),
    "both the same child": (["Elena", "Elena"], ["gardening", "gardening"], "1"),
    "the same child for two programs": (["Frida", "Frida"], ["hockey", "juggling"], "1"),
}


@pytest.mark.parametrize(("names", "wanted", "choice"), NEW_CHILDREN.values(), ids=NEW_CHILDREN)
def test_two_phones_of_one_family_that_tell_of_new_children_at_once(
    service: Service, numbers: Iterator[str], names: list[str], wanted: list[str], choice: str
) -> None:
    """Who comes second may be shown the child that the other phone has just told us of; its own answers are kept."""
    with service.database.begin() as session:
        for program in set(wanted):
            rows.program(session, program.upper(), rooms=[Room(seats=99)], asks=["name"])
    for _round in range(4):
        phones = list(itertools.islice(numbers, 2))
        with service.database.begin() as session:
            family = rows.family(session, *phones, language="en").id
        for number, name, program in zip(phones, names, wanted, strict=True):
            talk_until_the_last(service, number, f"I want to sign up for {program}", "1", "8", name)
        assert all(service.at_once([Texting(number, "1", server=server) for server, number in enumerate(phones)]))
        for number in phones:
            for body in (choice, "1"):
                if is_signing_up(service, number):
                    assert service.send(Texting(number, body))
        signed_up = sorted(name for name, _program in set(zip(names, wanted, strict=True)))
        assert by_name(service, family) == [(name, SignUpStatus.ENROLLED) for name in signed_up]
        assert count(service, Student, Student.family_id == family) == len(set(names))


def test_families_that_need_two_programs_in_either_order_do_not_stand_in_each_others_way(
    service: Service, numbers: Iterator[str]
) -> None:
    with service.database.begin() as session:
        of = rows.district(session, "SUMMERS")
        small = rows.program(session, "SUMMER-PK", rooms=[Room(seats=99, youngest=3, oldest=5)], of=of)
        big = rows.program(session, "SUMMER-FD", rooms=[Room(seats=99, youngest=6, oldest=12)], of=of)
        for program in (small, big):
            program.offering, program.title = "summer camp", {"en": "Summer camp", "es": "Campamento"}
        programs = [small.id, big.id]
    texts = []
    for place, number in enumerate(itertools.islice(numbers, 16)):
        talk_until_the_last(service, number, "I want to sign up for summer camp", "2")
        texts.append(Texting(number, "4 and 8" if place % 2 else "8 and 4", server=place))
    assert all(service.at_once(texts))
    for program_id in programs:
        assert count(service, SignUp, SignUp.program_id == program_id) == 16


def test_a_hundred_families_for_ten_seats(service: Service, numbers: Iterator[str]) -> None:
    with service.database.begin() as session:
        program = rows.program(session, "ROBOTICS", rooms=[Room(seats=SEATS)]).id
    phones = list(itertools.islice(numbers, FAMILIES))
    replies: list[str | None] = []
    for body in ("I want to sign up for robotics", "1", "8"):
        replies = service.at_once([Texting(number, body, server=place) for place, number in enumerate(phones)])
        assert all(replies)
    told = [re.search(r"number (\d+) on the waiting list", reply or "") for reply in replies]
    positions = sorted(int(match[1]) for match in told if match)
    assert positions == list(range(1, FAMILIES - SEATS + 1))
    with service.database.reading() as session:
        signed_up = session.scalars(sa.select(SignUp).where(SignUp.program_id == program).order_by(SignUp.id)).all()
        by_number = {sign_up.phone.number: sign_up for sign_up in signed_up if sign_up.phone}
        assert len(by_number) == len(signed_up) == FAMILIES
        for number, match in zip(phones, told, strict=True):
            sign_up = by_number[number]
            if match is None:
                assert sign_up.status is SignUpStatus.ENROLLED
            else:
                assert sign_up.status is SignUpStatus.WAITING
                assert seats.position(session, sign_up) == int(match[1])
    assert count(service, Family) >= FAMILIES
