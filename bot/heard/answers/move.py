"""What a family tells of a move: where to, about when, whether it is there already, back again, or stays after all.

`nos vamos el viernes pa washinton`, `ya estamos en Immokalee florida`, `nou pral deplase al Florid mwa pwochen`.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.heard.answers.move_when import ToldDay, is_of_time, told_day
from bot.heard.answers.tokens import Token, tokens
from bot.heard.lexicon import load
from bot.heard.places import is_abbreviation, known_place
from bot.heard.words import fold

LONGEST_PLACE = 60
_READ_CLOSELY = 320
"""How many letters of a text are read."""
_ARTICLES = frozenset({"la", "el", "los", "las", "the", "o"})
_KINDS = frozenset({"estado", "state", "eta", "pueblo", "town", "ciudad", "cidade", "vil", "condado"})
_MOST_WORDS = 5
"""Words of a place's name, its state included."""


class Step(enum.StrEnum):
    """How far a move is."""

    MOVED = "moved"
    """They are there."""
    MOVING = "moving"
    BACK = "back"
    """They are where they were before."""
    STAYING = "staying"
    """They do not move after all."""


@dataclass(frozen=True)
class ToldMove:
    """What was told; None is what was not. `where` is in the family's words."""

    where: str | None = None
    when: ToldDay | None = None
    step: Step | None = None


def read_move(text: str, today: dt.date) -> ToldMove | None:
    """Return what a text tells of a move; None where it tells nothing. `today` is the day "tomorrow" counts from."""
    text = text[:_READ_CLOSELY]
    when = told_day(text, today)
    step = _step(text, when, today)
    where = None if step is Step.STAYING else read_place(text)
    told = ToldMove(where, None if step is Step.STAYING else when, step)
    return told if told != ToldMove() else None


def read_place(text: str, *, answers: bool = False) -> str | None:
    """Return the place that a text names, as it is written there.

    `answers`: the text answers "where to?", so that all of it may be the place.
    """
    named = [run for run in _runs(text) if run.is_place]
    known = [run for run in named if known_place(run.text) is not None]
    best = next(iter(known or named), None)
    if best is None and answers:
        return _whole(text)
    return best.text[:LONGEST_PLACE] if best else None


def is_there_already(text: str) -> bool:
    """Whether an answer to "when?" is that they have moved: `ya`, `we are there`."""
    return fold(text) in _set("already") or _first(r"moved", fold(text)) is not None


def stays_in_town(text: str) -> bool:
    """Whether only the house is another one: `misma ciudad`, `aqui mismo`."""
    return _first("same_town", fold(text)) is not None


def does_not_know(text: str) -> bool:
    """Whether somebody does not know yet where or when."""
    return fold(text) in _set("unknown") | frozenset(map(fold, load("answers_choices")["same"]["dont_know"]))


# --- where ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    """Words in a row that may name a place, and what stands before them."""

    text: str
    after_verb: bool

    @property
    def is_place(self) -> bool:
        """After a verb alone (`nou pral Florid`) only what we know is a place."""
        return not self.after_verb or known_place(self.text) is not None


def _runs(text: str) -> Iterator[_Run]:
    """What may be the place they move to, in the order written."""
    found = tokens(text)
    words = [token.plain for token in found]
    to, verbs, away = _set("to"), _set("after_verb"), _set("from")
    for place in range(len(words)):
        before = words[place - 1] if place else ""
        if before in away or (before not in to and before not in verbs) or _is_no_more(words[: place - 1]):
            continue
        run = _run_from(found, words, place)
        if run:
            yield _Run(_as_written(run), after_verb=before not in to)


def _run_from(found: Sequence[Token], words: Sequence[str], start: int) -> list[Token]:
    """The words of a name from here on: up to a word about time, a verb, the end of the sentence."""
    run: list[Token] = []
    if words[start] in (_set("to") | _beyond_a_name()) - _ARTICLES:
        return run
    for place in range(start, len(words)):
        token = found[place]
        if token.figure is not None or (run and _ends_sentence(token)):
            break
        if is_of_time(words, place) and not _completes_a_name(run, token):
            break
        inside = _is_state_at_the_end(words, place, run) or _goes_on_inside(words, place)
        if len(run) == _MOST_WORDS or (run and words[place] in _beyond_a_name() and not inside):
            break
        run.append(token)
    return _without_what_tells_nothing(run)


