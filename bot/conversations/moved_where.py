"""Where a family lives now, where it moves to and when: as told, and asked where it was not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.directory import names_of
from bot.heard import Heard
from bot.heard.answers.move import (
    Step,
    ToldMove,
    does_not_know,
    is_there_already,
    read_move,
    read_place,
    stays_in_town,
)
from bot.heard.answers.move_when import Exact, told_day
from bot.heard.mentions import strongest
from bot.heard.places import ABROAD, KnownPlace, known_place, names_state
from bot.talk import WORDS, Question, Talk
from locales import _
from models.family import Family
from models.moving import MIDDLE, OUTSIDE
from models.organization import Organization
from models.sign_up import ACTIVE, SignUp
from models.workday import ToldWorkDay

WHERE, STATE, WHEN = "where", "state", "when"
EXAMPLE = "Yuma, Arizona"
HERE = "here"
"""An answer to "where to?": another house in the same town."""


@dataclass(frozen=True)
class There:
    """Where they move to. `place` is in their words, None where they do not know; `district` where it is ours."""

    place: str | None
    district: Organization | None = None
    zone: str | None = None
    abroad: bool = False

    @property
    def kept_as(self) -> str | None:
        """The place as it is stored: of another country no more than that it is one."""
        return OUTSIDE if self.abroad else self.place

    def in_words(self) -> str:
        """The place as it is read back: Kennett Square PA."""
        if self.abroad:
            return _("another country")
        if self.district is not None:
            return self.district.town or self.district.known_as
        return _as_name(self.place or "")


@dataclass(frozen=True)
class Leaving:
    """When they move: the first day that was told, None where they do not know. `there`: they have moved."""

    day: dt.date | None
    exact: Exact = Exact.DAY
    there: bool = False


@dataclass
class Here:
    """Where the family is until it moves."""

    talk: Talk

    @cached_property
    def district(self) -> Organization | None:
        """Its district as declared, else where it is signed up."""
        declared = self.talk.caller.organization_id or self._familys_organization_id
        return self.talk.catalogue.district_of(declared or self._signed_up_at)

    @cached_property
    def zone(self) -> str | None:
        """The zone of the place that it declared, else of its district; never from the area code."""
        return (self._told and self._told.zone) or self.talk.catalogue.zone(self.district.id if self.district else None)

    @cached_property
    def today(self) -> dt.date:
        """The day on its calendar; on that of the middle of the country, where we do not know its place."""
        return self.talk.now.astimezone(ZoneInfo(self.zone or MIDDLE)).date()

    @cached_property
    def _told(self) -> ToldWorkDay | None:
        family_id = self.talk.caller.family_id
        return self.talk.writing.session.get(ToldWorkDay, family_id) if family_id is not None else None

    @cached_property
    def _familys_organization_id(self) -> int | None:
        family_id = self.talk.caller.family_id
        family = self.talk.writing.session.get(Family, family_id) if family_id is not None else None
        return family.organization_id if family else None

    @property
    def _signed_up_at(self) -> int | None:
        if self.talk.caller.family_id is None:
            return None
        mine = sa.select(SignUp.program_id).where(
            SignUp.family_id == self.talk.caller.family_id, SignUp.status.in_(ACTIVE)
        )
        program_id = self.talk.writing.session.scalar(mine.order_by(SignUp.id.desc()).limit(1))
        return self.talk.catalogue.programs[program_id].organization_id if program_id else None


def told_at_first(talk: Talk, today: dt.date) -> ToldMove:
    """What the text that opened the conversation told, on the day it came: "tomorrow" counts from then."""
    day = dt.date.fromisoformat(talk.place.about.setdefault("told on", today.isoformat()))
    return read_move(talk.place.opening, day) or ToldMove()


# --- where ----------------------------------------------------------------------------------------------------------


def ask_where(talk: Talk, here: Here, told: ToldMove) -> There | None:
    """> nos mudamos   < ¿A qué pueblo y estado?   > kalkaska   < ¿En qué estado está? …   None: in the same town."""
    ask = _("Which town and state do you move to?")
    if told.step in (Step.MOVED, Step.BACK):
        ask = _("Which town and state are you in now?")

    def understood(heard: Heard) -> str | None:
        if does_not_know(heard.text):
            return ""
        if heard.question or (heard.sure and heard.intent not in {"moved", "greeting", "thanks"}):
            return None
        return HERE if stays_in_town(heard.text) else read_place(heard.text, answers=True)

    def overheard(text: str) -> str | None:
        return HERE if stays_in_town(text) else read_place(text)

    again = _("Please write only the town and the state. Example: %(place)s", place=EXAMPLE)
    words = str(talk.answer(Question(WHERE, WORDS, ask, again), understood=understood, overheard=overheard))
    if words == HERE:
        return None
    there = _there(talk, words)
    if there.place and there.zone is None and not there.abroad:
        there = _there_in(there, _ask_state(talk, there))
    at_home = here.district is not None and there.district is not None and there.district.id == here.district.id
    return None if at_home else there


def _ask_state(talk: Talk, there: There) -> KnownPlace | None:
    """Asked once: what cannot be read then stays unknown."""
    ask = _("In which state is %(place)s? Or is it another country?", place=there.in_words())

    def understood(heard: Heard) -> str | None:
        if heard.question or (heard.sure and heard.intent not in {"moved", "greeting", "thanks"}):
            return None
        return heard.text[:60]

    return _state(str(talk.answer(Question(STATE, WORDS, ask), understood=understood)))


def _state(answer: str) -> KnownPlace | None:
    """A state, in whatever spelling: `fl` alone is Florida here."""
    bare = answer.strip().strip(".!")
    return names_state(bare.upper() if len(bare) == 2 else answer) or known_place(answer)


def _there(talk: Talk, words: str) -> There:
    known = known_place(words)
    if known is not None and known.state == ABROAD:
        return There(words or None, zone=known.zone, abroad=True)
    district = district_named(talk, words)
    if district is not None:
        return There(words, district, talk.catalogue.zone(district.id))
    return There(words or None, zone=known.zone if known else None)


def _there_in(there: There, state: KnownPlace | None) -> There:
    if state is None:
        return there
    return There(there.place, there.district, state.zone, abroad=state.state == ABROAD)


def district_named(talk: Talk, words: str) -> Organization | None:
    """Return the district of ours that the name of a place means: not the Springfield of another state."""
    known = known_place(words)
    districts = talk.catalogue.districts
    named = [districts[index] for index in strongest(words, [names_of(district) for district in districts])]
    fitting = [district for district in named if known is None or _state_of(talk, district) in (None, known.state)]
    return fitting[0] if len(fitting) == 1 else None


def _state_of(talk: Talk, district: Organization) -> str | None:
    """The state that a district's program names: the Massachusetts Migrant Education Program."""
    known = names_state(talk.catalogue.lineage(district.id)[-1].name)
    return known.state if known else None


