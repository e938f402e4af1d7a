"""Places that families move to: the state of a town, and what time it is there (locales/lexicon/places.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.heard.answers.tokens import tokens
from bot.heard.lexicon import load
from bot.heard.mentions import strongest

ABROAD = "abroad"


@dataclass(frozen=True)
class KnownPlace:
    """A place we know by name. `state`: its two letters, or ABROAD; `zone`: an IANA name where there is one to tell."""

    state: str
    zone: str | None


@dataclass(frozen=True)
class _Gazetteer:
    """Names, each with what it stands for."""

    names: tuple[tuple[str, ...], ...]
    places: tuple[KnownPlace, ...]

    def found(self, text: str) -> list[KnownPlace]:
        """The places that a text names most clearly; several where towns share a name."""
        return [self.places[index] for index in strongest(text, self.names)]


def known_place(text: str) -> KnownPlace | None:
    """Return the place that these few words name: `Immokalee florida`, `yakima`, `guachinton`. None: we do not know it.

    The state that is said goes before the town's usual one: there is a Salinas in Puerto Rico as well.
    """
    most_clearly = _everywhere().found(text)
    if most_clearly and all(place.state == ABROAD for place in most_clearly):
        return most_clearly[0]
    said = names_state(text)
    fitting = [place for place in _towns().found(text) if said is None or place.state == said.state]
    return next(iter(fitting), said)


def names_state(text: str) -> KnownPlace | None:
    """Return the state that a text names, or its two letters at the end: `florida`, `Yuma AZ`."""
    named = _states().found(text)
    if len(named) == 1:
        return named[0]
    said = tokens(text)
    if not said or not is_abbreviation(said[-1].plain):
        return None
    return _state(said[-1].plain.upper()) if len(said) > 1 or said[-1].raw.isupper() else None


def is_abbreviation(word: str) -> bool:
    """Whether a folded word is the two letters of a state; some are words as well: `pa`, `me`."""
    return word.upper() in load("places")["states"]


def _state(code: str) -> KnownPlace:
    return KnownPlace(code, load("places")["states"][code]["zone"])


@cache
def _states() -> _Gazetteer:
    states = load("places")["states"]
    return _Gazetteer(tuple(tuple(one["names"]) for one in states.values()), tuple(map(_state, states)))


@cache
def _towns() -> _Gazetteer:
    """Towns by themselves, as several states may have one of that name; those with a clock of their own first."""
    named: list[tuple[str, KnownPlace]] = []
    for where, names in load("places")["other_zones"].items():
        zone, state = where.split()
        named += [(name, KnownPlace(state, zone)) for name in names]
    for state, town in load("places")["towns"].items():
        named += [(name, _state(state)) for name in town["names"]]
    return _Gazetteer(tuple((name,) for name, _place in named), tuple(place for _name, place in named))


@cache
def _everywhere() -> _Gazetteer:
    abroad = load("places")["abroad"]
    places = (KnownPlace(ABROAD, zone or None) for zone in abroad)
    names = (*map(tuple, abroad.values()), *_states().names, *_towns().names)
    return _Gazetteer(names, (*places, *_states().places, *_towns().places))
