"""The clock and the waiting list, at instants that are played: who is told when, how long it is held, who is called."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import offers, seats
from models.agenda import AgendaItem, ItemKind, ItemState
from models.database import Database, open_database
from models.family import Consent, ConsentKind, Phone
from models.message import Direction, Lane, Message, MessageState
from models.program import Attends, Program, ProgramStatus, Room
from models.seats import Enrolled, Waitlisted, Wish
from models.sign_up import SignUp, SignUpStatus
from models.task import Task, TaskKind
from models.workday import ToldWorkDay
from notifications.agenda.due import Agenda
from tests.models import rows
from tests.models.rows import NOW
from tests.notifications.family_days import LOS_ANGELES, clock, moment

EVENING = moment("2027-06-01T18:30")
"""When who has told no hours can read: half past six, on the Tuesday on which it is eight in the morning NOW."""
CLOSES = moment("2027-06-01T20:00")
HOLD_ENDS = moment("2027-06-02T20:00")
NEXT_EVENING = moment("2027-06-02T18:30")
A_DAY = dt.timedelta(days=1)


class List:
    """One room of one seat that has just become free, the families that wait for it, and the clock."""

    def __init__(self, database: Database, *names: str) -> None:
        self.database = database
        self.agenda = Agenda(database)
        with database.begin() as session:
            program = rows.program(session, rooms=[Room(seats=1, title={"es": "Preescolar", "en": "Preschool"})])
            seated = _signed_up(session, program, "Seated", "+14135550199")
            for place, name in enumerate(names):
                _signed_up(session, program, name, f"+1413555010{place}")
            seats.withdraw(session, seated, now=NOW)

    def tick(self, now: dt.datetime) -> None:
        counts = self.agenda.do_what_is_due(now)
        assert not counts["broken"]

    def change(self, name: str, do: Callable[[Session, SignUp], object]) -> None:
        with self.database.begin() as session:
            do(session, _of(session, name))

    def sign_up(self, name: str) -> SignUp:
        with self.database.reading() as session:
            return _of(session, name)

    def status(self, name: str) -> SignUpStatus:
        return self.sign_up(name).status

    def held_until(self, name: str) -> dt.datetime | None:
        return self.sign_up(name).hold_until

    def item(self, name: str) -> AgendaItem:
        with self.database.reading() as session:
            offered = sa.select(AgendaItem).where(AgendaItem.kind == ItemKind.OFFER)
            return session.scalars(offered.where(AgendaItem.sign_up_id == self.sign_up(name).id)).one()

    def texts(self) -> list[Message]:
        with self.database.reading() as session:
            return list(session.scalars(sa.select(Message).order_by(Message.id)))

    def texts_become(self, state: MessageState, reason: str | None = None) -> None:
        with self.database.begin() as session:
            session.execute(sa.update(Message).values(state=state, reason=reason, try_at=None))

    def tasks(self) -> list[tuple[TaskKind, str]]:
        with self.database.reading() as session:
            return [(task.kind, task.words) for task in session.scalars(sa.select(Task).order_by(Task.id))]


def _signed_up(session: Session, program: Program, name: str, number: str) -> SignUp:
    family = rows.family(session, number, children=[name])
    [phone] = family.phones
    session.add(Consent(phone_id=phone.id, kind=ConsentKind.OPT_IN, how="texted us", at=NOW))
    wish = Wish(program.id, family.id, phone.id, family.students[0])
    outcome = seats.enroll(session, wish, now=NOW)
    assert isinstance(outcome, Enrolled | Waitlisted)
    return outcome.sign_up


def _of(session: Session, name: str) -> SignUp:
    loading = sa.select(SignUp).order_by(SignUp.id.desc())
    return next(one for one in session.scalars(loading) if one.student and one.student.name == name)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def list_(sqlite: Database) -> List:
    return List(sqlite, "Ana", "Beto")


@pytest.fixture
def told(list_: List) -> List:
    """Ana's family was told on Tuesday evening."""
    list_.tick(EVENING)
    return list_


@pytest.fixture
def phone_changes(list_: List) -> Callable[..., None]:
    def change(**values: object) -> None:
        list_.change("Ana", lambda session, one: session.execute(_theirs(one).values(**values)))

    return change


def _theirs(sign_up: SignUp) -> sa.Update:
    return sa.update(Phone).where(Phone.family_id == sign_up.family_id)


# --- telling --------------------------------------------------------------------------------------------------------


