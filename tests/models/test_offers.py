"""Offers: who is offered a freed seat, what a yes, a no and silence do, and what holds whatever happens."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import offers, seats
from models.agenda import AgendaItem, ItemKind
from models.database import open_database
from models.offers import Declined, HasBegun, PassedOn
from models.program import Attends, Program, ProgramStatus, Room
from models.seats import AlreadyEnrolled, Closed, Enrolled, Waitlisted, Wish
from models.sign_up import SEATED, SignUp, SignUpStatus
from models.tables import metadata
from tests.models import rows
from tests.models.rows import NOW

LATER = NOW + dt.timedelta(hours=1)
START = dt.datetime(2027, 7, 5, 4, tzinfo=dt.UTC)
"""Midnight in New York on the programs' first day."""


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = open_database(database_url)
    with database.begin() as begun:
        yield begun
    database.close()


@pytest.fixture
def sqlite_session(sqlite_url: str) -> Iterator[Session]:
    database = open_database(sqlite_url)
    with database.begin() as begun:
        yield begun
    database.close()


def signed_up(session: Session, program: Program, *names: str, heads: int = 1) -> list[SignUp]:
    """One child of its own family for each name, signed up in that order."""
    return [sign_up(session, program, name, heads) for name in names]


def sign_up(session: Session, program: Program, name: str, heads: int = 1) -> SignUp:
    [student] = rows.family(session, children=[name.strip("*")]).students
    student.priority_for_services = name.endswith("*")
    wish = Wish(program.id, student.family_id, None, student, heads=heads)
    outcome = seats.enroll(session, wish, now=NOW)
    assert isinstance(outcome, Enrolled | Waitlisted)
    return outcome.sign_up


def one_seat(session: Session, *names: str) -> list[SignUp]:
    """A room with one seat, and who wants it, the first of whom has it."""
    return signed_up(session, rows.program(session, rooms=[Room(seats=1)]), *names)


def next_in(session: Session, sign_up: SignUp, now: dt.datetime = NOW) -> SignUp | None:
    assert sign_up.room_id is not None
    return offers.offer_next(session, sign_up.room_id, now=now)


def clock_looks_at(session: Session) -> dt.datetime | None:
    """When the clock looks at the only waiting list there is."""
    return session.scalar(sa.select(AgendaItem.look_at).where(AgendaItem.kind == ItemKind.WAITING_LIST))


def offered_one(session: Session, *names: str) -> list[SignUp]:
    """The same room, after the first has left: the second has an offer."""
    everybody = one_seat(session, *names)
    seats.withdraw(session, everybody[0], now=NOW)
    assert next_in(session, everybody[0]) is everybody[1]
    return everybody


# --- who is offered it ----------------------------------------------------------------------------------------------


def test_a_freed_seat_is_offered_once_and_held(session: Session) -> None:
    seated, first, second = one_seat(session, "Ana", "Beto", "Caro")
    assert next_in(session, seated) is None, "nothing is free"
    seats.withdraw(session, seated, now=LATER)
    assert next_in(session, seated, LATER) is first
    assert (first.status, first.changed_at, first.hold_until) == (SignUpStatus.OFFERED, LATER, None)
    assert next_in(session, seated, LATER) is None, "the seat is promised already"
    assert second.status is SignUpStatus.WAITING
    assert seats.position(session, second) == 1


def test_an_offer_is_put_on_the_agenda_at_once(session: Session) -> None:
    _gone, offered = offered_one(session, "Ana", "Beto")
    [item] = session.scalars(sa.select(AgendaItem).where(AgendaItem.kind == ItemKind.OFFER)).all()
    assert (item.sign_up_id, item.family_id, item.room_id) == (offered.id, offered.family_id, offered.room_id)
    assert (item.look_at, item.begins_at) == (NOW, START)


def test_priority_for_services_goes_first(session: Session) -> None:
    seated, ana, beto, caro = one_seat(session, "Seated", "Ana", "Beto*", "Caro*")
    seats.withdraw(session, seated, now=NOW)
    order = []
    while (offered := next_in(session, seated)) is not None:
        order.append(offered)
        offers.decline(session, offered, now=NOW)
    assert order == [beto, caro, ana]


