"""How a family is called in front of others that use the same phone: by a child's nickname, never a last name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from locales import _
from models.family import Family, Student
from models.organization import Organization


def nicknames(session: Session, family_ids: Sequence[int]) -> dict[int, list[str]]:
    """The children's nicknames of each of these families, oldest entry first."""
    theirs = sa.select(Student.family_id, Student.name).where(Student.family_id.in_(family_ids))
    found: dict[int, list[str]] = {family_id: [] for family_id in family_ids}
    for family_id, name in session.execute(theirs.where(Student.name.is_not(None)).order_by(Student.id)):
        found[family_id].append(name or "")
    return found


def families_in_words(session: Session, family_ids: Sequence[int]) -> dict[int, str]:
    """The family of Beto; the family at Gerena, the family with the code that ends in 42: what tells them apart."""
    children, schools = nicknames(session, family_ids), _schools(session, family_ids)
    names, places = _held_by(children), _held_by({one: [school] for one, school in schools.items()})
    rows = session.execute(sa.select(Family.id, Family.code).where(Family.id.in_(family_ids)))
    codes = {row.id: row.code for row in rows}
    called: dict[int, str] = {}
    for family_id in family_ids:
        name = next((name for name in children[family_id] if names[name.casefold()] == 1), None)
        school = schools.get(family_id)
        if name is not None:
            called[family_id] = _("The family of %(child)s", child=name)
        elif school is not None and places[school.casefold()] == 1:
            called[family_id] = _("The family at %(school)s", school=school)
        else:
            called[family_id] = _("The family with the code that ends in %(end)s", end=codes[family_id][-2:])
    return called


def _held_by(told: dict[int, list[str]]) -> Counter[str]:
    """How many families each word would name."""
    return Counter(word for words in told.values() for word in {word.casefold() for word in words})


def _schools(session: Session, family_ids: Sequence[int]) -> dict[int, str]:
    """The school of a child of each family, where one was told."""
    name = sa.func.coalesce(Organization.short_name, Organization.name).label("school")
    theirs = sa.select(Student.family_id, name).join(Organization, Organization.id == Student.school_id)
    rows = session.execute(theirs.where(Student.family_id.in_(family_ids)).order_by(Student.id.desc()))
    return {row.family_id: row.school for row in rows}
