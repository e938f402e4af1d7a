"""Which school or district a text speaks of."""

from __future__ import annotations

from functools import lru_cache

from bot.heard.lexicon import load
from bot.heard.mentions import similar, strongest
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


def names_of(place: Organization) -> tuple[str, ...]:
    """All names of a place, also without the words that many schools share."""
    names = [name for name in (place.name, place.short_name, *place.also_known_as) if name]
    return _all_names(tuple(names), place.town or "", place.kind == "district")


@lru_cache(maxsize=4096)
def _all_names(names: tuple[str, ...], town: str, is_district: bool) -> tuple[str, ...]:
    bare = dict.fromkeys(" ".join(word for word in words(name) if word not in GENERIC) for name in names)
    telling = [name for name in bare if name and name not in _languages() and not (town and _is_town(name, town))]
    return (*names, *telling, *([town] if town and is_district else []))


def _is_town(name: str, town: str) -> bool:
    """Whether all that is left of a school's name is its town: `Watsonville High`, `guatsonvil high`."""
    return similar(name, town) or name in words(town)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    """`english` of `Lynn English High`: who speaks of a language speaks of no school."""
    return frozenset(name for names in load("language_names").values() for name in names)
