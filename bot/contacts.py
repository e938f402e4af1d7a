"""Whom a family reaches: the contact who speaks its language first, the nearest otherwise."""

from __future__ import annotations

from models.catalogue import Catalogue
from models.organization import Audience, Contact, Organization


def best_contact(catalogue: Catalogue, organization_id: int | None, language: str | None) -> Contact | None:
    """The contact for a school or district: who speaks the language, nearest first; else the nearest of all.

    Where only the district is known, those who speak the language at its schools are near enough.
    """
    line = catalogue.lineage(organization_id)
    below = [school for school in catalogue.schools if line and school.parent_id == line[0].id]
    near = _for_families(line)
    speaking = [contact for contact in [*near, *_for_families(below)] if language in contact.languages]
    return next(iter(speaking or near), None)


def _for_families(places: list[Organization]) -> list[Contact]:
    return [contact for place in places for contact in place.contacts if contact.audience is Audience.FAMILY]


def recruiter(catalogue: Catalogue, organization_id: int | None) -> Contact | None:
    """Who follows up the registration questions of a district."""
    line = catalogue.lineage(organization_id)
    return next((contact for place in line for contact in place.contacts if contact.recruits), None)
