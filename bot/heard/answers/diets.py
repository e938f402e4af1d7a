"""What children may not or do not eat: `lupita cacahuates i puerco no comemos`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from bot.heard.answers.tokens import plain_words
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load
from bot.heard.sound import sound
from bot.heard.words import fold

LONGEST_WORDS = 60
"""Characters of the person's own words that are kept for food we do not know."""

_LEXICON = load("answers_foods")
_FOODS: Vocabulary[tuple[str, str]] = Vocabulary(
    [(phrase, ("allergy", food)) for phrase, food in by_meaning(_LEXICON["allergens"])]
    + [(phrase, ("no", food)) for phrase, food in by_meaning(_LEXICON["avoided"])],
    fuzzy_from=6,
)
_ALLERGY = Vocabulary(all_languages(_LEXICON["allergy_words"]))
_AVOID = Vocabulary(all_languages({"all": _LEXICON["avoid_words"]["all"]}))
_FAMILY = Vocabulary(all_languages({"all": _LEXICON["avoid_words"]["family"]}), fuzzy_from=99)
_NOTHING = Vocabulary(all_languages(_LEXICON["nothing"]))
_BARE_NO = frozenset({"no", "non", "nao", "n", "pa", "not"})
_IDLE = frozenset(_LEXICON["idle"]["all"])
_UNSURE = Vocabulary(all_languages(load("answers")["unsure"]), fuzzy_from=99)
_ASKS = Vocabulary(all_languages(_LEXICON["no_food"]) + all_languages(load("answers")["questions"]), fuzzy_from=99)
_FEW = 3
"""More words than these are a sentence about something else, unless they speak of eating or allergies."""
_CLAUSES = re.compile(
    r"[,.;\n!:+/]+|\b(?:y|i|e|ak|and|epi|pero|but|mas|men|ni|nem|tambien|también|também)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Diet:
    """Codes for each child, None for all of them: `allergy:peanut`, `no:pork`, `words:...`. Empty: no limits."""

    per_name: dict[str | None, list[str]]

    def plain(self) -> dict[str, list[str]]:
        """The same with `*` for all children."""
        return {called or "*": list(codes) for called, codes in self.per_name.items()}


@dataclass(slots=True)
class _Course:
    """What carries over from clause to clause: whom and in which way."""

    called: str | None = None
    mode: str | None = None
    per_name: dict[str | None, list[str]] = field(default_factory=dict)

    def add(self, called: str | None, code: str) -> None:
        """Note a code once."""
        codes = self.per_name.setdefault(called, [])
        if code not in codes:
            codes.append(code)


def diet(text: str, names: Sequence[str] = ()) -> Diet | None:
    """Who cannot eat what. An empty Diet where there is nothing; None for a question or a bare yes."""
    words = plain_words(text)
    if not words:
        return None
    if _NOTHING.whole(words):
        return Diet({})
    of_food = any(vocabulary.first(words) for vocabulary in (_FOODS, _ALLERGY, _AVOID))
    if _answered_first(text) and not of_food:
        return Diet({})
    if _UNSURE.at(words, 0) or ("?" in text and not _FOODS.first(words)):
        return None
    if not of_food and _ASKS.first(words):
        return Diet({}) if _NOTHING.at(words, 0) else None
    course = _Course()
    clauses = [clause for clause in _CLAUSES.split(text) if clause and plain_words(clause)]
    for clause in clauses:
        _hear(course, clause.strip(), names)
    if course.per_name:
        return Diet(course.per_name)
    return Diet({}) if _says_nothing(words, names) else None


def _answered_first(text: str) -> bool:
    """`no, pero puede llevar su lonche?`"""
    opening = re.split(r"[,.;\n]", text, maxsplit=1)
    return len(opening) > 1 and _NOTHING.whole(plain_words(opening[0])) is not None


def _says_nothing(words: Sequence[str], names: Sequence[str]) -> bool:
    """`no gracias ella come de todo`: nothing, in more words."""
    rest = [word for word in words if _called([word], names) is None]
    match = _NOTHING.at(rest, 0) if rest else None
    return bool(match) or (bool(rest) and _NOTHING.at(rest, len(rest) - 1) is not None)


def _hear(course: _Course, clause: str, names: Sequence[str]) -> None:
    words = plain_words(clause)
    called = _called(words, names)
    foods = [match.meaning for match in _FOODS.matches(_without_marks(words))]
    mode = _mode(words)
    if called is not None or (mode and _FAMILY.first(words)) or (foods and _FAMILY.first(words)):
        course.called = called
        course.mode = mode
    elif mode:
        course.mode = mode
    for default, food in foods:
        kind = course.mode or default
        course.add(course.called, f"{kind}:{food}")
    if not foods and not _NOTHING.first(words):
        _keep_words(course, clause, words, names)


def _without_marks(words: Sequence[str]) -> list[str]:
    """The words without those of eating and allergy, which nearly sound like food (`manje`, `mani`)."""
    rest = list(words)
    for vocabulary in (_AVOID, _ALLERGY):
        for match in vocabulary.matches(words):
            rest[match.start : match.end] = [""] * match.length
    return rest


def _mode(words: Sequence[str]) -> str | None:
    """`allergy`, `no`, or None where the clause has no such word."""
    avoid = _AVOID.first(words)
    allergy = _ALLERGY.first(words)
    if allergy and (not avoid or allergy.length >= avoid.length):
        return "allergy"
    return "no" if avoid or _refuses(words) else None


def _refuses(words: Sequence[str]) -> bool:
    """`no egg please`: a bare no right before the food."""
    return len(words) > 1 and words[0] in _BARE_NO and _FOODS.at(words, 1) is not None


def _keep_words(course: _Course, clause: str, words: Sequence[str], names: Sequence[str]) -> None:
    """Food that the lexicon does not know stays in the person's own words."""
    telling = [word for word in words if word not in _IDLE and _called([word], names) is None]
    marks = [vocabulary.first(telling) for vocabulary in (_ALLERGY, _AVOID)]
    told = len(telling) - sum(match.length for match in marks if match)
    about_food = any(marks) or told <= _FEW
    if told > 0 and about_food:
        course.add(course.called, f"words:{' '.join(clause.split())[:LONGEST_WORDS]}")


def _called(words: Sequence[str], names: Sequence[str]) -> str | None:
    """The child that a clause names, misspelt or not."""
    for called in names:
        wanted = fold(called).replace(" ", "")
        if wanted and any(_same_name(word, wanted) for word in words):
            return called
    return None


def _same_name(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    heard, shown = sound(word), sound(wanted)
    if len(heard) < 3 or len(shown) < 3:
        return False
    far = 1 if min(len(heard), len(shown)) >= 5 else 0
    return OSA.distance(heard, shown) <= far or _pet_name(word, wanted)


def _pet_name(word: str, wanted: str) -> bool:
    """`lupe` for Lupita."""
    return 4 <= len(word) <= 5 and len(wanted) >= 4 and word[:3] == wanted[:3] and word not in _FOODS
