"""The catalogue: programs, directory and contacts as one read-only snapshot, kept until something in it changes.

A turn reads it many times and staff change it seldom. Every change made through a session raises a version, which a
turn reads in the query that finds the phone; the snapshot is loaded again only when the version is a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, selectinload

from models.base import Base
from models.organization import Contact, Organization, OrganizationKind
from models.program import Program, ProgramStatus, Question, Room, Slot, Stop

PARTS = (Organization, Contact, Program, Room, Stop, Slot, Question)
PLANNED = (Room, Stop, Slot)
"""Parts of a program that what its families are told depends on."""


class CatalogueVersion(Base):
    """One row, raised with every change to the catalogue."""

    __tablename__ = "catalogue_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


class Catalogue:
    """All organizations, contacts and programs. Detached and shared between threads: never change it."""

    def __init__(self, organizations: Iterable[Organization], programs: Iterable[Program]) -> None:
        self.organizations = {organization.id: organization for organization in organizations}
        self.programs = {program.id: program for program in programs}

    @cached_property
    def open_programs(self) -> list[Program]:
        """Programs that families can sign up for, in the order of their codes."""
        return [program for program in self.programs.values() if program.status is ProgramStatus.OPEN]

    @cached_property
    def districts(self) -> list[Organization]:
        """The districts, by name."""
        return self._of_kind(OrganizationKind.DISTRICT)

    @cached_property
    def schools(self) -> list[Organization]:
        """The schools, by name."""
        return self._of_kind(OrganizationKind.SCHOOL)

    def _of_kind(self, kind: OrganizationKind) -> list[Organization]:
        found = [organization for organization in self.organizations.values() if organization.kind is kind]
        return sorted(found, key=lambda organization: organization.name)

    def program(self, code: str) -> Program | None:
        """Find a program by its code."""
        return next((program for program in self.programs.values() if program.code == code), None)

    def lineage(self, organization_id: int | None) -> list[Organization]:
        """Return the organization and what it belongs to, from itself up to the state."""
        line: list[Organization] = []
        organization = self.organizations.get(organization_id or 0)
        while organization is not None and organization not in line:
            line.append(organization)
            organization = self.organizations.get(organization.parent_id or 0)
        return line

    def district_of(self, organization_id: int | None) -> Organization | None:
        """Return the district that an organization is or belongs to."""
        kinds = (line for line in self.lineage(organization_id) if line.kind is OrganizationKind.DISTRICT)
        return next(kinds, None)

    def zone(self, organization_id: int | None) -> str | None:
        """Return the IANA zone of an organization: its own or its nearest parent's."""
        return next((line.zone for line in self.lineage(organization_id) if line.zone), None)


class CatalogueShelf:
    """Keeps the newest catalogue of one database for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[int, Catalogue] | None = None

    def at(self, version: int, connection: sa.Connection) -> Catalogue:
        """Return the catalogue of that version, loading it if another one is on the shelf."""
        kept = self._kept
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._lock:
            catalogue = load_catalogue(connection)
            self._kept = (version, catalogue)
            return catalogue


def load_catalogue(connection: sa.Connection) -> Catalogue:
    """Read the whole catalogue in a handful of queries."""
    with Session(connection, join_transaction_mode="rollback_only") as session:
        everything = selectinload("*")  # nothing may be loaded later: the objects leave their session
        organizations = session.scalars(sa.select(Organization).options(selectinload(Organization.contacts))).all()
        programs = session.scalars(sa.select(Program).order_by(Program.code).options(everything)).all()
        session.expunge_all()
        return Catalogue(organizations, programs)


def catalogue_version(session: Session) -> int:
    """Return the version of the catalogue now."""
    return session.scalar(sa.select(CatalogueVersion.version)) or 0


_raise = sa.update(CatalogueVersion).values(version=CatalogueVersion.version + 1)
_have_all_planned_anew = sa.update(Program.__table__).values(to_plan=True)  # type: ignore[arg-type]  # a Table it is


@sa.event.listens_for(Session, "before_flush")
def _have_planned_anew(session: Session, _context: Any, _instances: Any) -> None:
    """A program that is new or has changed, or one of its times, stops or rooms, is planned anew by the clock."""
    changed = [row for row in (*session.new, *session.dirty) if session.is_modified(row)]
    for row in (*changed, *session.deleted):
        program = _program_of(session, row)
        if program is not None:
            program.to_plan = True


def _program_of(session: Session, row: object) -> Program | None:
    if isinstance(row, Program):
        return row
    if not isinstance(row, PLANNED):
        return None
    made_by_key = session.get(Program, row.program_id) if row.program_id else None
    return made_by_key or row.program


@sa.event.listens_for(Session, "after_flush")
def _raise_version(session: Session, _context: Any) -> None:
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(row, PARTS) for row in changed):
        session.connection().execute(_raise)


@sa.event.listens_for(Session, "do_orm_execute")
def _raise_version_with(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and state.bind_mapper is not None and issubclass(state.bind_mapper.class_, PARTS):
        state.session.connection().execute(_raise)
        if issubclass(state.bind_mapper.class_, (Program, *PLANNED)):  # which ones, the statement does not tell
            state.session.connection().execute(_have_all_planned_anew)
