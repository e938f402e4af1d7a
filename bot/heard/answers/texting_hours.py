"""Between which hours our texts are welcome: `mejor despues de las 8`, `not in the morning`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.heard.answers import work_words as say
from bot.heard.answers.tokens import Token
from bot.heard.answers.work_clocks import plain, side, work_clocks

Clause = Sequence[Token]

_NOON, _EVENING = "12:00", "18:00"
_FROM = {"texts_afternoon": _NOON, "texts_evening": _EVENING}


@dataclass(frozen=True, slots=True)
class TextingHours:
    """The first and the last hour of our texts, as `HH:MM`."""

    not_before: str | None = None
    not_after: str | None = None


def texting_hours(texting: Sequence[Clause]) -> TextingHours:
    """The hours that the clauses about our texts set."""
    spans = [told for clause in texting if (told := span(clause))]
    if spans:
        return spans[-1]
    first = [hour for clause in texting if (hour := _first(clause))]
    last = [hour for clause in texting if (hour := _last(clause))]
    return TextingHours(first[-1] if first else None, last[-1] if last else None)


def span(clause: Clause) -> TextingHours | None:
    """`between 6 and 8 pm`."""
    words, times = plain(clause), work_clocks(clause)
    if len(times) != 2 or refuses(words) or say.has(say.WORK, words) or say.has(say.VERBS, words):
        return None
    first, last = times
    opened = set(words[max(0, first.start - 2) : first.start]) & say.BETWEEN
    if not opened or not set(words[first.end : last.start]) <= say.TO | say.AND:
        return None
    told = replace(first, part=first.part or (last.part if first.hour < last.hour else None))
    return TextingHours(told.at("after"), last.at("after"))


def _first(clause: Clause) -> str | None:
    words = plain(clause)
    sides, hint = (("before", "until"), "before") if refuses(words) else (("after",), "after")
    for clock in work_clocks(clause):
        if side(words, clock) in sides:
            return clock.at(hint)
    return None if work_clocks(clause) else _of_part(words)


def _of_part(words: list[str]) -> str | None:
    """`not in the morning` as not before noon; `not early` sets no hour."""
    parts = {match.meaning for match in say.TEXTS_PART.matches(words)}
    if refuses(words):
        early = any(match.meaning == "early" for match in say.PLAIN_SHIFTS.matches(words))
        return _NOON if parts == {"texts_morning"} and not early else None
    return min((_FROM[part] for part in parts), default=None) if parts and parts <= _FROM.keys() else None


def _last(clause: Clause) -> str | None:
    words = plain(clause)
    refusing = refuses(words)
    for clock in work_clocks(clause):
        told = side(words, clock)
        late = clock.part in ("pm", "afternoon", "evening") or (clock.exact and clock.hour > 12)
        if told == "after" if refusing else told == "until" or (told == "before" and late):
            return clock.at("after")
    return None


def refuses(words: list[str]) -> bool:
    """Whether these words say no, beside what only sounds so: `no problem`."""
    rest = list(words)
    for match in say.NO_MATTER.matches(words):
        rest[match.start : match.end] = [""] * match.length
    refusing = say.REFUSE & set(rest)
    if say.NO_IS_IN & set(words):
        refusing -= {"no"}
    return bool(refusing)