def test_the_seat_is_held_at_once_and_the_family_told_in_its_own_hours(database: Database) -> None:
    list_ = List(database, "Ana", "Beto")
    list_.tick(NOW)
    assert (list_.status("Ana"), list_.status("Beto")) == (SignUpStatus.OFFERED, SignUpStatus.WAITING)
    assert (list_.held_until("Ana"), list_.texts()) == (None, [])
    assert list_.item("Ana").look_at == EVENING
    list_.tick(EVENING)
    [text] = list_.texts()
    assert text.body == (
        "Hay lugar para Ana en preescolar, desde el 5 jul. ¿Lo toma? SÍ o NO. Guardamos el lugar hasta mañana 8pm."
    )
    assert (text.purpose, text.language, text.segments, text.due_at) == ("offer", "es", 1, EVENING)
    assert text.expires_at == CLOSES, "after that they may be asleep"
    assert text.reason
    assert list_.held_until("Ana") == HOLD_ENDS
    assert list_.item("Ana").state is ItemState.TOLD


def test_a_fourth_text_in_a_week_is_a_call_instead(list_: List) -> None:
    def had_three(session: Session, sign_up: SignUp) -> None:
        lately = NOW - A_DAY
        for _ in range(3):
            told = Message(
                phone_id=sign_up.phone_id, direction=Direction.OUT, channel="sms", purpose="reminder", body="…",
                state=MessageState.SENT, lane=Lane.TIMELY, due_at=lately, sent_at=lately, created_at=lately,
            )  # fmt: skip
            session.add(told)

    list_.change("Ana", had_three)
    list_.tick(EVENING)
    assert len(list_.texts()) == 3
    [(kind, words)] = list_.tasks()
    assert kind is TaskKind.OFFER_BY_PHONE
    assert words.startswith("The family has had 3 texts in seven days.")


def test_the_answer_will_be_understood(told: List) -> None:
    with told.database.reading() as session:
        [place] = session.scalars(sa.select(Phone.places).where(Phone.family_id == told.sign_up("Ana").family_id)).one()
    assert (place["conversation"], place["waiting"], place["kind"]) == ("offer", "take", "yes_no")
    assert place["about"]["sign_up"] == told.sign_up("Ana").id
    assert place["from_us"]


def test_as_many_are_offered_as_are_free(sqlite: Database) -> None:
    list_ = List(sqlite, "Ana", "Beto", "Caro")
    with sqlite.begin() as session:
        session.execute(sa.update(Room).values(seats=2))
    list_.tick(NOW)
    assert [list_.status(name) for name in ("Ana", "Beto", "Caro")] == ["offered", "offered", "waiting"]
    before = [item.id for item in (list_.item("Ana"), list_.item("Beto"))]
    list_.tick(NOW)
    assert [item.id for item in (list_.item("Ana"), list_.item("Beto"))] == before


def test_the_family_reads_its_own_clock(list_: List) -> None:
    list_.change("Ana", lambda session, one: session.add(_day(one, "05:00", "18:00", LOS_ANGELES)))
    list_.tick(NOW)
    assert list_.item("Ana").look_at == moment("2027-06-01T18:30", LOS_ANGELES)
    list_.tick(moment("2027-06-01T18:30", LOS_ANGELES))
    assert list_.held_until("Ana") == moment("2027-06-02T20:00", LOS_ANGELES)
    assert "mañana 8pm" in list_.texts()[0].body


def test_night_workers_are_told_by_day(list_: List) -> None:
    list_.change("Ana", lambda session, one: session.add(_day(one, "17:00", "06:00")))
    list_.tick(NOW)
    assert list_.item("Ana").look_at == moment("2027-06-01T14:30")


def _day(sign_up: SignUp, leaves: str, home: str, zone: str | None = None) -> ToldWorkDay:
    hours = {"leaves_at": clock(leaves), "home_at": clock(home), "zone": zone}
    return ToldWorkDay(family_id=sign_up.family_id, told_at=NOW, **hours)


# --- answers and silence --------------------------------------------------------------------------------------------


def test_silence_passes_it_on_when_the_hold_has_run_out_and_somebody_calls(database: Database) -> None:
    told = List(database, "Ana", "Beto")
    told.tick(EVENING)
    told.texts_become(MessageState.DELIVERED)
    told.tick(HOLD_ENDS - dt.timedelta(seconds=1))
    assert (told.status("Ana"), told.item("Ana").look_at) == (SignUpStatus.OFFERED, HOLD_ENDS)
    told.tick(HOLD_ENDS)
    assert (told.status("Ana"), told.status("Beto")) == (SignUpStatus.UNREACHED, SignUpStatus.OFFERED)
    assert (told.item("Ana").state, told.item("Ana").look_at) == (ItemState.SILENT, None)
    assert told.tasks() == [(TaskKind.UNREACHED, "")]
    assert told.item("Beto").look_at == moment("2027-06-03T18:30"), "its window has just closed"


