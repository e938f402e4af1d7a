"""Pointing at a list: `2`, `la 1`, `#3`, `el segundo`, `1 y 2`, `la ultima`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.heard.answers.numbers import Said, numbers_said
from bot.heard.answers.tokens import Token
from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load

_LEXICON = load("answers_choices")
_LAST = Vocabulary(all_languages(_LEXICON["last"]))
_POINTING = frozenset(_LEXICON["pointing"]["all"])
_ORDINALS: Vocabulary[int] = Vocabulary(
    ((phrase, int(place)) for place, phrases in load("answers_children")["ordinals"].items() for phrase in phrases),
    fuzzy_from=7,
)
_LEX = load("answers")
_JOINS = frozenset(_LEX["joins"]["all"]) - {"pero", "mas", "but", "men"}
_NOT_THIS = frozenset(_LEXICON["not_this"]["all"])
_LISTING = _JOINS | {"la", "el", "a", "o", "the", "los", "las", "os", "as", "#", "numero", "opcion"}
_COUNTED = Vocabulary(all_languages(_LEX["counted"]))
_BETWEEN = frozenset({"o", "u", "or", "ou", "oswa"})
_OF_HOURS = frozenset({"las", "alas", "as", "at", "apre", "anvan", "avan", "after", "before", "das"})


class Mention(NamedTuple):
    """Something in the text that points at an option (from 1): the tokens it took and how surely, 0 to 1."""

    option: int
    start: int
    end: int
    strength: float
    leads: bool = False
    """A number that opens the text: what follows is something else (`1 quanto custa?`)."""


def pointed(found: Sequence[Token], words: Sequence[str], count: int) -> list[Mention]:
    """Figures and ordinals that name a place in the list, even one beyond its end."""
    mentions = [_last(match.start, match.end, count) for match in _LAST.matches(words)]
    mentions += [
        Mention(match.meaning, match.start, match.end, 1.0, _only_pointing(words[: match.start]))
        for match in _ORDINALS.matches(words)
    ]
    said = [one for one in numbers_said(found) if _may_point(one, found, words)]
    leading = bool(said) and _only_pointing(words[: said[0].start])
    if leading and said:
        run = _run(said, words)
        mentions += [Mention(one.value, one.start, one.end, 1.0, leads=len(run) == 1) for one in run]
    elif len(said) == 1 and (_is_pointed(said[0], words) or said[0].end == len(words)):
        mentions.append(Mention(said[0].value, said[0].start, said[0].end, 1.0))
    return mentions


def _last(start: int, end: int, count: int) -> Mention:
    return Mention(count, start, end, 1.0)


def _only_pointing(before: Sequence[str]) -> bool:
    return all(word in _POINTING for word in before)


def _is_pointed(one: Said, words: Sequence[str]) -> bool:
    return one.start > 0 and words[one.start - 1] in _POINTING


def _may_point(one: Said, found: Sequence[Token], words: Sequence[str]) -> bool:
    """No hour with minutes, no count of people, no word that mostly is something else in a longer text."""
    if one.weak and (len(words) > 2 or (words[one.start] in ("en", "de") and len(words) > 1)):
        return False
    if one.start and words[one.start - 1] in _OF_HOURS:
        return False
    if one.end < len(found):
        token = found[one.end]
        if token.figure is not None and token.before in (":", ".", "h"):
            return False
        if token.plain in ("am", "pm", "h", "horas") or _COUNTED.at(words, one.end):
            return False
    return not (one.start and found[one.start].before in (":", ".", "/") and found[one.start - 1].figure is not None)


def _run(said: Sequence[Said], words: Sequence[str]) -> list[Said]:
    """The first number and those that are listed with it: `1 y 2`, `1, 3`."""
    run = [said[0]]
    for one in said[1:]:
        between = words[run[-1].end : one.start]
        if set(between) & _BETWEEN and len(between) <= 2 and not set(between) & {"la", "el"}:
            run.append(one)
            break
        if not set(between) <= _LISTING | _NOT_THIS:
            break
        run.append(one)
    return run


def listed(found: Sequence[Token], words: Sequence[str], mentions: Sequence[Mention]) -> bool:
    """Whether the text is a list of mentions and nothing else: `beto y lupita`, `1, 2 y 3`, `1 3`."""
    named = {place for one in mentions for place in range(one.start, one.end)}
    if any(word not in _LISTING and word not in _POINTING for place, word in enumerate(words) if place not in named):
        return False
    return all(_side_by_side(found, words, one, other) for one, other in pairwise(mentions))


def _side_by_side(found: Sequence[Token], words: Sequence[str], one: Mention, other: Mention) -> bool:
    between = set(words[one.end : other.start])
    parted = found[other.start].before
    if "-" in parted or (between & _BETWEEN and not between & _JOINS):
        return False
    both_figures = found[one.start].figure is not None and found[other.start].figure is not None
    return between <= _LISTING and bool(between & _JOINS or set(",;+&/\n") & set(parted) or both_figures)
