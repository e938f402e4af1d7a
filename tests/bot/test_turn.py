"""The transaction around a turn: what breaks leaves the family where it was, and somebody hears of it."""

import contextlib
import itertools
import logging
from collections.abc import Callable, Iterator

import flask
import pytest
import sqlalchemy as sa

from bot.conversations import CONVERSATIONS, Conversation
from bot.talk import Talk
from bot.turn import ATTEMPTS
from locales import _, speaking
from locales.sms import for_sms
from models.database import Database
from models.family import Family, Phone
from models.message import Direction, Message, MessageState
from models.program import Room
from models.sign_up import SignUp
from models.task import Task, TaskKind
from tests.bot.posting import application, database_of, parsed, post, reply_in, sms, text
from tests.models import rows

NUMBER = "+14135550142"
SECRET = "mi hija Xochitl quiere nadar"


@contextlib.contextmanager
def menu_that(does: Callable[[Talk], None], conversation: str = "menu") -> Iterator[None]:
    """For a while, the menu (or another conversation) does something else."""
    before = CONVERSATIONS[conversation]
    CONVERSATIONS[conversation] = Conversation(does)
    try:
        yield
    finally:
        CONVERSATIONS[conversation] = before


def breaks(talk: Talk) -> None:
    """A fault such as one that nobody thought of, with the family's words in its message."""
    raise ValueError(f"cannot read {talk.place.opening or SECRET} of {talk.caller.number}")


def apology(language: str) -> str:
    with speaking(language):
        return for_sms(_("Sorry, something went wrong here. Please send your message again."))


def place_of(app: flask.Flask) -> tuple[object, ...]:
    with database_of(app).reading() as session:
        phone = session.scalars(sa.select(Phone)).one()
        return phone.places, phone.language, phone.family_id, phone.welcomed_at, phone.sms_heard_at


def count(app: flask.Flask, *kinds: type[object]) -> list[int]:
    with database_of(app).reading() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0 for kind in kinds]


def broken(app: flask.Flask) -> list[Task]:
    with database_of(app).reading() as session:
        return list(session.scalars(sa.select(Task).where(Task.kind == TaskKind.BROKEN_TURN)))


@pytest.mark.parametrize(
    ("language", "hello"), [("es", "hola"), ("en", "hello"), ("pt", "oi, bom dia"), ("ht", "bonjou")]
)
def test_a_turn_that_breaks_is_apologized_for_in_the_familys_language(
    sqlite_app: flask.Flask, language: str, hello: str
) -> None:
    text(sqlite_app, hello)
    with menu_that(breaks):
        assert text(sqlite_app, "1") == apology(language)


def test_a_turn_that_breaks_changes_nothing_but_says_so_to_staff(app: flask.Flask) -> None:
    text(app, "hola")
    before = place_of(app)
    with menu_that(breaks):
        form = sms("1")
        first = post(app, form)
        assert post(app, form).data == first.data, "a second delivery of the text finds the apology"
    assert place_of(app) == before
    [task] = broken(app)
    assert (task.phone_id, task.language, task.words) == (1, "es", "")
    with database_of(app).reading() as session:
        states = session.scalars(sa.select(Message.state).where(Message.direction == Direction.IN).order_by(Message.id))
        assert list(states) == [MessageState.RECEIVED, MessageState.FAILED]
    assert text(app, "1") not in (None, apology("es")), "the same words are taken once it is mended"


def test_what_a_broken_turn_wrote_is_gone(app: flask.Flask) -> None:
    def writes_and_breaks(talk: Talk) -> None:
        talk.writing.session.add(Family(code="XXXXXX", created_at=talk.now))
        talk.writing.session.flush()
        talk.caller.language = "ht"
        breaks(talk)

    text(app, "hola")
    before = place_of(app)
    with menu_that(writes_and_breaks):
        text(app, "menu")
    assert count(app, Family) == [0]
    assert place_of(app) == before


def test_a_conversation_that_writes_before_it_asks_is_broken(sqlite_app: flask.Flask) -> None:
    def writes_and_asks(talk: Talk) -> None:
        talk.writing.session.add(Family(code="XXXXXX", created_at=talk.now))
        talk.yes("sure", ask="Sure?")

    text(sqlite_app, "hola")
    with menu_that(writes_and_asks):
        assert text(sqlite_app, "menu") == apology("es")
    assert count(sqlite_app, Family) == [0]
    assert len(broken(sqlite_app)) == 1