@pytest.mark.parametrize("answer", [offers.take, offers.decline])
def test_an_answer_ends_it(told: List, answer: Callable[..., object]) -> None:
    told.texts_become(MessageState.DELIVERED)
    told.change("Ana", lambda session, one: answer(session, one, now=EVENING))
    told.tick(EVENING)
    passed_on = SignUpStatus.WAITING if answer is offers.take else SignUpStatus.OFFERED
    assert told.status("Beto") is passed_on
    told.tick(HOLD_ENDS)
    assert (told.item("Ana").state, told.item("Ana").look_at) == (ItemState.DONE, None)
    assert told.tasks() == []


def test_what_is_settled_before_the_text_has_left_is_not_told_any_more(told: List) -> None:
    told.change("Ana", lambda session, one: offers.take(session, one, now=EVENING))
    told.tick(EVENING + dt.timedelta(minutes=10))
    [text] = told.texts()
    assert (text.state, text.try_at, text.reason) == (MessageState.WITHHELD, None, "It was settled before.")


def test_who_leaves_the_list_is_left_alone_and_the_next_one_told(told: List) -> None:
    told.change("Ana", lambda session, one: seats.withdraw(session, one, now=EVENING))
    told.tick(EVENING + dt.timedelta(minutes=10))
    assert told.item("Ana").state is ItemState.WITHDRAWN
    assert told.item("Beto").state is ItemState.TOLD


def test_a_server_that_was_down_passes_on_late_and_once(told: List) -> None:
    told.texts_become(MessageState.SENT)
    told.tick(HOLD_ENDS + 3 * A_DAY)
    assert (told.status("Ana"), told.status("Beto")) == (SignUpStatus.UNREACHED, SignUpStatus.OFFERED)
    assert len(told.tasks()) == 1


# --- what does not arrive -------------------------------------------------------------------------------------------


def test_a_text_that_did_not_leave_in_its_window_is_told_anew_in_the_next(database: Database) -> None:
    told = List(database, "Ana", "Beto")
    told.tick(EVENING)
    told.tick(CLOSES)
    assert [text.state for text in told.texts()] == [MessageState.EXPIRED]
    assert (told.held_until("Ana"), told.item("Ana").look_at) == (None, NEXT_EVENING)
    told.tick(NEXT_EVENING)
    assert told.held_until("Ana") == HOLD_ENDS + A_DAY
    assert "mañana 8pm" in told.texts()[-1].body
    with told.database.reading() as session:
        [_one] = session.scalars(sa.select(Phone.places).where(Phone.family_id == told.sign_up("Ana").family_id)).one()


@pytest.mark.parametrize(
    "state", [MessageState.WITHHELD, MessageState.FAILED, MessageState.REFUSED, MessageState.UNDELIVERED]
)
def test_a_text_that_reaches_nobody_is_a_call_for_a_day(told: List, state: MessageState) -> None:
    told.texts_become(state, "Nobody has this number.")
    seen = EVENING + dt.timedelta(minutes=10)
    told.tick(seen)
    assert told.tasks() == [
        (TaskKind.OFFER_BY_PHONE, "Nobody has this number. The place is held until Wed Jun 02, 18:40.")
    ]
    assert (told.held_until("Ana"), told.status("Ana")) == (seen + A_DAY, SignUpStatus.OFFERED)
    told.tick(seen + A_DAY)
    assert (told.status("Ana"), told.status("Beto")) == (SignUpStatus.UNREACHED, SignUpStatus.OFFERED)
    assert len(told.tasks()) == 1, "it is on their list already"


def test_what_was_sent_in_the_place_of_a_text_counts(told: List) -> None:
    with told.database.begin() as session:
        first = session.scalars(sa.select(Message)).one()
        first.state = MessageState.UNDELIVERED
        again = {column.key: getattr(first, column.key) for column in sa.inspect(Message).columns}
        changes = {"state": MessageState.DELIVERED, "retry_of_id": first.id}
        session.add(Message(**{key: value for key, value in again.items() if key != "id"} | changes))
    told.tick(EVENING + dt.timedelta(minutes=10))
    assert told.item("Ana").look_at == HOLD_ENDS
    assert told.tasks() == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"opted_out_at": NOW}, "The family has opted out."),
        ({"paused_at": NOW}, "They want only the Sunday summary and what is urgent."),
        ({"unreachable": "dead"}, "No phone of theirs can be texted."),
    ],
)
def test_whom_no_text_may_reach_is_called(
    list_: List, phone_changes: Callable[..., None], changed: dict[str, object], reason: str
) -> None:
    phone_changes(**changed)
    list_.tick(EVENING)
    assert list_.texts() == []
    assert list_.tasks() == [(TaskKind.OFFER_BY_PHONE, f"{reason} The place is held until Wed Jun 02, 18:30.")]
    item = list_.item("Ana")
    assert (item.state, item.look_at, item.reason) == (ItemState.DROPPED, EVENING + A_DAY, reason)


