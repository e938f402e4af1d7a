"""A family on a new number is recognised; whoever guesses learns nothing, and the family hears of it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from bot.heard.words import fold
from models.agenda import AgendaItem, ItemKind
from models.code_tries import MOST_AT_A_CODE, MOST_OF_A_PHONE, CodeTry
from models.family import Consent, ConsentKind, Family, Phone
from models.message import Message, MessageState, Purpose
from models.sign_up import SignUp
from models.task import Task, TaskKind
from notifications.outbox import Notice, put
from tests.bot.example import EVENING, Service
from tests.bot.phones import Handset

F13 = "+18635550113"
"""The number of the example family in these tests: code F13, a boy called Pepe who is signed up for the summer."""
NOBODYS = "ZZZ222"
OPENING = "este es mi numero nuevo"
DAY = dt.timedelta(hours=24)


def family(service: Service, code: str) -> Family:
    with service.database.reading() as session:
        return session.scalars(sa.select(Family).where(Family.code == code)).one()


def a_try(phone: Handset, code: str, fact: str) -> str:
    """One try from the question for the code on; the reply, folded."""
    phone.text(code)
    return fold(phone.text(fact) or "")


def messages_to(service: Service, number: str) -> list[Message]:
    with service.database.reading() as session:
        sent = sa.select(Message).join(Phone).where(Phone.number == number, Message.purpose != Purpose.REPLY)
        return list(session.scalars(sent.where(Message.direction == "out").order_by(Message.id)))


def test_the_phone_is_the_familys_with_all_that_it_has(service: Service) -> None:
    phone = Handset.new(service)
    phone.texts(OPENING, "F13")
    reply = fold(phone.text("pepe") or "")
    row = phone.row()
    assert row.family_id == family(service, "F13").id
    assert row.language == "es"
    assert row.organization_id == family(service, "F13").organization_id
    assert reply.startswith("listo este numero ya es de su familia")
    phone.text("1")
    assert "Pepe" in (phone.text("mis inscripciones") or "")
    with service.database.reading() as session:
        lines = session.execute(sa.select(Consent.kind, Consent.how).where(Consent.phone_id == row.id)).all()
    assert (ConsentKind.OPT_IN, "new number") in lines


def test_a_language_is_taken_over_only_where_there_is_none(service: Service) -> None:
    phone = Handset.new(service)
    phone.texts("i changed my phone", "F13", "pepe")
    assert phone.row().language == "en"


def test_nothing_tells_what_was_wrong_nor_whether_there_is_such_a_code(line: Service) -> None:
    replies = set()
    for code, fact in ((NOBODYS, "pepe"), ("F13", "juan"), ("F03", "juan"), (NOBODYS, "7")):
        phone = Handset.new(line)
        asked = phone.texts(OPENING, code)
        assert asked == Handset.new(line).texts(OPENING, NOBODYS)
        replies.add((asked, phone.text(fact)))
        assert phone.row().family_id is None
    assert len(replies) == 1


def test_the_same_is_looked_up_whether_there_is_such_a_family_or_not(line: Service) -> None:
    statements: dict[str, list[str]] = {}
    for code in (NOBODYS, "F13"):
        phone = Handset.new(line)
        phone.texts(OPENING, code)
        seen = statements.setdefault(code, [])
        engine = line.database.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        phone.text("juan")
        sa.event.remove(engine, "before_cursor_execute", note)
    assert statements[NOBODYS] == statements["F13"]
    assert len(statements["F13"]) > 5


def test_a_list_of_names_is_no_answer(line: Service) -> None:
    phone = Handset.new(line)
    phone.texts(OPENING, "F13", "juan luis maria ana pedro pepe carlos")
    assert phone.stands_at() == ("new_number", "fact")
    assert phone.row().family_id is None


def test_after_three_wrong_tries_a_person_calls_and_the_right_one_does_not_count(service: Service) -> None:
    phone = Handset.new(service)
    phone.text(OPENING)
    replies = [a_try(phone, "F13", "juan") for _once in range(MOST_OF_A_PHONE)]
    assert replies[0] == replies[1]
    assert "una persona le llama" in replies[2]
    assert phone.stands_at() == ("new_number", "when")
    phone.text("3")
    for again in ("mi codigo es F13", OPENING, "cambie de numero"):
        assert "una persona le llama" in fold(phone.text(again) or "")
    assert phone.row().family_id is None
    assert phone.tasks() == [TaskKind.NEW_NUMBER]
    service.now += DAY
    phone.texts(OPENING, "F13", "pepe")
    assert phone.row().family_id == family(service, "F13").id


def test_going_back_gives_no_more_tries(service: Service) -> None:
    phone = Handset.new(service)
    for wrong in ("juan", "luis", "pedro", "pepe"):
        phone.texts("menu", OPENING, "F13", wrong)
    assert phone.row().family_id is None


def test_one_code_is_not_guessed_at_from_many_phones(service: Service) -> None:
    phones = [Handset.new(service) for _each in range(MOST_AT_A_CODE // 2 + 1)]
    for phone in phones[:-1]:
        phone.text(OPENING)
        a_try(phone, "F13", "juan")
        a_try(phone, "F13", "luis")
    last = phones[-1]
    last.text(OPENING)
    assert a_try(last, "F13", "pepe") == a_try(last, NOBODYS, "pepe")
    assert last.row().family_id is None
    service.now += DAY
    last.texts(OPENING, "F13", "pepe")
    assert last.row().family_id == family(service, "F13").id


def test_tries_at_the_same_moment_are_all_counted(service: Service) -> None:
    phones = [Handset.new(service) for _each in range(3)]
    for phone in phones:
        phone.texts(OPENING, "F13")
    with ThreadPoolExecutor(len(phones)) as pool:
        replies = list(pool.map(lambda phone: phone.text("juan"), phones))
    assert len(set(replies)) == 1
    with service.database.reading() as session:
        assert sorted(session.scalars(sa.select(CodeTry.nth))) == [1, 2, 3]


def test_no_try_is_remembered_longer_than_it_counts(service: Service) -> None:
    first, second = Handset.new(service), Handset.new(service)
    first.texts(OPENING, "F13", "juan")
    service.now += DAY
    second.texts(OPENING, NOBODYS, "juan")
    with service.database.reading() as session:
        assert session.scalars(sa.select(CodeTry.code)).all() == [NOBODYS]


# --- the old number ---------------------------------------------------------------------------------------------------


def queued(service: Service, number: str) -> None:
    """Something waits for a phone."""
    with service.database.begin() as session:
        phone = session.scalars(sa.select(Phone).where(Phone.number == number)).one()
        put(session, phone, Notice(Purpose.REMINDER, "Mañana, 6:00am.", "es"), EVENING)


def recognised(service: Service) -> Handset:
    """A new phone of F13, which is asked about the old one."""
    phone = Handset.new(service)
    phone.texts(OPENING, "F13", "pepe")
    assert phone.stands_at() == ("old_number", "gone")
    return phone


def test_the_old_number_is_told_at_once(service: Service) -> None:
    recognised(service)
    [told] = messages_to(service, F13)
    assert told.purpose == Purpose.ANSWER
    assert "PERSONA" in told.body
    assert "Pepe" not in told.body


def test_who_gets_nothing_from_us_is_not_told(service: Service) -> None:
    Handset(service, F13).text("alto")
    recognised(service)
    assert messages_to(service, F13) == []


def test_an_old_number_that_is_given_up_gets_nothing_more_but_the_warning(service: Service) -> None:
    queued(service, F13)
    phone = recognised(service)
    old = Handset(service, F13).row()
    phone.text("2")
    reminder, warning = messages_to(service, F13)
    assert (reminder.state, reminder.try_at) == (MessageState.WITHHELD, None)
    assert (warning.state, warning.purpose) == (MessageState.QUEUED, Purpose.ANSWER)
    after = Handset(service, F13).row()
    assert (after.family_id, after.places, after.organization_id, after.opted_out_at) == (None, [], None, None)
    with service.database.reading() as session:
        assert set(session.scalars(sa.select(SignUp.phone_id).where(SignUp.family_id == old.family_id))) == {
            phone.row().id
        }
        line = session.scalars(sa.select(Consent).where(Consent.phone_id == old.id).order_by(Consent.id.desc())).first()
        assert line is not None
        assert (line.kind, line.how) == (ConsentKind.WRONG_NUMBER, "new number")
        task = session.scalars(sa.select(Task).where(Task.kind == TaskKind.NEW_NUMBER)).one()
        assert (task.family_id, task.words) == (old.family_id, f"{OPENING} (-0113)")


def test_an_old_number_that_is_kept_keeps_what_waits_for_it(service: Service) -> None:
    queued(service, F13)
    phone = recognised(service)
    phone.text("1")
    assert [one.state for one in messages_to(service, F13)] == [MessageState.QUEUED] * 2
    assert Handset(service, F13).row().family_id == phone.row().family_id
    assert phone.tasks() == []


def test_whoever_has_the_old_number_now_sees_nothing_of_the_family(service: Service) -> None:
    recognised(service).text("2")
    stranger = Handset(service, F13)
    seen = "".join(stranger.text(text) or "" for text in ("hola", "mis inscripciones", "mi codigo", "no"))
    assert "Pepe" not in seen
    assert "F13" not in seen


def test_the_clock_looks_again_at_what_waits_for_the_family(service: Service) -> None:
    with service.database.begin() as session:
        waits = AgendaItem(
            key="test",
            kind=ItemKind.REMINDER,
            family_id=family(service, "F13").id,
            look_at=EVENING + dt.timedelta(days=30),
            created_at=EVENING,
        )
        session.add(waits)
    recognised(service)
    with service.database.reading() as session:
        assert session.scalars(sa.select(AgendaItem.look_at).where(AgendaItem.key == "test")).one() == service.now


# --- the code ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["mi codigo", "what is my code", "kòd mwen", "meu código"])
def test_a_family_is_told_its_code(line: Service, asked: str) -> None:
    assert "F13" in (Handset(line, F13).text(asked) or "")


def test_help_names_the_code_to_who_has_one(line: Service) -> None:
    assert "CODIGO" in (Handset(line, "+12395550101").text("ayuda") or "")
    assert "CODIGO" not in (Handset.new(line).text("ayuda") or "")
