"""A question that we sent lies on top of one that the family was answering: which of the two does a text answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.heard import Heard
from bot.heard.answers import read
from bot.heard.waiting import Waiting
from bot.talk import WORDS

if TYPE_CHECKING:
    from bot.conversing import Turn


def fits_both(turn: Turn, heard: Heard) -> bool:
    """Whether a bare answer fits both: then they are asked. Of two of a kind the newer one is answered first."""
    if not _has_two(turn) or turn.caller.places[-2].conversation == turn.caller.places[-1].conversation:
        return False
    bare = len(heard.text.split()) <= 2 and heard.intent is None
    return bare and all(_reads(place.kind, heard.text, turn) for place in turn.caller.places[-2:])


def fits_only_below(turn: Turn, heard: Heard) -> bool:
    """Whether a text goes on with what they were answering: it may have been on its way when ours came."""
    if not _has_two(turn) or heard.question or heard.sure:
        return False
    below, ours = turn.caller.places[-2:]
    reads_ours = ours.kind == WORDS or _reads(ours.kind, heard.text, turn)
    return not reads_ours and _reads(below.kind, heard.text, turn)


def _has_two(turn: Turn) -> bool:
    return len(turn.caller.places) > 1 and turn.caller.places[-1].from_us


def _reads(kind: str, text: str, turn: Turn) -> bool:
    """Whether a text can answer a question of this kind; a number can answer any choice."""
    if not kind or kind == WORDS:
        return False
    as_kind = "number" if kind == "choice" else kind
    return read(Waiting(as_kind), text, today=turn.now.date()) is not None
