"""The catalogue: its version rises with every change, and a snapshot is read by all threads and changed by none."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalogue import Catalogue, CatalogueShelf, catalogue_version
from models.database import Database, open_database
from models.family import Phone
from models.organization import Contact, Organization, OrganizationKind
from models.program import Program, ProgramStatus, Question, Room, Slot, Stop
from tests.models import rows
from tests.models.rows import NOW


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with one program that has everything."""
    opened = open_database(database_url)
    with opened.begin() as session:
        made = rows.program(session, rooms=[Room(seats=2)], slots=[1, 2])
        session.add_all(
            [
                Stop(program=made, name="Gerena", pick_up=dt.time(6)),
                Question(program=made, key="shirt", kind="text", ask={"en": "Shirt size?"}),
                Contact(code="ANA", organization=made.organization, role={"en": "Liaison"}, phone="+14135550150"),
                Organization(code="GER", kind=OrganizationKind.SCHOOL, name="Gerena", parent_id=made.organization_id),
            ]
        )
    yield opened
    opened.close()


def version(database: Database) -> int:
    with database.reading() as session:
        return catalogue_version(session)


def program(session: Session) -> Program:
    return session.scalars(sa.select(Program).where(Program.code == "ROBOTICS")).one()


CHANGES: dict[str, Callable[[Session], object]] = {
    "a program is closed": lambda s: setattr(program(s), "status", ProgramStatus.CLOSED),
    "a title is changed": lambda s: setattr(program(s), "title", {"en": "Robots"}),
    "a program is added": lambda s: rows.program(s, "CHESS"),
    "a room has more seats": lambda s: setattr(program(s).rooms[0], "seats", 3),
    "a room is added": lambda s: s.add(Room(seats=1, program=program(s))),
    "a room is taken away": lambda s: s.delete(program(s).rooms[0]),
    "a stop has another time": lambda s: setattr(program(s).stops[0], "pick_up", dt.time(7)),
    "a stop is added": lambda s: s.add(Stop(name="Brightwood", program=program(s))),
    "a stop is taken away": lambda s: s.delete(program(s).stops[0]),
    "a slot is added": lambda s: s.add(Slot(starts_at=NOW, seats=1, program=program(s))),
    "a slot is taken away": lambda s: s.delete(program(s).slots[0]),
    "a question is reworded": lambda s: setattr(program(s).questions[0], "ask", {"en": "Which size?"}),
    "a question is taken away": lambda s: s.delete(program(s).questions[0]),
    "a contact has another phone": lambda s: setattr(s.scalars(sa.select(Contact)).one(), "phone", "+14135550151"),
    "a contact is taken away": lambda s: s.delete(s.scalars(sa.select(Contact)).one()),
    "an organization is renamed": lambda s: setattr(program(s).organization, "name", "Springfield"),
    "an organization is added": lambda s: rows.district(s, "NBD"),
}


def test_every_kind_of_change_raises_the_version_and_is_seen(database: Database) -> None:
    shelf = CatalogueShelf()
    for name, change in CHANGES.items():
        before = version(database)
        with database.connect() as connection:
            old = shelf.at(before, connection)
        with database.begin() as session:
            change(session)
        after = version(database)
        assert after > before, name
        with database.connect() as connection:
            assert shelf.at(after, connection) is not old, name


def test_a_change_of_many_rows_in_one_statement_raises_the_version(database: Database) -> None:
    before = version(database)
    with database.begin() as session:
        session.execute(sa.update(Program).values(status=ProgramStatus.CLOSED))
    assert version(database) > before


def test_what_is_rolled_back_raises_nothing(database: Database) -> None:
    before = version(database)
    with database.begin() as session:
        rows.program(session, "CHESS")
        session.rollback()
    assert version(database) == before


def test_what_families_do_raises_nothing(database: Database) -> None:
    before = version(database)
    with database.begin() as session:
        rows.family(session, "+14135550142", children=["Ana"])
        session.flush()
        session.scalars(sa.select(Phone)).one().language = "ht"
    assert version(database) == before


def snapshot(database: Database) -> Catalogue:
    with database.connect() as connection:
        return CatalogueShelf().at(1, connection)


def everything_in(catalogue: Catalogue) -> list[object]:
    [made] = catalogue.open_programs
    contacts = [contact.role for each in catalogue.organizations.values() for contact in each.contacts]
    parts = [made.rooms[0].seats, made.stops[0].name, made.slots[1].starts_at, made.questions[0].ask]
    return [made.title, made.organization.name, *contacts, *parts]


def test_a_snapshot_needs_no_session_and_serves_all_threads(database: Database) -> None:
    catalogue = snapshot(database)
    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(lambda _n: everything_in(catalogue), range(40)))
    assert all(each == seen[0] for each in seen)
    assert not any(sa.inspect(each).session for each in catalogue.programs.values())


def test_one_version_is_loaded_once(database: Database) -> None:
    shelf, statements = CatalogueShelf(), []
    with database.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
        first = shelf.at(7, connection)
        loaded = len(statements)
        assert shelf.at(7, connection) is first
        assert 0 < loaded == len(statements)
        assert shelf.at(8, connection) is not first


def test_from_a_school_up_to_its_district(database: Database) -> None:
    catalogue = snapshot(database)
    [school], [district] = catalogue.schools, catalogue.districts
    assert catalogue.lineage(school.id) == [school, district]
    assert catalogue.district_of(school.id) is district
    assert catalogue.zone(school.id) == "America/New_York"
    assert (catalogue.district_of(None), catalogue.zone(99), catalogue.program("nothing")) == (None, None, None)


def test_a_tree_with_a_ring_in_it_ends(database: Database) -> None:
    with database.begin() as session:
        school = session.scalars(sa.select(Organization).where(Organization.code == "GER")).one()
        top = session.get_one(Organization, school.parent_id)
        top.parent_id = school.id
    catalogue = snapshot(database)
    assert len(catalogue.lineage(catalogue.schools[0].id)) == 2


REPLANNED: dict[str, Callable[[Session], object]] = {
    "its title": lambda s: setattr(program(s), "title", {"en": "Robots"}),
    "a slot, by key": lambda s: s.add(Slot(program_id=program(s).id, starts_at=NOW, seats=1)),
    "a stop": lambda s: s.add(Stop(name="Brightwood", pick_up=dt.time(6), program=program(s))),
    "a stop's time": lambda s: setattr(program(s).stops[0], "pick_up", dt.time(7)),
    "a slot is taken away": lambda s: s.delete(program(s).slots[0]),
    "all at once": lambda s: s.execute(sa.update(Program).values(place="Elsewhere")),
}


@pytest.mark.parametrize("change", REPLANNED.values(), ids=REPLANNED)
def test_a_program_that_changes_is_planned_anew(database: Database, change: Callable[[Session], object]) -> None:
    with database.begin() as session:
        rows.program(session, "CHESS")
        session.flush()
        session.connection().execute(sa.update(sa.table("programs", sa.column("to_plan"))).values(to_plan=False))
    with database.begin() as session:
        change(session)
    with database.reading() as session:
        to_plan = set(session.scalars(sa.select(Program.code).where(Program.to_plan)))
    assert "ROBOTICS" in to_plan
    assert ("CHESS" in to_plan) == (change is REPLANNED["all at once"])
