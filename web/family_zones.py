"""In which zones the families behind some numbers live."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.catalogue import Catalogue
from models.family import Family, Phone
from models.organization import Organization
from models.workday import ToldWorkDay

NOWHERE = "UTC"


def family_zones(session: Session, numbers: Collection[str]) -> Mapping[str, str]:
    """Return the IANA zone of each number's family: of the place it declared, else of its school or district.

    A number that we know nothing of has the first zone of the directory, else UTC.
    """
    directory = Catalogue(session.scalars(sa.select(Organization).order_by(Organization.id)), ())
    anywhere = next((each.zone for each in directory.organizations.values() if each.zone), NOWHERE)
    where = sa.func.coalesce(Family.organization_id, Phone.organization_id)
    known = (
        sa.select(Phone.number, ToldWorkDay.zone, where)
        .outerjoin(Family, Family.id == Phone.family_id)
        .outerjoin(ToldWorkDay, ToldWorkDay.family_id == Phone.family_id)
        .where(Phone.number.in_(numbers))
    )
    found = {number: told or directory.zone(place) or anywhere for number, told, place in session.execute(known)}
    return {number: found.get(number, anywhere) for number in numbers}