def test_a_group_too_large_does_not_keep_seats_empty(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=3)], attends=Attends.PEOPLE)
    [three] = signed_up(session, program, "Three", heads=3)
    [four] = signed_up(session, program, "Four", heads=4)
    [two] = signed_up(session, program, "Two", heads=2)
    [one] = signed_up(session, program, "One", heads=1)
    seats.withdraw(session, three, now=NOW)
    assert [next_in(session, three) for _ in range(3)] == [two, one, None]
    assert four.status is SignUpStatus.WAITING


def test_who_comes_while_a_larger_group_waits_for_more_is_looked_at_by_the_clock(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=3)], attends=Attends.PEOPLE)
    signed_up(session, program, "Two", heads=2)
    signed_up(session, program, "Four", heads=4)
    session.execute(sa.update(AgendaItem).values(look_at=None))
    [one] = signed_up(session, program, "One", heads=1)
    assert clock_looks_at(session) == NOW
    assert next_in(session, one) is one


def test_nothing_is_offered_once_it_has_begun(session: Session) -> None:
    seated, waiting = one_seat(session, "Ana", "Beto")
    seats.withdraw(session, seated, now=NOW)
    assert next_in(session, seated, START) is None
    assert next_in(session, seated, START - dt.timedelta(seconds=1)) is waiting


def test_it_begins_at_its_hour_in_its_own_zone(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session)
    program.begins, program.zone = dt.time(6, 30), "America/Los_Angeles"
    assert offers.begins_at(program) == dt.datetime(2027, 7, 5, 13, 30, tzinfo=dt.UTC)
    program.weekdays = [5]
    assert offers.begins_at(program) == dt.datetime(2027, 7, 10, 13, 30, tzinfo=dt.UTC), "its first Saturday"


def test_for_who_booked_a_time_it_begins_then_and_that_time_must_be_free(sqlite_session: Session) -> None:
    session = sqlite_session
    program = rows.program(session, rooms=[Room(seats=2)], slots=[1, 3], attends=Attends.PEOPLE)
    early, late = program.slots

    def booked(slot_id: int) -> SignUp:
        wish = Wish(program.id, rows.family(session).id, None, slot_id=slot_id)
        outcome = seats.enroll(session, wish, now=NOW)
        assert isinstance(outcome, Enrolled | Waitlisted)
        return outcome.sign_up

    moving, leaving, third, fourth = (booked(slot.id) for slot in (late, late, early, late))
    seats.move_to_slot(session, moving, early.id, now=NOW)
    seats.withdraw(session, leaving, now=NOW)
    assert next_in(session, moving) is fourth, "the early time is taken meanwhile"
    seats.withdraw(session, moving, now=NOW)
    assert next_in(session, moving, early.starts_at) is None
    assert next_in(session, moving, NOW) is third


def test_who_has_left_by_then_is_not_offered_a_seat(sqlite_session: Session) -> None:
    seated, moving, staying = one_seat(sqlite_session, "Ana", "Beto", "Caro")
    moving.leaves_on = seated.program.starts_on
    seats.withdraw(sqlite_session, seated, now=NOW)
    assert next_in(sqlite_session, seated) is staying


def test_a_cancelled_program_offers_nothing_a_closed_one_does(sqlite_session: Session) -> None:
    seated, waiting = one_seat(sqlite_session, "Ana", "Beto")
    seats.withdraw(sqlite_session, seated, now=NOW)
    seated.program.status = ProgramStatus.CANCELLED
    assert next_in(sqlite_session, seated) is None
    seated.program.status = ProgramStatus.CLOSED
    assert next_in(sqlite_session, seated) is waiting


def test_a_room_that_has_no_limit_any_more_has_a_seat_for_everybody(sqlite_session: Session) -> None:
    seated, first, second = one_seat(sqlite_session, "Ana", "Beto", "Caro")
    assert seated.room is not None
    seated.room.seats = None
    assert [next_in(sqlite_session, seated) for _ in range(3)] == [first, second, None]


# --- yes, no, silence -----------------------------------------------------------------------------------------------


def test_yes(session: Session) -> None:
    _gone, offered = offered_one(session, "Ana", "Beto")
    assert offers.take(session, offered, now=LATER) == Enrolled(offered)
    assert (offered.status, offered.changed_at) == (SignUpStatus.ENROLLED, LATER)
    assert offers.take(session, offered, now=LATER) == AlreadyEnrolled(offered), "the other parent, too"
    assert offers.decline(session, offered, now=LATER) == AlreadyEnrolled(offered), "what was taken stays taken"
    assert not offers.let_lapse(session, offered, now=LATER)
    assert offered.status is SignUpStatus.ENROLLED


