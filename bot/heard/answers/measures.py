"""Numbers that measure something else than people, ages or grades: `i work til 1`, `15 minutos`, `$5`, `5pm`."""

from collections.abc import Sequence

from bot.heard.answers.numbers import Said
from bot.heard.answers.tokens import Token
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_LEXICON = load("answers_numbers")
_BEFORE = Vocabulary(all_languages(_LEXICON["hour_before"]), fuzzy_from=99)
_AFTER = Vocabulary(all_languages(_LEXICON["measured"]), fuzzy_from=99)
_MONTHS = frozenset(month for month, _ in by_meaning(load("answers_calendar")["months"]) if len(month) > 3)
_LONGEST_BEFORE = 3


def measures(one: Said, found: Sequence[Token], words: Sequence[str]) -> bool:
    """Whether this number is an hour, a price, a distance or a length of time, by what stands beside it."""
    if (
        _names_a_day(one, words)
        or "$" in found[one.start].before
        or (one.end < len(words) and _AFTER.at(words, one.end))
    ):
        return True
    return hour_before(words, one.start) is not None


def _names_a_day(one: Said, words: Sequence[str]) -> bool:
    """`el 5 de mayo`, `may 5`."""
    after = [word for word in words[one.end : one.end + 2] if word not in ("de", "of")]
    return bool(after) and after[0] in _MONTHS


def hour_before(words: Sequence[str], place: int) -> int | None:
    """Where `hasta la`, `a las`, `til` begins that ends at this place."""
    for start in range(max(0, place - _LONGEST_BEFORE), place):
        match = _BEFORE.at(words, start)
        if match and match.end == place:
            return start
    return None