@cache
def _beyond_a_name() -> frozenset[str]:
    return _set("ends") | _set("from") | _set("after_verb")


def _completes_a_name(run: Sequence[Token], token: Token) -> bool:
    """`Fort Myers`, though `myers` may be a misspelt Wednesday."""
    return bool(run) and known_place(_as_written(run)) is None and known_place(_as_written([*run, token])) is not None


def _without_what_tells_nothing(run: list[Token]) -> list[Token]:
    """`la florida` is Florida; `la casa` is no place at all; but `New Bedford` stays whole."""
    if all(token.plain in _set("no_place") for token in run) and known_place(_as_written(run)) is None:
        return []
    while run[0].plain in _ARTICLES | _KINDS and _is_same_place(run[1:], run):
        run = run[1:]
    return run


def _is_same_place(less: Sequence[Token], whole: Sequence[Token]) -> bool:
    place = known_place(_as_written(less))
    return place is not None and place == known_place(_as_written(whole))


def _ends_sentence(token: Token) -> bool:
    """A comma stands between a town and its state as well."""
    return any(mark in token.before for mark in ".;!?¡¿()\n")


def _is_state_at_the_end(words: Sequence[str], place: int, run: Sequence[Token]) -> bool:
    """`Kennett Square pa`: two letters behind a name, with nothing but a day behind them."""
    if not run or not is_abbreviation(words[place]):
        return False
    rest = place + 1
    return rest == len(words) or (words[place] not in _set("ends") and is_of_time(words, rest) > 0)


def _goes_on_inside(words: Sequence[str], place: int) -> bool:
    return " ".join(words[place : place + 2]) in _set("inside") or " ".join(words[place - 1 : place + 1]) in _set(
        "inside"
    )


def _is_no_more(before: Sequence[str]) -> bool:
    """Whether the words before a place say that they are there no longer: `ya no estamos en …`."""
    return any(
        re.search(rf"\b{pattern}", " ".join([*before[-4:], ""])) for pattern in load("moves")["no_more"]["patterns"]
    )


def _as_written(run: Sequence[Token]) -> str:
    return "".join(("" if place == 0 else token.before) + token.raw for place, token in enumerate(run)).strip()


def _whole(text: str) -> str | None:
    """An answer that is nothing but the place. One with a number is an address, which we do not keep."""
    said = tokens(text)
    words = [token.plain for token in said]
    nothing = _set("no_place") | _set("ends")
    telling = [word for place, word in enumerate(words) if word not in nothing and not is_of_time(words, place)]
    if not telling or len(said) > _MOST_WORDS + 1 or any(token.figure is not None for token in said):
        return None
    return _as_written(said)[:LONGEST_PLACE]


# --- whether they are there -----------------------------------------------------------------------------------------


def _step(text: str, when: ToldDay | None, today: dt.date) -> Step | None:
    said = fold(text)
    if _first("staying", said) is not None:
        return Step.STAYING
    back = _first("back", said) is not None
    if when is not None and when.day > today:
        return Step.MOVING
    if when is not None and when.day < today:
        return Step.BACK if back else Step.MOVED
    moved, moving = _first("moved", said), _first("moving", said)
    if back and (moving is None or moved is not None):
        return Step.BACK
    if moved is not None and (moving is None or moved <= moving):
        return Step.MOVED
    return Step.MOVING if moving is not None else None


def _first(step: str, said: str) -> int | None:
    """Where a text first has words of a step."""
    found = _pattern(step).search(said)
    return found.start() if found else None


@cache
def _pattern(step: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(load('moves')['tells'][step])})")


@cache
def _set(section: str) -> frozenset[str]:
    return frozenset(fold(word) for word in load("moves")[section]["all"])