@pytest.mark.parametrize("silent", [True, False], ids=["silence", "no"])
def test_no_and_silence_pass_the_seat_on(session: Session, silent: bool) -> None:
    _gone, offered, after = offered_one(session, "Ana", "Beto", "Caro")
    session.execute(sa.update(AgendaItem).values(look_at=None))
    if silent:
        assert offers.let_lapse(session, offered, now=LATER)
    else:
        assert offers.decline(session, offered, now=LATER) == Declined(offered)
    ends = SignUpStatus.UNREACHED if silent else SignUpStatus.DECLINED
    assert (offered.status, offered.changed_at) == (ends, LATER)
    assert clock_looks_at(session) == LATER
    assert next_in(session, offered, LATER) is after
    assert offers.take(session, offered, now=LATER) == PassedOn(offered)
    assert offers.decline(session, offered, now=LATER) == PassedOn(offered)
    assert after.status is SignUpStatus.OFFERED


def test_an_offer_that_nobody_has_ended_stands_whatever_the_hour_until_it_begins(session: Session) -> None:
    _gone, offered = offered_one(session, "Ana", "Beto")
    offers.hold(session, offered, LATER)
    assert offers.take(session, offered, now=START) == HasBegun(offered)
    assert offers.take(session, offered, now=LATER + dt.timedelta(days=1)) == Enrolled(offered)


def test_what_is_not_held_cannot_be_taken(sqlite_session: Session) -> None:
    _gone, offered = offered_one(sqlite_session, "Ana", "Beto")
    offered.program.status = ProgramStatus.CANCELLED
    assert offers.take(sqlite_session, offered, now=NOW) == PassedOn(offered)


@pytest.mark.parametrize("leave", ["withdraw", "decline", "let_lapse", "move"])
def test_whatever_frees_a_seat_has_the_clock_look_at_the_list(session: Session, leave: str) -> None:
    program = rows.program(session, rooms=[Room(seats=1)], slots=[1, 1], attends=Attends.PEOPLE)
    [seated] = signed_up(session, program, "Ana")
    if leave == "withdraw":
        seats.withdraw(session, seated, now=LATER)
    elif leave == "move":
        seats.move_to_slot(session, seated, program.slots[0].id, now=LATER)
    else:
        seated.status = SignUpStatus.OFFERED
        getattr(offers, leave)(session, seated, now=LATER)
    assert clock_looks_at(session) == LATER


# --- coming too late ------------------------------------------------------------------------------------------------


def test_who_comes_too_late_may_wait_again_at_the_end_with_all_that_was_told(session: Session) -> None:
    _gone, late, _next = offered_one(session, "Ana", "Beto", "Caro")
    late.diet, late.hand_over = ["no:pork"], "grandmother"
    offers.let_lapse(session, late, now=LATER)
    again = offers.wait_again(session, late, now=LATER)
    assert isinstance(again, Waitlisted)
    assert (again.position, again.sign_up.student_id) == (2, late.student_id)
    assert (again.sign_up.diet, again.sign_up.hand_over) == (["no:pork"], "grandmother")
    assert offers.wait_again(session, late, now=LATER) == AlreadyEnrolled(again.sign_up)


def test_where_nobody_waits_who_comes_late_has_the_seat_after_all(sqlite_session: Session) -> None:
    _gone, late = offered_one(sqlite_session, "Ana", "Beto")
    offers.let_lapse(sqlite_session, late, now=LATER)
    assert isinstance(offers.wait_again(sqlite_session, late, now=LATER), Enrolled)


def test_a_program_that_takes_nobody_any_more_has_no_list_to_go_back_to(sqlite_session: Session) -> None:
    _gone, late = offered_one(sqlite_session, "Ana", "Beto")
    offers.let_lapse(sqlite_session, late, now=LATER)
    late.program.status = ProgramStatus.CLOSED
    assert offers.wait_again(sqlite_session, late, now=LATER) == Closed()


# --- whatever happens -----------------------------------------------------------------------------------------------

MEMORY = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
metadata.create_all(MEMORY)