def test_who_never_agreed_to_texts_is_called(list_: List) -> None:
    with list_.database.begin() as session:
        session.execute(sa.delete(Consent))
    list_.tick(EVENING)
    assert [kind for kind, _words in list_.tasks()] == [TaskKind.OFFER_BY_PHONE]


def test_who_can_never_read_is_called(list_: List) -> None:
    def works_always(session: Session, one: SignUp) -> None:
        day = _day(one, "06:00", "23:00")
        day.days_off = []
        session.add(day)

    list_.change("Ana", works_always)
    list_.tick(NOW)
    [(kind, words)] = list_.tasks()
    assert kind is TaskKind.OFFER_BY_PHONE
    assert words.startswith("They are never free between 8:00 and 21:00, as far as we know: call them.")


# --- its end --------------------------------------------------------------------------------------------------------


def starts_on(list_: List, day: dt.date, begins: str) -> None:
    with list_.database.begin() as session:
        program = session.scalars(sa.select(Program)).one()
        program.starts_on, program.begins = day, clock(begins)


def test_nothing_is_held_longer_than_until_it_begins_and_nobody_is_offered_it_then(list_: List) -> None:
    starts_on(list_, dt.date(2027, 6, 2), "09:00")
    list_.tick(EVENING)
    begins = moment("2027-06-02T09:00")
    assert list_.held_until("Ana") == begins
    assert "hasta mañana 9am" in list_.texts()[0].body
    list_.texts_become(MessageState.DELIVERED)
    list_.tick(begins)
    assert (list_.status("Ana"), list_.status("Beto")) == (SignUpStatus.UNREACHED, SignUpStatus.WAITING)


def test_a_seat_that_cannot_be_told_of_before_it_begins_is_a_call(list_: List) -> None:
    starts_on(list_, dt.date(2027, 6, 1), "17:00")
    list_.tick(NOW)
    assert list_.held_until("Ana") == moment("2027-06-01T17:00")
    assert [kind for kind, _words in list_.tasks()] == [TaskKind.OFFER_BY_PHONE]
    list_.tick(moment("2027-06-01T17:00"))
    assert list_.status("Ana") is SignUpStatus.UNREACHED


def test_a_program_that_is_cancelled_meanwhile_is_not_spoken_of(list_: List) -> None:
    list_.tick(NOW)
    with list_.database.begin() as session:
        session.execute(sa.update(Program).values(status=ProgramStatus.CANCELLED))
    list_.tick(EVENING)
    assert list_.texts() == []
    assert list_.item("Ana").state is ItemState.WITHDRAWN


def test_a_group_of_nameless_people_is_offered_its_places(sqlite: Database) -> None:
    list_ = List(sqlite)
    with sqlite.begin() as session:
        program = session.scalars(sa.select(Program)).one()
        program.attends = Attends.PEOPLE
        program.ends_on, program.begins = program.starts_on, clock("10:00")
        session.execute(sa.update(Room).values(seats=3, title={}))
        family = rows.family(session, "+14135550180", language="en")
        session.add(Consent(phone_id=family.phones[0].id, kind=ConsentKind.OPT_IN, how="texted us", at=NOW))
        waiting = SignUp(
            program_id=program.id, room_id=program.rooms[0].id, family_id=family.id, status=SignUpStatus.WAITING,
            heads=3, seats=3, signed_up_at=NOW, changed_at=NOW,
        )  # fmt: skip
        session.add(waiting)
    list_.tick(EVENING)
    [text] = list_.texts()
    assert text.body == (
        "There is a place for 3 people: Robotics, Mon Jul 5, 10am. Do you want it? 1 Yes 2 No. "
        "We keep the place until tomorrow 8pm."
    )


def test_the_clock_waits_for_no_family(postgresql_url: str) -> None:
    """A family's turn may hold one list and wait for another that the clock holds: the clock must not wait, too."""
    with contextlib.closing(open_database(postgresql_url)) as database:
        list_ = List(database, "Ana")
        with ThreadPoolExecutor(1) as clock, database.begin() as leaving:
            seats.withdraw(leaving, _of(leaving, "Ana"), now=NOW)
            clock.submit(list_.tick, NOW).result(timeout=20)
        list_.tick(NOW)
        assert list_.status("Ana") is SignUpStatus.WITHDRAWN
