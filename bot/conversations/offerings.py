"""What families can sign up for, as they see it: several programs may be one offering, and each child fits one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from bot.heard.mentions import strongest
from bot.talk import Choice, Talk
from bot.welcome import likely_district
from locales import _
from models.organization import Organization
from models.program import Attends, Program
from notifications.program_words import in_words

CLASSES = {Attends.CHILDREN, Attends.PAIRS, Attends.VISIT}
NOT_IN_MENUS = {Attends.SCREENER}
KEY = "offering"


@dataclass(frozen=True)
class Offering:
    """One thing to sign up for."""

    key: str
    programs: tuple[Program, ...]

    @property
    def first(self) -> Program:
        """The program that speaks for all of them."""
        return self.programs[0]

    @property
    def names(self) -> list[str]:
        """All that families call it."""
        names = [name for program in self.programs for name in (*program.title.values(), *program.also_known_as)]
        return [*names, *(program.code for program in self.programs)]


def offerings(programs: Iterable[Program]) -> list[Offering]:
    """Group open programs into offerings, in the order of their codes."""
    wanted = [program for program in programs if program.attends not in NOT_IN_MENUS]
    in_order = sorted(wanted, key=attrgetter("offering", "code"))
    return [Offering(key, tuple(group)) for key, group in groupby(in_order, key=attrgetter("offering"))]


def choose_offering(talk: Talk) -> Offering:
    """Find what the family speaks of, asking only where more than one thing fits."""
    everything = {offering.key: offering for offering in offerings(talk.catalogue.open_programs)}
    known = talk.place.about.get("offering") or (talk.place.answers.get(KEY) or [None])[0]
    if known in everything:
        return everything[known]
    fitting = _spoken_of(talk, list(everything.values())) or _in_reach(talk, list(everything.values()))
    if len(fitting) == 1:
        talk.place.overhear(KEY, [fitting[0].key])
        return fitting[0]
    return everything[talk.choose(KEY, _as_choices(talk, fitting), ask=_("Which one?"))]


def was_chosen(talk: Talk) -> bool:
    """Whether the family picked it from a list, rather than speaking of it."""
    picked = KEY in talk.place.answers and KEY not in talk.place.overheard
    return picked or "offering" in talk.place.about


def spoken_of(text: str, among: list[Offering]) -> list[Offering]:
    """The offerings that a text names, most clearly first; all that are named equally clearly."""
    return [among[index] for index in strongest(text, [offering.names for offering in among])]


def _spoken_of(talk: Talk, everything: list[Offering]) -> list[Offering]:
    """Those that the opening names: in the family's district where there is one, in their language if need be."""
    if not talk.place.opening:
        return []
    district = likely_district(talk.caller, talk.catalogue)
    nearby = [offering for offering in everything if district and offering.first.organization_id == district.id]
    named = spoken_of(talk.place.opening, nearby) or spoken_of(talk.place.opening, everything)
    in_language = [offering for offering in named if talk.caller.language in offering.first.languages]
    return in_language if 0 < len(in_language) < len(named) else named


def _in_reach(talk: Talk, everything: list[Offering]) -> list[Offering]:
    """What the family's district offers (asked for where we cannot tell), of the kind they chose in the menu."""
    district = _district(talk)
    group = talk.place.about.get("group")
    found = [offering for offering in everything if offering.first.organization_id == district.id]
    wanted = [offering for offering in found if group is None or _is_class(offering) == (group == "classes")]
    return wanted or found


def _is_class(offering: Offering) -> bool:
    return offering.first.attends in CLASSES


def _district(talk: Talk) -> Organization:
    likely = likely_district(talk.caller, talk.catalogue)
    if likely is not None:
        return likely
    districts = [
        Choice(district.code, district.known_as, (district.name, district.town or "", *district.also_known_as))
        for district in talk.catalogue.districts
    ]
    code = talk.choose("district", districts, ask=_("Which school district?"), overhear=True)
    return next(district for district in talk.catalogue.districts if district.code == code)


def _as_choices(talk: Talk, fitting: list[Offering]) -> list[Choice]:
    """The offerings to choose from; with the town where they are in more than one district."""
    several_districts = len({offering.first.organization_id for offering in fitting}) > 1
    return [
        Choice(offering.key, _label(talk, offering, with_town=several_districts), tuple(offering.names))
        for offering in fitting
    ]


def _label(talk: Talk, offering: Offering, *, with_town: bool) -> str:
    title = in_words(offering.first.title)
    district = talk.catalogue.organizations[offering.first.organization_id]
    return f"{title} ({district.known_as})" if with_town else title
