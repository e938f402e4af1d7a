"""A child in one text: age, grade and name in any order, and several children at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.heard.answers.grades import grade_said
from bot.heard.answers.measures import hour_before, measures
from bot.heard.answers.names import after_cue, cues, is_name, name, spelt
from bot.heard.answers.numbers import Said, is_number_word, numbers_said
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load

OLDEST = 25
"""Nobody older is a child here; a larger number is something else."""

_LEXICON = load("answers_children")
_AFTER = Vocabulary(all_languages({"all": _LEXICON["age_words"]["after"]}), fuzzy_from=99)
_MONTHS = frozenset(_LEXICON["months"]["all"])
_AGO = frozenset(_LEXICON["months"]["ago"])
_WEEKS = frozenset(_LEXICON["months"]["weeks"])
_NEWBORN = Vocabulary(all_languages({"all": _LEXICON["months"]["newborn"]}))
_AHEAD = Vocabulary(all_languages({"all": _LEXICON["birthday_ahead"]["all"]}), fuzzy_from=6)
_HALVES = Vocabulary(all_languages(_LEXICON["halves"]), fuzzy_from=99)
_TWINS = Vocabulary(all_languages(_LEXICON["twins"]))
_LEX = load("answers")
_BOTH = Vocabulary(all_languages({"all": [p for p in _LEX["number_phrases"]["2"] if " " in p or len(p) > 3]}))
_COUNTED = Vocabulary(all_languages(_LEX["counted"]))
_JOINS = frozenset(_LEX["joins"]["all"])
_NOT_GRADE_BEFORE = frozenset({"el", "la", "o", "a", "the", "mi", "lo", "my"})
_GRADE_BEFORE = frozenset({"en", "va", "ba", "in", "no", "na", "nan", "al", "a", "pasa", "entra"})
_OF = frozenset({"una", "uno", "um", "uma", "one", "youn", "de", "of", "con", "com", "with", "ki", "aged"})
_PEOPLE_BEFORE = frozenset({"somos", "seremos", "were"})
_HAS = frozenset({"is", "tiene", "tem", "gen", "shes", "hes", "turned"})
_MOST_WORDS_FOR_BARE_NAME = 7


@dataclass(slots=True)
class _Reading:
    """A text being read: which tokens are already understood, the ages left, and a grade."""

    found: Sequence[Token]
    words: list[str]
    taken: set[int] = field(default_factory=set)
    ages: list[tuple[int, int]] = field(default_factory=list)
    """(age, place)"""
    ahead: int | None = None
    grade: int | None = None
    each: int = 1

    def take(self, start: int, end: int) -> None:
        """Mark tokens as understood."""
        self.taken.update(range(start, end))


def _read(text: str) -> _Reading:
    found = tokens(text)
    reading = _Reading(found, [token.plain for token in found])
    _take_halves(reading)
    _take_grade(reading)
    _take_both(reading)
    for start, end in cues(reading.words):
        reading.take(start, end)
    _take_ages(reading)
    return reading


def _take_halves(reading: _Reading) -> None:
    for match in _HALVES.matches(reading.words):
        slash = match.length == 2 and reading.words[match.start] == "1"
        if not slash or reading.found[match.start + 1].before == "/":
            reading.take(match.start, match.end)
    for place, token in enumerate(reading.found):
        fraction = token.before in (".", ",") and token.raw in ("5", "25", "75")
        if place and fraction and reading.found[place - 1].figure is not None:
            reading.take(place, place + 1)


def _take_grade(reading: _Reading) -> None:
    said = grade_said(reading.found)
    if not said:
        return
    before = reading.words[said.start - 1] if said.start else ""
    earlier = reading.words[said.start - 2] if said.start > 1 else ""
    one_word = said.end == said.start + 1 and said.grade > 0
    if one_word and before in _NOT_GRADE_BEFORE and earlier not in _GRADE_BEFORE:
        reading.take(said.start, said.end)
        return
    if not set(range(said.start, said.end)) & reading.taken:
        reading.grade = said.grade
        reading.take(said.start, said.end)


def _take_both(reading: _Reading) -> None:
    both = _BOTH.first(reading.words)
    twins = _TWINS.first(reading.words)
    if both and not {both.start} & reading.taken:
        reading.take(both.start, both.end)
    if twins:
        reading.take(twins.start, twins.end)
    reading.each = 2 if both or twins else 1


def _take_ages(reading: _Reading) -> None:
    newborn = _NEWBORN.first(reading.words)
    if newborn:
        reading.take(newborn.start, newborn.end)
        reading.ages.append((0, newborn.start))
    for said in numbers_said(reading.found):
        if said.start in reading.taken or said.end - 1 in reading.taken:
            continue
        before = reading.words[said.start - 1] if said.start else ""
        if before in _PEOPLE_BEFORE or measures(said, reading.found, reading.words):
            reading.take(hour_before(reading.words, said.start) or said.start, said.end)
            continue
        following = _after(reading, said)
        told_ago = said.end + 1 < len(reading.words) and reading.words[said.end + 1] in _AGO
        if (following in _MONTHS or following in _WEEKS) and not told_ago:
            _take_months(reading, said, weeks=following in _WEEKS)
        elif (not said.weak or _tells_years(reading, said)) and said.value <= OLDEST:
            _take_age(reading, said)


def _after(reading: _Reading, said: Said) -> str:
    return reading.words[said.end] if said.end < len(reading.words) else ""


def _tells_years(reading: _Reading, said: Said) -> bool:
    return (
        _only_numbers(reading)
        or _after_has(reading, said)
        or (said.end < len(reading.words) and _AFTER.at(reading.words, said.end) is not None)
    )


def _after_has(reading: _Reading, said: Said) -> bool:
    """`she is ten`, `tiene once`, with nothing that it counts."""
    before = reading.words[said.start - 1] if said.start else ""
    following = _after(reading, said)
    return before in _HAS and (not following or following in _JOINS or reading.found[said.end].before.strip() != "")


def _only_numbers(reading: _Reading) -> bool:
    """`kat`, `kat ak sis`: number words that mean other things too, with nothing else beside them."""
    return all(is_number_word(word) or word in _JOINS for word in reading.words)


def _take_months(reading: _Reading, said: Said, *, weeks: bool) -> None:
    """Months are an age of their own unless they follow years (`1 ano y 3 meses`)."""
    reading.take(said.start, said.end + 1)
    follows_years = bool(reading.ages) and said.start - reading.ages[-1][1] <= 3 and said.value < 12
    if not follows_years and said.value <= 12 * OLDEST:
        reading.ages.append((0 if weeks else said.value // 12, said.start))


def _take_age(reading: _Reading, said: Said) -> None:
    if _birthday_ahead(reading, said.start):
        if not reading.ages or reading.ages[-1][0] + 1 != said.value:
            reading.ages.append((max(0, said.value - 1), said.start))
    else:
        reading.ages.append((said.value, said.start))
    match = _AFTER.at(reading.words, said.end) if said.end < len(reading.words) else None
    reading.take(said.start, match.end if match else said.end)


def _birthday_ahead(reading: _Reading, place: int) -> bool:
    """Whether `cumple`, `almost`, `va a cumplir los` stands before: the age is one less today."""
    if place and reading.words[place - 1] in ("los", "sus", "a"):
        place -= 1
    for start in range(max(0, place - 3), place):
        match = _AHEAD.at(reading.words, start)
        if match and match.end == place:
            weak = reading.words[start] == "para" and match.length == 1
            if not weak or reading.ages:
                reading.take(start, place)
                return True
    return False


def _names(reading: _Reading) -> list[tuple[str, int]]:
    """Runs of words that nothing else explains, as (name, place)."""
    runs: list[list[int]] = []
    for place, token in enumerate(reading.found):
        if place in reading.taken or not is_name(token):
            continue
        joined = bool(runs) and runs[-1][-1] == place - 1 and not set(token.before) & set(",.;:\n")
        if joined:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [(spelt([reading.found[place] for place in run]), run[0]) for run in runs if len(run) <= 4]


def _one_name(text: str, reading: _Reading) -> str | None:
    if not reading.ages and reading.grade is None:
        return name(text)
    start = after_cue(reading.words)
    names = _names(reading)
    if start is not None and (named := [one for one, place in names if place == start]):
        return named[0]
    short = len(reading.words) <= _MOST_WORDS_FOR_BARE_NAME
    return names[0][0] if len(names) == 1 and short else None


def child(text: str) -> dict[str, Any] | None:
    """What a text tells of one child, any of `age`, `grade`, `name`; None if nothing, or of several."""
    reading = _read(text)
    if len(reading.ages) > 1:
        return None
    told: dict[str, Any] = {"age": reading.ages[0][0]} if reading.ages else {}
    if reading.grade is not None:
        told["grade"] = reading.grade
    if called := _one_name(text, reading):
        told["name"] = called
    return told or None


def age(text: str) -> dict[str, Any] | None:
    """As `child`, but only where the age is told: `8 ba en 3`, `4 la lupita`, `18 meses`."""
    told = child(text)
    return told if told and "age" in told else None


def ages(text: str) -> list[dict[str, Any]] | None:
    """Every child's age in one text, with names and grades where they stand beside: `beto 8 i lupita 4`."""
    reading = _read(text)
    _drop_count(reading)
    if not reading.ages:
        return None
    if len(reading.ages) == 1:
        told = age(text) or {"age": reading.ages[0][0]}
        return [dict(told) for _ in range(reading.each)] if reading.each > 1 else [told]
    children: list[dict[str, Any]] = [{"age": years} for years, _ in reading.ages]
    for index, called in _placed_names(reading).items():
        children[index]["name"] = called
    return children