happenings = st.lists(
    st.tuples(
        st.sampled_from(["comes", "leaves", "yes", "no", "silence", "too_late", "clock", "clock", "time"]),
        st.integers(0, 20),
        st.integers(1, 3),
    ),
    max_size=24,
)


@dataclass
class Office:
    """One room for groups of different sizes, families that do whatever they like, and a clock that looks."""

    session: Session
    room_seats: int
    now: dt.datetime = NOW
    program: Program = field(init=False)

    def __post_init__(self) -> None:
        self.program = rows.program(self.session, rooms=[Room(seats=self.room_seats)], attends=Attends.PEOPLE)
        signed_up(self.session, self.program, *["child"] * (self.room_seats + 2))
        self.clock(0, 0)

    def happens(self, what: str, which: int, number: int) -> None:
        getattr(self, what)(which, number)
        self.check()

    def comes(self, which: int, heads: int) -> None:
        sign_up(self.session, self.program, f"child{'*' * (which % 2)}", heads)

    def leaves(self, which: int, _n: int) -> None:
        if mine := self.one(which, *SEATED, SignUpStatus.WAITING):
            seats.withdraw(self.session, mine, now=self.now)

    def yes(self, which: int, _n: int) -> None:
        if mine := self.one(which):
            before = mine.status
            outcome = offers.take(self.session, mine, now=self.now)
            assert isinstance(outcome, Enrolled) == (before is SignUpStatus.OFFERED and self.now < START)
            assert isinstance(outcome, Enrolled) or mine.status is before

    def no(self, which: int, _n: int) -> None:
        if mine := self.one(which):
            before = mine.status
            outcome = offers.decline(self.session, mine, now=self.now)
            assert isinstance(outcome, Declined) == (before is SignUpStatus.OFFERED)

    def silence(self, which: int, _n: int) -> None:
        if mine := self.one(which):
            offers.let_lapse(self.session, mine, now=self.now)

    def too_late(self, which: int, _n: int) -> None:
        if mine := self.one(which, SignUpStatus.UNREACHED):
            offers.wait_again(self.session, mine, now=self.now)

    def time(self, _w: int, number: int) -> None:
        self.now += dt.timedelta(days=6 * number)

    def clock(self, _w: int, _n: int) -> None:
        """The clock offers what it can: each time to the first who fits, and never once it has begun."""
        while True:
            fits = [each for each in self.waiting() if each.seats <= self.free()]
            offered = offers.offer_next(self.session, self.program.rooms[0].id, now=self.now)
            assert offered is (fits[0] if fits and self.now < START else None)
            if offered is None:
                break
        session, program = self.session, self.program
        session.execute(sa.update(AgendaItem).where(AgendaItem.program_id == program.id).values(look_at=None))

    def one(self, which: int, *statuses: SignUpStatus) -> SignUp | None:
        found = self.all(*statuses)
        return found[which % len(found)] if found else None

    def all(self, *statuses: SignUpStatus) -> list[SignUp]:
        every = self.session.scalars(sa.select(SignUp).order_by(SignUp.id).execution_options(populate_existing=True))
        return [each for each in every if not statuses or each.status in statuses]

    def waiting(self) -> list[SignUp]:
        return sorted(self.all(SignUpStatus.WAITING), key=lambda each: (not each.priority, each.id))

    def free(self) -> int:
        return self.room_seats - sum(each.seats for each in self.all(*SEATED))

    def check(self) -> None:
        """Never more than there are; and whenever somebody who waits could be offered a seat, the clock will look."""
        assert self.free() >= 0
        fits = [each for each in self.waiting() if each.seats <= self.free()]
        if fits and self.now < START:
            assert clock_looks_at(self.session) is not None
        items = set(self.session.scalars(sa.select(AgendaItem.sign_up_id).where(AgendaItem.kind == ItemKind.OFFER)))
        assert {each.id for each in self.all(SignUpStatus.OFFERED)} <= items


@settings(max_examples=150)
@given(room_seats=st.integers(0, 4), all_that=happenings)
def test_whatever_happens_seats_hold_the_order_is_kept_and_none_lies_idle(
    room_seats: int, all_that: list[tuple[str, int, int]]
) -> None:
    with Session(MEMORY) as session:
        office = Office(session, room_seats)
        for what, which, number in all_that:
            office.happens(what, which, number)
        session.rollback()
