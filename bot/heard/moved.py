"""Whether a text tells of a move for farm, fishing or packing work, in the family's own words."""

from __future__ import annotations

import re

from bot.heard.lexicon import load
from bot.heard.words import fold


def moved_for_work(text: str) -> str | None:
    """`yes` where the words are clear (a move, and the work), `unsure` where they say so, else None."""
    said = fold(text)
    words = load("moved_for_work")
    if _holds(said, words["not_sure"]):
        return "unsure"
    if _holds(said, words["never"]):
        return "no"
    return "yes" if _holds(said, words["move"]) and _holds(said, words["work"]) else None


def _holds(said: str, phrases: list[str]) -> bool:
    return re.search(rf"\b(?:{'|'.join(phrases)})\b", said) is not None
