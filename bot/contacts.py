"""Whom a family reaches: the contact who speaks its language first, the nearest otherwise."""

from __future__ import annotations

from models.catalogue import Catalogue
from models.organization import Audience, Contact


def best_contact(catalogue: Catalogue, organization_id: int | None, language: str | None) -> Contact | None:
    """The contact for a school or district: who speaks the language, nearest first; else the nearest of all."""
    line = catalogue.lineage(organization_id)
    near = [contact for place in line for contact in place.contacts if contact.audience is Audience.FAMILY]
    speaking = [contact for contact in near if language in contact.languages]
    return next(iter(speaking or near), None)


def recruiter(catalogue: Catalogue, organization_id: int | None) -> Contact | None:
    """Who follows up the registration questions of a district."""
    line = catalogue.lineage(organization_id)
    return next((contact for place in line for contact in place.contacts if contact.recruits), None)