def _as_name(words: str) -> str:
    """With capitals where they typed none: Traverse City, Kennett Square PA."""
    if words != words.lower():
        return words
    name = words.split()
    return " ".join(
        word.upper() if place and len(word) == 2 and place == len(name) - 1 else word[:1].upper() + word[1:]
        for place, word in enumerate(name)
    )


# --- when -----------------------------------------------------------------------------------------------------------


def ask_when(talk: Talk, here: Here, told: ToldMove) -> Leaving:
    """> nos mudamos a Yuma   < ¿Cuándo se mudan? …   > el viernes · in October · ya   Not asked of who has moved."""
    if WHEN not in talk.place.answers and talk.place.may_overhear(WHEN):
        if told.when is not None:
            talk.place.overhear(WHEN, _kept(told.when.day, told.when.exact, there=told.when.day <= here.today))
        elif told.step in (Step.MOVED, Step.BACK):
            talk.place.overhear(WHEN, _kept(here.today, Exact.DAY, there=True))
    ask = _("When do you move? A day or a month, like Friday or October. If you are there already, write NOW.")

    def understood(heard: Heard) -> dict[str, Any] | None:
        return read_when(heard.text, here.today)

    def overheard(text: str) -> dict[str, Any] | None:
        day = told_day(text, here.today) if text != talk.place.opening else None
        return _kept(day.day, day.exact, there=day.day < here.today) if day else None

    kept = talk.answer(Question(WHEN, "date", ask), understood=understood, overheard=overheard)
    day = dt.date.fromisoformat(kept["on"]) if kept["on"] else None
    return Leaving(day, Exact(kept["exact"]), bool(kept["there"]))


def read_when(text: str, today: dt.date) -> dict[str, Any] | None:
    """Return an answer to "when?" as it is kept: a day, that they are there, or that they do not know."""
    told = told_day(text, today)
    if told is not None:
        return _kept(told.day, told.exact, there=told.day < today)
    if does_not_know(text):
        return _kept(None, Exact.DAY, there=False)
    return _kept(today, Exact.DAY, there=True) if is_there_already(text) else None


def _kept(day: dt.date | None, exact: Exact, *, there: bool) -> dict[str, Any]:
    return {"on": day and day.isoformat(), "exact": exact.value, "there": there}
