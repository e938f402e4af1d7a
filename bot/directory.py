"""Which school or district a text speaks of."""

from __future__ import annotations

from bot.heard.mentions import strongest
from bot.heard.words import words
from models.catalogue import Catalogue
from models.organization import Organization

GENERIC = frozenset(
    "elementary elem school middle high ms hs community the of and escuela primaria secundaria escola lekol"
    " academy unified district public schools center at".split()
)
"""Words that many schools have in their names: they tell nobody apart."""


def places_spoken_of(text: str, catalogue: Catalogue, near_id: int | None = None) -> list[Organization]:
    """The schools that a text names, in the town that it names if it names one; else the districts that it names.

    Where several schools of that name are left, those of the family's own district (`near_id`) come alone.
    """
    schools = _named(text, catalogue.schools)
    districts = _named(text, catalogue.districts)
    in_town = [school for school in schools if catalogue.district_of(school.id) in districts]
    own = [school for school in schools if catalogue.district_of(school.id) == catalogue.district_of(near_id)]
    return in_town or own or schools or districts


def _named(text: str, places: list[Organization]) -> list[Organization]:
    return [places[index] for index in strongest(text, [names_of(place) for place in places])]


def names_of(place: Organization) -> list[str]:
    """All names of a place, also without the words that many schools share."""
    names = [name for name in (place.name, place.short_name, *place.also_known_as) if name]
    bare = [" ".join(word for word in words(name) if word not in GENERIC) for name in names]
    towns = [place.town] if place.town and place.kind == "district" else []
    return [*names, *(name for name in bare if name and name not in words(place.town or "")), *towns]
