"""The directory: who serves families, from the state down to a school, and whom a family may call."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Words, chosen_from


class OrganizationKind(enum.StrEnum):
    """The levels of the tree, and agencies beside it (a club, a workers' center)."""

    STATE = "state"
    REGION = "region"
    DISTRICT = "district"
    SCHOOL = "school"
    AGENCY = "agency"


class Audience(enum.StrEnum):
    """For whose eyes a contact is listed."""

    FAMILY = "family"
    STAFF = "staff"


class Organization(Base):
    """A state, region, district, school or agency. `zone` is an IANA name; a school without one has its parent's."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[OrganizationKind] = mapped_column(chosen_from(OrganizationKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    short_name: Mapped[str | None] = mapped_column(sa.String(40), default=None)
    town: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    zone: Mapped[str | None] = mapped_column(sa.String(40), default=None)
    national_id: Mapped[str | None] = mapped_column(sa.String(12), default=None)
    state_id: Mapped[str | None] = mapped_column(sa.String(14), default=None)
    also_known_as: Mapped[list[str]] = mapped_column(default=list)
    """Other names that families use: a nickname, an old name, a town it serves."""
    numbers: Mapped[list[str]] = mapped_column(default=list)
    """Program numbers (E.164) that belong to this district alone: a text to one of them is for this district."""
    area_codes: Mapped[list[str]] = mapped_column(default=list)
    """Whose programs to show first to a number we know nothing else of (docs/decisions/0005); never a zone."""
    poster_words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Words on this organization's posters -> the conversation that they open."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organizations.id"), index=True, default=None)

    contacts: Mapped[list[Contact]] = relationship(back_populates="organization", order_by="Contact.rank")

    @property
    def known_as(self) -> str:
        """The name a family would say."""
        return self.short_name or self.name


class Contact(Base):
    """A person (by role, never by name) whom families or staff may reach, with hours in the organization's zone."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    role: Mapped[Words]
    phone: Mapped[str] = mapped_column(sa.String(20))
    languages: Mapped[list[str]] = mapped_column(default=list)
    weekdays: Mapped[list[int]] = mapped_column(default=lambda: [0, 1, 2, 3, 4])
    opens: Mapped[dt.time] = mapped_column(default=dt.time(8))
    closes: Mapped[dt.time] = mapped_column(default=dt.time(16))
    audience: Mapped[Audience] = mapped_column(chosen_from(Audience), default=Audience.FAMILY)
    recruits: Mapped[bool] = mapped_column(default=False)
    """Follows up the registration questions."""
    rank: Mapped[int] = mapped_column(default=0)
    """Order within the organization: lower answers first."""

    organization: Mapped[Organization] = relationship(back_populates="contacts")
