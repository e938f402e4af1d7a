"""School grades: -1 pre-K, 0 kindergarten, 1 to 12."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.heard.answers.measures import measures
from bot.heard.answers.numbers import WEAK_HOURS, Said, believed, is_number_word, numbers_said
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages
from bot.heard.lexicon import load

HIGHEST = 12

_LEXICON = load("answers_children")
_GRADES: Vocabulary[int] = Vocabulary(
    (phrase, int(grade)) for grade, phrases in _LEXICON["grades"].items() for phrase in phrases
)
_SPELLED = {word: int(grade) for grade, spelled in _LEXICON["spelled_grades"].items() for word in spelled}
_ORDINALS: Vocabulary[int] = Vocabulary(
    (phrase, int(grade)) for grade, phrases in _LEXICON["ordinals"].items() for phrase in phrases
)
_LEVELS: Vocabulary[int] = Vocabulary(
    (phrase, int(offset)) for offset, phrases in _LEXICON["school_levels"].items() for phrase in phrases
)
_ENDINGS = frozenset(_LEXICON["ordinal_endings"]["all"])
_BEFORE = Vocabulary([(phrase, True) for phrase in _LEXICON["grade_words"]["before"]], fuzzy_from=99)
_AFTER = Vocabulary([(phrase, True) for phrase in _LEXICON["grade_words"]["after"]])
_IN_A_YEAR = frozenset({"no", "nan", "na"})
_YEARS = frozenset(_LEXICON["grade_words"]["years"])
_AGE_AFTER = Vocabulary([(phrase, True) for phrase in _LEXICON["age_words"]["after"]], fuzzy_from=99)
_QUESTIONS = Vocabulary(all_languages(load("answers")["questions"]), fuzzy_from=99)
_FIRST_NAMES = frozenset(_LEXICON["double_names"]["first"] + _LEXICON["double_names"]["second"])
_SMALL_WORDS = frozenset({"de", "di", "d", "la", "el", "in", "of", "do", "da", "en", "a", "al", "the"})


class GradeSaid(NamedTuple):
    """A grade and the tokens that said it."""

    grade: int
    start: int
    end: int


def _ordinal(found: Sequence[Token], words: Sequence[str], place: int) -> tuple[int, int] | None:
    """`tercero`, `3ro`, `3 rd`: the value and the place after it."""
    figure = found[place].figure
    after = place + 1
    ending = words[after] if figure is not None and after < len(found) else ""
    apart_is_a_word = len(ending) < 2 or ending in ("no", "do", "da", "to", "em", "mo", "ta", "ra")
    if figure is not None and ending in _ENDINGS and (found[after].glued or not apart_is_a_word):
        return figure, after + 1
    other = is_number_word(words[place]) or words[place] in _QUESTIONS or words[place] in _FIRST_NAMES
    match = None if other else _ORDINALS.at(words, place)
    return (match.meaning, match.end) if match else None


def _level(words: Sequence[str], place: int) -> tuple[int, int] | None:
    """`de secundaria` right after a number: what it adds, and the place after it."""
    while place < len(words) and words[place] in _SMALL_WORDS:
        place += 1
    match = _LEVELS.at(words, place) if place < len(words) else None
    return (match.meaning, match.end) if match else None


def _after_ordinal(words: Sequence[str], value: int, start: int, end: int) -> GradeSaid | None:
    level = _level(words, end)
    if level:
        value, end = value + level[0], level[1]
    elif end < len(words) and (words[end] in _YEARS or _AFTER.at(words, end)):
        end += 1
        level = _level(words, end)
        value, end = (value + level[0], level[1]) if level else (value, end)
    return GradeSaid(value, start, end) if 1 <= value <= HIGHEST else None


def _level_first(found: Sequence[Token], words: Sequence[str], place: int) -> GradeSaid | None:
    """`secundaria 1`, `prepa segundo`."""
    match = _LEVELS.at(words, place)
    if not match or match.end >= len(words):
        return None
    ordinal = _ordinal(found, words, match.end)
    figure = found[match.end].figure
    if ordinal is None and figure is not None and not _is_age(words, match.end + 1):
        ordinal = figure, match.end + 1
    value = ordinal[0] + match.meaning if ordinal else 0
    return GradeSaid(value, place, ordinal[1]) if ordinal and 1 <= value <= HIGHEST else None


def _is_age(words: Sequence[str], place: int) -> bool:
    return place < len(words) and _AGE_AFTER.at(words, place) is not None


def _marked(found: Sequence[Token], words: Sequence[str]) -> GradeSaid | None:
    """A number with a grade word beside it: `ba en 3`, `grade 4`, `4 grado`."""
    for said in numbers_said(found):
        level = None if said.weak and words[said.start] not in WEAK_HOURS else _level(words, said.end)
        if level and 1 <= said.value + level[0] <= HIGHEST:
            return GradeSaid(said.value + level[0], said.start, level[1])
        if not 1 <= said.value <= HIGHEST or said.weak:
            continue
        after = _AFTER.at(words, said.end) if said.end < len(words) else None
        if after and not (after.length == 1 and after.end < len(words) and found[after.end].figure is not None):
            return GradeSaid(said.value, said.start, after.end)
        if _in_a_year(words, said):
            return GradeSaid(said.value, said.start - 1, said.end + 1)
        before = _before(words, said.start)
        if before is not None and not _is_age(words, said.end):
            return GradeSaid(said.value, before, said.end)
    return None


def _in_a_year(words: Sequence[str], said: Said) -> bool:
    """`ta no 5 ano`: a year that one is in, where an age would be years (`tem 5 anos`)."""
    after = words[said.end] if said.end < len(words) else ""
    return said.start > 0 and words[said.start - 1] in _IN_A_YEAR and after in _YEARS and said.value > 1


def _before(words: Sequence[str], place: int) -> int | None:
    """Where the grade words that end at this place begin."""
    for start in range(max(0, place - 3), place):
        match = _BEFORE.at(words, start)
        if match and match.end == place:
            return start
    return None


def grade_said(found: Sequence[Token]) -> GradeSaid | None:
    """The first grade that is told as one; a bare figure is none."""
    words = [token.plain for token in found]
    for place in range(len(words)):
        if words[place] in _SPELLED:
            return GradeSaid(_SPELLED[words[place]], place, place + 1)
        match = _GRADES.at(words, place)
        if match and not (words[place] == "k" and len(words) > place + 1 and words[place + 1] in ("tiene", "va")):
            return GradeSaid(match.meaning, match.start, match.end)
        if said := _level_first(found, words, place):
            return said
        ordinal = _ordinal(found, words, place)
        if ordinal and (said := _after_ordinal(words, ordinal[0], place, ordinal[1])):
            return said
    return _marked(found, words)


def grade(text: str) -> int | None:
    """The grade a text tells: `3ro`, `va en segundo`, `kinder`, `freshman`, `8`."""
    found = tokens(text)
    told = grade_said(found)
    if told:
        return told.grade
    words = [token.plain for token in found]
    said = [one for one in believed(numbers_said(found), found) if not measures(one, found, words)]
    if len(said) == 1 and 1 <= said[0].value <= HIGHEST:
        return None if _is_age(words, said[0].end) and words[said[0].end] not in _YEARS else said[0].value
    return None