def test_the_log_tells_where_it_broke_and_neither_words_nor_number(
    app: flask.Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks_in_the_database(talk: Talk) -> None:
        try:
            breaks(talk)
        except ValueError:
            talk.writing.session.execute(sa.text("SELECT :words FROM nowhere"), {"words": SECRET})

    with caplog.at_level(logging.DEBUG), menu_that(breaks_in_the_database):
        text(app, SECRET)
        text(app, "menu")
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records if record.name != "asyncio")
    assert "turn failed" in logged
    assert "breaks_in_the_database" in logged
    assert "builtins.ValueError" in logged
    for private in ("Xochitl", "nadar", NUMBER, NUMBER[2:]):
        assert private not in logged


def test_a_place_that_cannot_be_read_is_left_behind(app: flask.Flask) -> None:
    menu = text(app, "menu")
    with database_of(app).begin() as session:
        session.scalars(sa.select(Phone)).one().places = [{"answers": 7}]
    assert text(app, "menu") not in (None, apology("es"), menu)
    assert text(app, "menu") == text(app, "menu")
    assert broken(app) == []


def test_someone_who_opted_out_gets_no_apology(app: flask.Flask) -> None:
    text(app, "ya no me manden mensajes")
    with menu_that(breaks):
        assert text(app, "START") is None
    assert len(broken(app)) == 1


def test_what_twilio_has_answered_is_not_answered_with_an_apology(app: flask.Flask) -> None:
    text(app, "hola")
    with menu_that(breaks, "come_back"):
        assert text(app, "START", OptOutType="START") is None
    assert len(broken(app)) == 1


# --- the database is away ----------------------------------------------------------------------------------------


class Trouble:
    """Fails the first statements that match, as a database does that is away or has had enough."""

    def __init__(self, database: Database, matching: str, times: int, failure: type[sa.exc.DBAPIError]) -> None:
        self.matching, self.left, self.failure, self.engine = matching, times, failure, database.engine

    def __enter__(self) -> "Trouble":
        sa.event.listen(self.engine, "before_cursor_execute", self._fail)
        return self

    def __exit__(self, *_details: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._fail)

    def _fail(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if self.left and self.matching in statement:
            self.left -= 1
            raise self.failure(statement, {"body": SECRET}, Exception("gone"))


FIRST_TEXT = ["SELECT phones", "INSERT INTO phones", "UPDATE phones", "INSERT INTO messages"]
LAST_TEXT = ["SELECT phones", "INSERT INTO students", "INSERT INTO sign_ups", "UPDATE phones", "INSERT INTO messages"]


@pytest.mark.parametrize("failure", [sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.IntegrityError])
def test_a_statement_that_fails_once_or_twice_is_tried_again(
    app: flask.Flask, failure: type[sa.exc.DBAPIError]
) -> None:
    with database_of(app).begin() as session:
        rows.program(session, rooms=[Room(seats=99)])
    taken = 0
    for first, last in itertools.zip_longest(FIRST_TEXT, LAST_TEXT, fillvalue="SELECT phones"):
        for body, statement in (("I want to sign up for robotics", first), ("1", "SELECT"), ("8", last)):
            with Trouble(database_of(app), statement, ATTEMPTS - 1, failure) as trouble:
                assert text(app, body, f"+1413555{taken:04}") not in (None, apology("es"), apology("en"))
            assert trouble.left == 0
        taken += 1
    assert count(app, SignUp, Family, Phone, Message) == [taken, taken, taken, 6 * taken]
    assert broken(app) == []


def test_a_statement_that_goes_on_failing_is_a_broken_turn(app: flask.Flask) -> None:
    text(app, "hola")
    before = place_of(app)
    with Trouble(database_of(app), "UPDATE phones", 99, sa.exc.OperationalError) as trouble:
        assert text(app, "1") == apology("es")
    assert trouble.left == 99 - ATTEMPTS
    assert place_of(app) == before


def test_a_database_that_stays_away_is_told_to_twilio_and_the_text_may_come_again(
    app: flask.Flask, caplog: pytest.LogCaptureFixture
) -> None:
    text(app, "hola")
    before = (place_of(app), count(app, Message, Task))
    form = sms(SECRET)
    with Trouble(database_of(app), "", 99, sa.exc.OperationalError), caplog.at_level(logging.DEBUG):
        response = post(app, form)
    assert (response.status_code, response.mimetype, len(parsed(response))) == (503, "text/xml", 0)
    assert (place_of(app), count(app, Message, Task)) == before
    assert "text not taken" in caplog.text
    assert "Xochitl" not in caplog.text
    assert NUMBER not in caplog.text
    assert reply_in(post(app, form)) not in (None, apology("es"))


def test_a_connection_that_the_server_has_ended_is_replaced(postgresql_url: str) -> None:
    app = application(postgresql_url)
    text(app, "hola")
    admin = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with admin.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.scalar(sa.text(f"SELECT count(pg_terminate_backend(pid)) {others}")) == 1
    assert text(app, "menu") not in (None, apology("es"))
    assert broken(app) == []
    database_of(app).close()
