"""A family's code as people type it, and the one thing about the family that has to come with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from bot.heard.lexicon import load
from bot.heard.mentions import strength
from bot.heard.words import words
from models.family import CODE_LETTERS, Student

LENGTH = 6
MOST_NAMED = 3
"""Words of a fact: a name or two. A list of names would be so many guesses in one text."""
_SOON = 4
"""Words within which they say that it is they who write: "hola soy la mamá de Ana"."""
_PART = re.compile(r"[A-Z0-9]+")
_EXAMPLE = re.compile(r"[A-Z]\d\d")
"""The codes of the example families."""
_LOOK_ALIKES = str.maketrans("0O1IUY", "QQLLVV")
"""What no code holds, and the letter of a code that it is taken for."""


def code_told(text: str) -> str | None:
    """The code in a text, however it is spaced and whatever stands around it; None: there is none."""
    parts = _PART.findall(text.upper())
    whole = "".join(parts)
    exact = (one for one in _together(parts) if set(one) <= set(CODE_LETTERS) and (not one.isdecimal() or one == whole))
    example = filter(_EXAMPLE.fullmatch, [*parts, whole])
    return next(exact, None) or next(example, None) or _misread(parts)


def _together(parts: Sequence[str]) -> Iterator[str]:
    """Neighbouring parts that make up a code's length."""
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            joined = "".join(parts[start:end])
            if len(joined) == LENGTH:
                yield joined


def _misread(parts: Sequence[str]) -> str | None:
    """A code with letters that no code holds: in one part, or in all that was written; it is no word nor a date."""
    for one in [*parts, "".join(parts)]:
        meant = one.translate(_LOOK_ALIKES)
        has_both = not one.isalpha() and not one.isdecimal()
        vowels = sum(letter in "OIUY" for letter in one)
        if len(one) == LENGTH and has_both and vowels <= 1 and set(meant) <= set(CODE_LETTERS):
            return meant
    return None


def has_none(text: str) -> bool:
    """Whether they say that they have no code, or do not know it any more."""
    none = _words("has_none")
    stems = tuple(word.removesuffix("*") for word in none if word.endswith("*"))
    return any(word in none or word.startswith(stems) for word in words(text))


def fact_told(text: str) -> str | None:
    """What a text tells about a family, without the words around it; None: nothing, or too much at once."""
    told = [word for word in words(text) if word not in _words("around_a_name")]
    return " ".join(told) if 0 < len(told) <= MOST_NAMED else None


def names_a_child(text: str, names: Iterable[str]) -> bool:
    """Whether a text names one of these children, however it is spelled: "la mama de veto", "nicos mom"."""
    called = tuple(names)
    owners = " ".join(word.removesuffix("s") for word in words(text))
    return bool(called) and strength(text, called) + strength(owners, called) > 0


def is_true(fact: str, students: Iterable[Student], year: int) -> bool:
    """Whether a fact is true of these students: a name, or an age where we know no name. `year`: the one that it is."""
    known = list(students)
    names = [(student.name, *student.name.split()) for student in known if student.name]
    if names:
        return any(names_a_child(fact, name) for name in names)
    ages = {one.age + more for one in known if one.age is not None for more in range(year - one.told_on.year + 1)}
    return any(word.isdecimal() and int(word) in ages for word in fact.split())


def speaks_of_own_family(text: str) -> bool:
    """Whether a text says who is writing by a child: "soy la mamá de Ana", "this is Ana's family"."""
    said = " ".join(words(text)[:_SOON])
    begins = any(f" {start} " in f" {said} " for start in _words("i_am"))
    return begins and any(word in _words("relatives") for word in words(text))


@cache
def _words(section: str) -> frozenset[str]:
    by_language: dict[str, list[str]] = load("family_code")[section]
    return frozenset(word for said in by_language.values() for word in said)
