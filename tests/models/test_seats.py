"""The seat ledger: every outcome, and what holds whatever families do."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import seats
from models.database import open_database
from models.family import Family, Student
from models.program import Attends, Program, ProgramStatus, Room
from models.seats import AlreadyEnrolled, Closed, Enrolled, NoRoomForAge, Outcome, SlotTaken, Waitlisted, Wish
from models.sign_up import ACTIVE, SEATED, SignUp, SignUpStatus
from models.tables import metadata
from tests.models import rows
from tests.models.rows import NOW, TODAY


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


def enroll(session: Session, program: Program, student: Student, **more: object) -> Outcome:
    return seats.enroll(session, Wish(program.id, student.family_id, None, student, **more), now=NOW)  # type: ignore[arg-type]  # whatever a Wish takes


def children(session: Session, count: int) -> list[Student]:
    return rows.family(session, children=[f"child {number}" for number in range(count)]).students


def people(session: Session, program: Program, heads: int, slot: int | None = None) -> Outcome:
    family = rows.family(session)
    slot_id = None if slot is None else program.slots[slot].id
    return seats.enroll(session, Wish(program.id, family.id, None, heads=heads, slot_id=slot_id), now=NOW)


# --- every outcome ------------------------------------------------------------------------------------------------


def test_seats_are_given_until_there_are_none_then_positions(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=2)])
    outcomes = [enroll(session, program, child) for child in children(session, 5)]
    assert [type(outcome) for outcome in outcomes] == [Enrolled, Enrolled, Waitlisted, Waitlisted, Waitlisted]
    assert [outcome.position for outcome in outcomes if isinstance(outcome, Waitlisted)] == [1, 2, 3]
    first = outcomes[0]
    assert isinstance(first, Enrolled)
    assert (first.sign_up.status, first.sign_up.seats, first.sign_up.signed_up_at) == (SignUpStatus.ENROLLED, 1, NOW)


def test_a_second_time_changes_nothing(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=1)])
    seated, waiting = children(session, 2)
    for child, status in ((seated, SignUpStatus.ENROLLED), (waiting, SignUpStatus.WAITING)):
        enroll(session, program, child)
        again = enroll(session, program, child, details={"hand_over": "someone else"})
        assert isinstance(again, AlreadyEnrolled)
        assert (again.sign_up.status, again.sign_up.hand_over) == (status, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(SignUp)) == 2


def test_who_withdrew_may_come_again_at_the_end(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=1)])
    first, second = children(session, 2)
    enrolled = enroll(session, program, first)
    enroll(session, program, second)
    assert isinstance(enrolled, Enrolled)
    seats.withdraw(session, enrolled.sign_up, now=NOW + dt.timedelta(days=1))
    assert enrolled.sign_up.changed_at == NOW + dt.timedelta(days=1)
    again = enroll(session, program, first)
    assert isinstance(again, Waitlisted), "a free seat is for who waits, not for who comes"
    assert again.position == 2


@pytest.mark.parametrize("status", [ProgramStatus.CLOSED, ProgramStatus.CANCELLED])
def test_closed(sqlite_session: Session, status: ProgramStatus) -> None:
    program = rows.program(sqlite_session, rooms=[Room(seats=2)])
    [child] = children(sqlite_session, 1)
    program.status = status
    sqlite_session.flush()
    assert enroll(sqlite_session, program, child) == Closed()


def test_each_child_goes_to_the_room_of_its_age_or_grade(sqlite_session: Session) -> None:
    small, big = (
        Room(seats=1, youngest=3, oldest=5),
        Room(seats=1, youngest=6, oldest=14, lowest_grade=1, highest_grade=8),
    )
    program = rows.program(sqlite_session, rooms=[small, big])
    by_age = {3: small, 5: small, 6: big, 14: big}
    for age, room in by_age.items():
        assert seats.room_for(program, Student(age=age)) is room
    assert seats.room_for(program, Student(age=5, grade=1)) is small
    assert seats.room_for(program, Student(age=2)) is None
    assert seats.room_for(program, Student()) is small, "an age nobody told excludes nobody"
    [child] = children(sqlite_session, 1)
    child.age = 2
    assert enroll(sqlite_session, program, child) == NoRoomForAge()
    assert sqlite_session.scalar(sa.select(SignUp.id)) is None


def test_a_full_room_does_not_fill_another(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session, rooms=[Room(seats=1, oldest=5), Room(seats=1, youngest=6)])
    one, two, big = children(sqlite_session, 3)
    one.age = two.age = 4
    assert isinstance(enroll(sqlite_session, program, one), Enrolled)
    assert isinstance(enroll(sqlite_session, program, two), Waitlisted)
    assert isinstance(enroll(sqlite_session, program, big), Enrolled)


def test_no_rooms_and_a_room_without_limit_hold_everyone(sqlite_session: Session) -> None:
    for number, made in enumerate(([], [Room(seats=None)])):
        program = rows.program(sqlite_session, f"P{number}", rooms=made)
        outcomes = [enroll(sqlite_session, program, child) for child in children(sqlite_session, 30)]
        assert {type(outcome) for outcome in outcomes} == {Enrolled}


def test_priority_for_services_comes_first_on_the_waiting_list(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=1)])
    one, two, three, four = children(session, 4)
    three.priority_for_services = four.priority_for_services = True
    told = [enroll(session, program, child) for child in (one, two, three, four)]
    waiting = [outcome for outcome in told if isinstance(outcome, Waitlisted)]
    assert [outcome.position for outcome in waiting] == [1, 1, 2], "as told then"
    assert [seats.position(session, outcome.sign_up) for outcome in waiting] == [3, 1, 2], "as it is now"


def test_heads_take_seats_or_one_for_all(sqlite_session: Session) -> None:
    each = rows.program(sqlite_session, "EACH", rooms=[Room(seats=6)], attends=Attends.PEOPLE)
    assert [type(people(sqlite_session, each, heads)) for heads in (4, 2, 1)] == [Enrolled, Enrolled, Waitlisted]
    one = rows.program(sqlite_session, "ONE", rooms=[Room(seats=2)], attends=Attends.PEOPLE, seat_for="sign_up")
    assert [type(people(sqlite_session, one, heads)) for heads in (9, 9, 1)] == [Enrolled, Enrolled, Waitlisted]


def test_a_small_group_does_not_overtake_a_large_one(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session, rooms=[Room(seats=5)], attends=Attends.PEOPLE)
    told = [people(sqlite_session, program, heads) for heads in (3, 4, 1)]
    assert [type(outcome) for outcome in told] == [Enrolled, Waitlisted, Waitlisted]


def test_a_family_without_names_signs_up_once(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session, rooms=[Room(seats=5)], attends=Attends.PEOPLE)
    family = rows.family(sqlite_session)
    wish = Wish(program.id, family.id, None, heads=2)
    first = seats.enroll(sqlite_session, wish, now=NOW)
    again = seats.enroll(sqlite_session, wish, now=NOW)
    assert isinstance(first, Enrolled)
    assert again == AlreadyEnrolled(first.sign_up)


def test_a_time_is_taken_by_heads_and_free_again(session: Session) -> None:
    program = rows.program(session, slots=[4, 1], attends=Attends.PEOPLE)
    early, late = (slot.id for slot in program.slots)
    assert people(session, program, 5, slot=0) == SlotTaken()
    booked = people(session, program, 3, slot=0)
    assert isinstance(booked, Enrolled)
    assert people(session, program, 2, slot=0) == SlotTaken()
    assert seats.free_in_slots(session, [early, late]) == {early: 1, late: 1}
    assert seats.move_to_slot(session, booked.sign_up, late, now=NOW) == SlotTaken()
    assert booked.sign_up.slot_id == early, "the old time is kept where the new one is taken"
    assert seats.move_to_slot(session, booked.sign_up, early, now=NOW) == Enrolled(booked.sign_up)
    single = people(session, program, 1, slot=0)
    assert isinstance(single, Enrolled)
    assert seats.move_to_slot(session, single.sign_up, late, now=NOW) == Enrolled(single.sign_up)
    seats.withdraw(session, booked.sign_up, now=NOW)
    assert seats.free_in_slots(session, [early, late]) == {early: 4, late: 0}


def test_siblings_share_the_seat_of_a_visit(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session, slots=[1], attends=Attends.VISIT)
    first, second = children(sqlite_session, 2)
    slot = program.slots[0].id
    assert isinstance(enroll(sqlite_session, program, first, slot_id=slot, seats=1), Enrolled)
    assert isinstance(enroll(sqlite_session, program, second, seats=0), Enrolled)
    assert seats.free_in_slot(sqlite_session, slot) == 0


def test_an_offered_seat_is_held(sqlite_session: Session) -> None:
    program = rows.program(sqlite_session, rooms=[Room(seats=1)])
    first, second = children(sqlite_session, 2)
    offered = enroll(sqlite_session, program, first)
    assert isinstance(offered, Enrolled)
    offered.sign_up.status = SignUpStatus.OFFERED
    assert isinstance(enroll(sqlite_session, program, second), Waitlisted)
    assert isinstance(enroll(sqlite_session, program, first), AlreadyEnrolled)


def test_the_database_itself_refuses_a_child_twice(session: Session) -> None:
    program = rows.program(session, rooms=[Room(seats=5)])
    [child] = children(session, 1)
    enroll(session, program, child)
    copy = {"program_id": program.id, "family_id": child.family_id, "student_id": child.id, "status": "waiting"}
    add = sa.insert(SignUp).values(copy | {"signed_up_at": NOW, "changed_at": NOW})
    with session.begin_nested() as attempt:
        with pytest.raises(sa.exc.IntegrityError):
            session.execute(add)
        attempt.rollback()
    session.execute(add.values(status="withdrawn"))


# --- whatever families do -----------------------------------------------------------------------------------------

MEMORY = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
metadata.create_all(MEMORY)
AGES = [2, 4, 5, 6, 8, 8, 10]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("child"), st.integers(0, len(AGES) - 1), st.integers(0, 2)),
        st.tuples(st.just("group"), st.integers(0, 4), st.integers(1, 4)),
        st.tuples(st.just("booking"), st.integers(0, 4), st.integers(0, 1)),
        st.tuples(st.just("withdraw"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 1)),
        st.tuples(st.just("offer"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("priority"), st.integers(0, len(AGES) - 1), st.just(0)),
    ),
    max_size=16,
)


@dataclass
class Office:
    """Three small programs: rooms by age, heads in one room, times to book."""

    session: Session
    small: int
    big: int
    by_age: Program = field(init=False)
    by_heads: Program = field(init=False)
    by_time: Program = field(init=False)
    families: list[Family] = field(init=False)
    students: list[Student] = field(init=False)

    def __post_init__(self) -> None:
        of = rows.district(self.session)
        rooms = [Room(seats=self.small, youngest=3, oldest=5), Room(seats=self.big, youngest=6, oldest=9)]
        self.by_age = rows.program(self.session, "AGE", rooms=rooms, of=of)
        self.by_heads = rows.program(self.session, "HEADS", rooms=[Room(seats=self.big + 2)], of=of)
        self.by_time = rows.program(self.session, "TIME", slots=[self.small, self.big], of=of)
        self.families = [rows.family(self.session) for _ in range(5)]
        self.students = [
            Student(family=self.families[0], name=str(n), age=age, told_on=TODAY) for n, age in enumerate(AGES)
        ]
        self.session.add_all(self.students)
        self.session.flush()

    def take(self, step: tuple[str, int, int]) -> None:
        """Do one step, checking what is told against what was true before."""
        getattr(self, step[0])(*step[1:])
        self.check()

    def child(self, number: int, _n: int) -> None:
        student = self.students[number]
        self.ask(Wish(self.by_age.id, student.family_id, None, student))

    def group(self, number: int, heads: int) -> None:
        self.ask(Wish(self.by_heads.id, self.families[number].id, None, heads=heads))

    def booking(self, number: int, slot: int) -> None:
        slot_id = self.by_time.slots[slot].id
        self.ask(Wish(self.by_time.id, self.families[number].id, None, heads=1 + number % 2, slot_id=slot_id))

    def ask(self, wish: Wish) -> None:
        before = self.everything()
        outcome = seats.enroll(self.session, wish, now=NOW)
        if isinstance(outcome, AlreadyEnrolled):
            assert outcome.sign_up.status in ACTIVE
        if isinstance(outcome, Enrolled | Waitlisted):
            assert len(self.everything()) == len(before) + 1
            again = seats.enroll(self.session, wish, now=NOW)
            assert again == AlreadyEnrolled(outcome.sign_up)
        else:
            assert self.everything() == before
        if isinstance(outcome, Waitlisted):
            assert outcome.position == seats.position(self.session, outcome.sign_up)

    def withdraw(self, number: int, _n: int) -> None:
        active = self.sign_ups(*ACTIVE)
        if active:
            seats.withdraw(self.session, active[number % len(active)], now=NOW)

    def move(self, number: int, slot: int) -> None:
        booked = [each for each in self.sign_ups(*SEATED) if each.slot_id]
        if booked:
            seats.move_to_slot(self.session, booked[number % len(booked)], self.by_time.slots[slot].id, now=NOW)

    def offer(self, number: int, _n: int) -> None:
        seated = self.sign_ups(*SEATED)
        if seated:
            seated[number % len(seated)].status = SignUpStatus.OFFERED
            self.session.flush()

    def priority(self, number: int, _n: int) -> None:
        self.students[number].priority_for_services = True
        self.session.flush()

    def sign_ups(self, *statuses: SignUpStatus) -> list[SignUp]:
        every = self.session.scalars(sa.select(SignUp).order_by(SignUp.id).execution_options(populate_existing=True))
        return [each for each in every if not statuses or each.status in statuses]

    def everything(self) -> list[tuple[object, ...]]:
        return [(each.id, each.status, each.slot_id, each.seats, each.changed_at) for each in self.sign_ups()]

    def check(self) -> None:
        """No room and no time holds more than it has; waiting lists have no holes; nobody stands on a list twice."""
        active = self.sign_ups(*ACTIVE)
        for room in (*self.by_age.rooms, *self.by_heads.rooms):
            here = [each for each in active if each.room_id == room.id]
            held = sum(each.seats for each in here if each.status in SEATED)
            assert held == seats.seats_taken(self.session, room.id)
            assert held <= (room.seats or 0)
            waiting = [each for each in here if each.status == SignUpStatus.WAITING]
            waiting.sort(key=lambda each: (not each.priority, each.id))
            positions = [seats.position(self.session, each) for each in waiting]
            assert positions == list(range(1, len(waiting) + 1))
        for slot in self.by_time.slots:
            held = sum(each.seats for each in active if each.slot_id == slot.id and each.status in SEATED)
            assert seats.free_in_slot(self.session, slot.id) == slot.seats - held >= 0
        who = [(each.program_id, each.student_id or -each.family_id) for each in active]
        assert len(who) == len(set(who))


@settings(max_examples=40)
@given(small=st.integers(0, 2), big=st.integers(0, 3), taken=steps)
def test_whatever_families_do_seats_hold_and_waiting_lists_have_no_holes(
    small: int, big: int, taken: list[tuple[str, int, int]]
) -> None:
    with Session(MEMORY) as session:
        office = Office(session, small, big)
        for step in taken:
            office.take(step)
        session.rollback()


@pytest.mark.parametrize(("hour", "is_late"), [("2027-06-02T03:59", False), ("2027-06-02T04:00", True)])
def test_who_signs_up_after_the_season_is_marked(sqlite_session: Session, hour: str, is_late: bool) -> None:
    """The last day is a whole day of the program's own calendar: midnight in Massachusetts is four in UTC."""
    program = rows.program(sqlite_session)
    program.sign_up_by = dt.date(2027, 6, 1)
    family = rows.family(sqlite_session, "+14135550142", children=["Ana"])
    wish = Wish(program.id, family.id, family.phones[0].id, family.students[0])
    outcome = seats.enroll(sqlite_session, wish, now=dt.datetime.fromisoformat(hour).replace(tzinfo=dt.UTC))
    assert isinstance(outcome, Enrolled)
    assert outcome.sign_up.late_added == is_late
