"""The ride: whether they need it, which stop, and who brings the children there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.enrolling import Child
from bot.conversations.offerings import Offering
from bot.heard import Heard
from bot.heard.mentions import strength
from bot.talk import Choice, Question, Talk
from bot.wording import relation
from locales import _, n_
from models.program import Stop
from notifications.program_words import stop_in_words, yes_or_no

UNKNOWN_STOP = "unknown"


@dataclass(frozen=True)
class Ride:
    """What a family said about the ride. `stop` is the name of a stop, None where they did not know one."""

    needed: bool
    stop: str | None = None
    hand_over: str | None = None


def ask_ride(talk: Talk, offering: Offering, children: list[Child]) -> Ride:
    """> 1   < ¿Cuál parada? 1 Gerena 5:50am …   > brigwud   < Brightwood, 6:00am. Si usted ya salió, ¿quién …"""
    myself = any(child.is_writing for child in children)
    theirs = n_("Does your child need the bus?", "Do they need the bus?", len(children))
    stops = stops_of(offering)
    if not needs_ride(talk, stops, ask=_("Do you need the bus?") if myself else theirs):
        return Ride(needed=False)
    stop = which_stop(talk, stops)
    by_hand = "hand_over" in offering.first.asks and not myself
    hand_over = _ask_hand_over(talk, len(children)) if by_hand else None
    return Ride(needed=True, stop=stop.name if stop else None, hand_over=hand_over)


def stops_of(offering: Offering) -> dict[str, Stop]:
    """The stops of an offering by name: its programs share one bus."""
    return {stop.name: stop for program in offering.programs for stop in program.stops}


def needs_ride(talk: Talk, stops: dict[str, Stop], *, ask: str) -> bool:
    """Whether they need it; who names a stop instead of answering does."""
    names = [name for stop in stops.values() for name in (stop.name, *stop.also_known_as)]

    def understood(heard: Heard) -> bool | None:
        if isinstance(heard.answer, bool) or heard.question:
            return heard.answer if isinstance(heard.answer, bool) else None
        return True if strength(heard.text, names) else None

    return bool(talk.answer(Question("ride", "yes_no", f"{ask} {yes_or_no()}"), understood=understood))


def which_stop(talk: Talk, stops: dict[str, Stop]) -> Stop | None:
    """The stop they choose, or have named already; None where they do not know one."""
    if len(stops) <= 1:
        return next(iter(stops.values()), None)
    choices = [Choice(stop.name, stop_in_words(stop), (stop.name, *stop.also_known_as)) for stop in stops.values()]
    asked = [*choices, Choice(UNKNOWN_STOP, _("I don't know"))]
    named = talk.taken if "ride" in talk.just_answered else ""
    clear = [stop.name for stop in stops.values() if strength(named, (stop.name, *stop.also_known_as))]
    if len(clear) == 1 and "stop" not in talk.place.answers:
        talk.place.overhear("stop", clear)
        talk.just_answered.add("stop")
    chosen = talk.choose("stop", asked, ask=_("Which stop?"))
    stop = stops.get(chosen)
    talk.acknowledge("stop", f"{stop_in_words(stop)}." if stop else _("We will tell you which stop is closest."))
    return stop


def hand_over_in_words(talk: Talk, *, ask: str) -> str:
    """Ask who brings the child; as a relation to the child, or in the family's own words (60 letters)."""
    return talk.words("hand over", ask=ask, kind="relation", most=60)


def _ask_hand_over(talk: Talk, children: int) -> str:
    ask = n_(
        "If you have left already, who takes your child to the bus? Example: grandmother, neighbor",
        "If you have left already, who takes them to the bus? Example: grandmother, neighbor",
        children,
    )
    told = hand_over_in_words(talk, ask=ask)
    talk.acknowledge("hand over", _("Noted: %(who)s.", who=relation(told)))
    return told
