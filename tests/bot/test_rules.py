"""What makes it safe to run a conversation again from its start with every text: the first three rules of it.

The other three, about replies: tests/bot/conversations/test_replies.py.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.conversations import CONVERSATIONS, Conversation
from bot.heard.words import fold
from bot.talk import Talk
from models.family import Family, Phone, Student
from models.place import Place
from models.program import Stop
from models.task import Task, TaskKind
from tests.bot.conversations.scripts import CHILDREN, SCRIPTS, VISIT
from tests.bot.example import EVENING, Service, serving
from tests.bot.phones import Handset

STOP_STEP = CHILDREN.steps.index(("stop", "2"))
RIDE_STEP = CHILDREN.steps.index(("ride", "1"))


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """The service on an example of its own, once on each kind of database."""
    with serving(request.config, request.param) as service:
        yield service


@pytest.fixture(scope="module")
def line(request: pytest.FixtureRequest) -> Iterator[Service]:
    """One service for all, on SQLite."""
    with serving(request.config, "sqlite") as service:
        yield service


# --- 1: nothing is written before the last question -----------------------------------------------------------------


@contextlib.contextmanager
def raffle(function: Callable[[Talk], None]) -> Iterator[None]:
    """For a while there is one conversation more."""
    CONVERSATIONS["raffle"] = Conversation(function)
    try:
        yield
    finally:
        del CONVERSATIONS["raffle"]


def adds(talk: Talk) -> None:
    talk.writing.session.add(Task(kind=TaskKind.NEWS, phone_id=talk.caller.phone_id, created_at=talk.now))


def adds_and_flushes(talk: Talk) -> None:
    adds(talk)
    talk.writing.session.flush()


def adds_and_reads(talk: Talk) -> None:
    adds(talk)
    talk.writing.session.scalars(sa.select(Task)).all()


def updates(talk: Talk) -> None:
    talk.writing.session.execute(sa.update(Student).values(name="Nobody"))


def changes(talk: Talk) -> None:
    talk.writing.session.scalars(sa.select(Student)).first().name = "Nobody"  # type: ignore[union-attr]  # there is one


def deletes(talk: Talk) -> None:
    talk.writing.session.delete(talk.writing.session.scalars(sa.select(Task)).first())


@pytest.mark.parametrize("writes", [adds, adds_and_flushes, adds_and_reads, updates, changes, deletes])
def test_a_conversation_that_writes_before_its_last_question_is_refused(
    service: Service, writes: Callable[[Talk], None]
) -> None:
    def writes_then_asks(talk: Talk) -> None:
        writes(talk)
        talk.yes("again", ask="Again?")

    phone = _at(service, "raffle")
    _add_task(service, phone)
    before = _everything(service), phone.row().places
    with raffle(writes_then_asks):
        reply = phone.text("hmm")
    assert reply
    assert "Again?" not in reply
    assert phone.broke()
    assert (_everything(service), phone.row().places) == before
    assert phone.tasks() == [TaskKind.NEWS, TaskKind.BROKEN_TURN]


def test_what_is_written_after_the_last_question_stands(service: Service) -> None:
    def asks_then_writes(talk: Talk) -> None:
        talk.writing.session.scalars(sa.select(Student)).all()  # reading is no writing
        if talk.yes("sure", ask="Sure?"):
            adds(talk)
            talk.say("Noted.")

    phone = _at(service, "raffle")
    with raffle(asks_then_writes):
        assert (phone.text("hmm") or "").startswith("Sure?")
        assert phone.tasks() == []
        assert phone.text("1") == "Noted."
    assert phone.tasks() == [TaskKind.NEWS]
    assert phone.places() == []


def test_one_conversation_may_write_and_the_next_one_ask(service: Service) -> None:
    def writes_and_goes_on(talk: Talk) -> None:
        adds(talk)
        talk.go_on("menu")

    phone = _at(service, "raffle")
    with raffle(writes_and_goes_on):
        phone.text("hmm")
    assert phone.stands_at() == ("menu", "what")
    assert phone.tasks() == [TaskKind.NEWS]


# --- 2: what was offered is stored -----------------------------------------------------------------------------------


def turn_the_route_round(stop: Stop) -> None:
    if stop.pick_up is not None:
        stop.pick_up = dt.time(23 - stop.pick_up.hour, 59 - stop.pick_up.minute)


def test_a_number_means_what_was_seen_when_the_order_has_changed_since(service: Service) -> None:
    phone = CHILDREN.up_to(STOP_STEP, service)
    _edit_stops(service, turn_the_route_round)
    phone.text("1")
    assert phone.places()[-1].answers["stop"] == ["Gerena"]
    phone.texts("abuela", "no")
    assert "Gerena" in (phone.text("ayuda") or "")


def test_a_number_means_what_was_seen_when_something_was_put_before_it(service: Service) -> None:
    phone = CHILDREN.up_to(STOP_STEP, service)
    with service.database.begin() as session:
        gerena = session.scalars(sa.select(Stop).where(Stop.name == "Gerena")).first()
        assert gerena is not None
        session.add(Stop(program_id=gerena.program_id, name="Memorial Sq", pick_up=dt.time(5)))
    phone.text("3")
    assert phone.places()[-1].answers["stop"] == ["White St"]


def test_an_option_that_has_gone_is_said_to_be_gone_and_the_others_are_offered(service: Service) -> None:
    phone = CHILDREN.up_to(STOP_STEP, service)
    _edit_stops(service, lambda stop: setattr(stop, "name", stop.name.replace("Brightwood", "Chapin")))
    reply = fold(phone.text("2") or "")
    assert reply.startswith("eso ya no")
    assert "1 gerena 5 50am 2 chapin" in reply
    assert phone.places()[-1].offered == ["Gerena", "Chapin", "White St", "unknown"]
    assert CHILDREN.finishes(phone, STOP_STEP)


def test_an_answer_that_has_gone_since_is_asked_again_with_the_reason(service: Service) -> None:
    phone = CHILDREN.up_to(STOP_STEP + 2, service)
    _edit_stops(service, lambda stop: setattr(stop, "name", stop.name.replace("Brightwood", "Chapin")))
    assert fold(phone.text("no") or "").startswith("eso ya no")
    assert phone.stands_at() == ("sign_up", "stop")
    phone.text("1")
    assert phone.stands_at() == ("sign_up", "diet"), "who brings them was told already"
    assert CHILDREN.finishes(phone, STOP_STEP + 2)


def test_a_time_that_was_taken_meanwhile_is_said_to_be_gone(service: Service) -> None:
    first, second = VISIT.up_to(4, service), VISIT.up_to(4, service)
    assert VISIT.finishes(first, 4)
    reply = second.text("1")
    assert reply
    if second.places():
        second.text("1")
    [one], [other] = first.sign_ups(), second.sign_ups()
    assert one.slot_id != other.slot_id


def test_no_wording_is_stored(line: Service) -> None:
    for script in SCRIPTS:
        for step in range(len(script.steps)):
            kept = str(script.up_to(step, line).row().places)
            assert "¿" not in kept
            assert "1 S" not in kept


# --- 3: a question that we sent --------------------------------------------------------------------------------------


def test_the_answer_goes_to_the_question_that_we_sent(service: Service) -> None:
    phone = _known(service)
    _send(phone, "news", "yes_no", waiting="news")
    phone.text("si")
    assert phone.tasks() == [TaskKind.NEWS]
    assert phone.places() == []


def test_an_answer_that_only_the_question_we_sent_can_take_goes_there(service: Service) -> None:
    phone = CHILDREN.up_to(0, service)
    _send(phone, "news", "yes_no", waiting="news")
    phone.text("no gracias")
    assert phone.stands_at() == ("sign_up", "how many")
    assert CHILDREN.finishes(phone, 0)


@pytest.mark.parametrize("bare", ["1", "si", "Sí!", "ok", "👍"])
def test_a_bare_answer_that_fits_two_questions_asks_which(line: Service, bare: str) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, line)
    _send(phone, "news", "yes_no", waiting="news")
    reply = phone.text(bare) or ""
    assert phone.stands_at() == ("which_question", "which")
    assert "1 " in reply
    assert "2 " in reply
    assert phone.tasks() == []
    assert "ride" not in phone.places()[0].answers


def test_then_it_goes_to_the_newest_where_they_say_so(service: Service) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, service)
    _send(phone, "news", "yes_no", waiting="news")
    phone.texts("1", "1")
    assert phone.tasks() == [TaskKind.NEWS]
    assert phone.stands_at() == ("sign_up", "ride")
    assert CHILDREN.finishes(phone, RIDE_STEP)


def test_then_it_goes_to_the_one_before_where_they_say_so(service: Service) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, service)
    _send(phone, "news", "yes_no", waiting="news")
    phone.texts("1", "2")
    assert phone.tasks() == []
    assert phone.stands_at() == ("sign_up", "stop")
    phone.texts(*(answer for _key, answer in CHILDREN.steps[STOP_STEP:]))
    assert len(phone.sign_ups()) == CHILDREN.sign_ups
    assert phone.stands_at() == ("news", "news"), "what we asked is still open"
    phone.text("1")
    assert phone.tasks() == [TaskKind.NEWS]


def test_a_question_of_their_own_over_another_is_not_asked_about(line: Service) -> None:
    """Only what we sent comes unexpected: what they opened themselves is what they answer."""
    phone = CHILDREN.up_to(RIDE_STEP, line)
    phone.texts("persona", "2")
    assert phone.stands_at() == ("sign_up", "ride")


def test_more_than_a_bare_answer_goes_to_the_newest(line: Service) -> None:
    phone = CHILDREN.up_to(RIDE_STEP, line)
    _send(phone, "news", "yes_no", waiting="news")
    phone.text("si por favor aviseme de la proxima")
    assert phone.tasks() == [TaskKind.NEWS]
    assert phone.stands_at() == ("sign_up", "ride")


# --- what they share --------------------------------------------------------------------------------------------------


def _at(service: Service, conversation: str) -> Handset:
    """A known phone in the midst of this conversation."""
    phone = _known(service)
    phone.leave_at([Place(conversation, asked_at=EVENING.isoformat()).as_json()])
    return phone


def _known(service: Service) -> Handset:
    phone = Handset.new(service)
    phone.texts("hola", "gracias")
    phone.leave_at([])
    return phone


def _send(phone: Handset, conversation: str, kind: str, *, waiting: str) -> None:
    """Ask a question as a reminder or an offer will: it lies on top of whatever is open."""
    sent = Place(
        conversation,
        about={"program": "NBD-VAX-AUG"},
        waiting=waiting,
        kind=kind,
        asked_at=EVENING.isoformat(),
        from_us=True,
    )
    phone.leave_at([*phone.row().places, sent.as_json()])


def _add_task(service: Service, phone: Handset) -> None:
    with service.database.begin() as session:
        session.add(Task(kind=TaskKind.NEWS, phone_id=phone.row().id, created_at=EVENING))


def _everything(service: Service) -> list[Any]:
    """All that a conversation of these tests could have written."""
    with service.database.reading() as session:
        names = sa.select(Student.id, Student.name).order_by(Student.id)
        counts = [
            session.scalar(sa.select(sa.func.count()).select_from(kind))
            for kind in (Family, Phone, sa.select(Task).where(Task.kind != TaskKind.BROKEN_TURN).subquery())
        ]
        return [*counts, session.execute(names).all()]


def _edit_stops(service: Service, edit: Callable[[Stop], None]) -> None:
    with service.database.begin() as session:
        for stop in session.scalars(sa.select(Stop)):
            edit(stop)