def _drop_count(reading: _Reading) -> None:
    """`3: 5, 7 y 9`, `2 ninos 8 y 6`: the first number counts the others."""
    if _several_of_one_age(reading):
        reading.each = reading.ages.pop(0)[0]
    if len(reading.ages) < 3 or reading.ages[0][0] != len(reading.ages) - 1:
        return
    place = reading.ages[0][1] + 1
    counted = place < len(reading.words) and _COUNTED.at(reading.words, place) is not None
    rest = [years for years, _ in reading.ages[1:]]
    listed = reading.words[place] in _OF or any(mark in reading.found[place].before for mark in ":.(")
    if counted or (len(rest) >= 2 and listed):
        reading.ages.pop(0)


def _several_of_one_age(reading: _Reading) -> bool:
    """`dos de 6`."""
    if len(reading.ages) != 2 or not 2 <= reading.ages[0][0] <= 4:
        return False
    first, second = (place for _, place in reading.ages)
    return second == first + 2 and reading.words[first + 1] in ("de", "of", "com", "con")


def _placed_names(reading: _Reading) -> dict[int, str]:
    """Which child each name belongs to: names stand before all the ages, or after all of them."""
    names = _names(reading)
    if len(names) > len(reading.ages) or not names:
        return {}
    places = [place for _, place in reading.ages]
    leading = names[0][1] < places[0]
    placed: dict[int, str] = {}
    for called, at in names:
        if leading:
            index = sum(place < at for place in places)
        else:
            index = sum(place < at for place in places) - 1
        if 0 <= index < len(places):
            placed.setdefault(index, called)
    return placed
