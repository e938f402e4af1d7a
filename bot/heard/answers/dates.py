"""Days: `mañana`, `el sabado`, `12 de enero`, `next friday`, `16/1`. The coming one where no year is told."""

import datetime as dt
from collections.abc import Sequence

from bot.heard.answers.numbers import WEAK_HOURS, Said, numbers_said
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_LEXICON = load("answers_calendar")
WEEKDAYS: Vocabulary[int] = Vocabulary((phrase, int(day)) for phrase, day in by_meaning(_LEXICON["weekdays"]))
_MONTHS: Vocabulary[int] = Vocabulary((phrase, int(month)) for phrase, month in by_meaning(_LEXICON["months"]))
_RELATIVE: Vocabulary[int] = Vocabulary((phrase, int(days)) for phrase, days in by_meaning(_LEXICON["relative_days"]))
_SPANS: Vocabulary[int] = Vocabulary((phrase, int(days)) for phrase, days in by_meaning(_LEXICON["spans"]))
_IN = Vocabulary(all_languages(_LEXICON["in_words"]), fuzzy_from=99)
_FROM_NOW = Vocabulary(all_languages(_LEXICON["from_now"]), fuzzy_from=99)
_NEXT_WEEK = Vocabulary(all_languages(_LEXICON["next_week"]))
_LAST_DAY = Vocabulary(all_languages(_LEXICON["last_of_month"]))
_NEXT = Vocabulary(all_languages(_LEXICON["next"]))
_MORNING_BEFORE = frozenset(_LEXICON["morning_before"]["all"])
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th", "o", "ro", "er", "ero"})
_FIRST = frozenset(_LEXICON["first_of_month"]["all"])
_INSTEAD = frozenset({"mejor", "better", "melhor", "pito", "instead", "sino", "rather"})
_POLITE = frozenset(_LEXICON["polite"]["all"])
_FAR = 3660


def date(text: str, today: dt.date) -> str | None:
    """One day as ISO date; None where there is none, or it can be read in two ways (`3/4`)."""
    found = tokens(text)
    words = [token.plain for token in found]
    if not words:
        return None
    day = _written(found, today) or _named_month(found, words, today) or _span(found, words, today)
    day = day or _relative(words, today) or _weekday(words, today) or _day_of_month(found, today)
    if day is None and (instead := [place for place, word in enumerate(words) if word in _INSTEAD]):
        return date(" ".join(words[instead[-1] + 1 :]), today)
    return day.isoformat() if day else None


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _coming(month: int, day: int, today: dt.date) -> dt.date | None:
    """The next time that this day of the year comes, today included."""
    this_year = _real(today.year, month, day)
    if this_year and this_year >= today:
        return this_year
    return next((one for ahead in range(1, 9) if (one := _real(today.year + ahead, month, day))), None)


def _year(value: int) -> int:
    return value + 2000 if value < 100 else value


def _written(found: Sequence[Token], today: dt.date) -> dt.date | None:
    """`16/1`, `1/16/2027`, `2027-01-16`. dt.date and month that could change places are not guessed."""
    for place in range(len(found) - 1):
        first, second = found[place], found[place + 1]
        mark = second.before.strip()
        if first.figure is None or second.figure is None or mark not in ("/", "-", "."):
            continue
        third = found[place + 2] if place + 2 < len(found) and found[place + 2].before.strip() == mark else None
        year = third.figure if third else None
        if len(first.raw) == 4 and year is not None:
            return _real(first.figure, second.figure, year)
        pair = _day_and_month(first.figure, second.figure)
        if pair is None or (mark != "/" and year is None):
            return None
        return _real(_year(year), *pair) if year is not None else _coming(*pair, today)
    return None


def _day_and_month(first: int, second: int) -> tuple[int, int] | None:
    """(month, day), or None where both orders are possible."""
    if first == second or first <= 12 < second:
        return first, second
    return (second, first) if second <= 12 < first else None


def _named_month(found: Sequence[Token], words: Sequence[str], today: dt.date) -> dt.date | None:
    """`12 de enero`, `jan 16th`, `16 jan 2028`."""
    for month in _MONTHS.matches(words):
        if words[month.start] in ("mas", "me", "set", "out", "may") and len(words) > 4:
            continue
        if (last := _LAST_DAY.first(words)) and last.end == month.start:
            return _last_of(month.meaning, today)
        near = [said for said in _days_said(found, words) if -3 <= said.start - month.start <= 3]
        if not near:
            continue
        said = min(near, key=lambda one: (abs(one.start - month.start), one.start))
        years = [token.figure for token in found if token.figure and 2000 <= token.figure <= 2100]
        if years:
            return _real(years[0], month.meaning, said.value)
        return _coming(month.meaning, said.value, today)
    return None


def _last_of(month: int, today: dt.date) -> dt.date | None:
    """The last day of the coming month of that number."""
    following = _coming(month % 12 + 1, 1, today)
    first = _coming(month, 1, today) if month != today.month else today
    if first is None or following is None or following < first:
        following = _real(first.year + 1, month % 12 + 1, 1) if first else None
    return following - dt.timedelta(days=1) if following else None


def _days_said(found: Sequence[Token], words: Sequence[str]) -> list[Said]:
    """Numbers that can be a day of a month; `primero` is the first."""
    said = [one for one in numbers_said(found) if not one.weak or words[one.start] in WEAK_HOURS]
    said += [Said(1, place, place + 1, weak=False) for place, word in enumerate(words) if word in _FIRST]
    return [one for one in said if 1 <= one.value <= 31]


def _span(found: Sequence[Token], words: Sequence[str], today: dt.date) -> dt.date | None:
    """`en 3 dias`, `in a week`."""
    for said in numbers_said(found):
        unit = _SPANS.at(words, said.end) if said.end < len(words) else None
        before = any((one := _IN.at(words, start)) and one.end == said.start for start in range(said.start))
        after = unit is not None and unit.end < len(words) and _FROM_NOW.at(words, unit.end) is not None
        if unit and (before or after) and said.value * unit.meaning <= _FAR:
            return today + dt.timedelta(days=said.value * unit.meaning)
    return None


def _relative(words: Sequence[str], today: dt.date) -> dt.date | None:
    for match in _RELATIVE.matches(words):
        before = words[match.start - 1] if match.start else ""
        if match.meaning == 1 and match.length == 1 and before in _MORNING_BEFORE:
            continue
        if match.meaning == 2 and match.length == 1 and len(words) > 1:
            continue
        return today + dt.timedelta(days=match.meaning)
    return None


def weekdays_said(words: Sequence[str]) -> list[Match[int]]:
    """The weekdays of a text; `viene` of `que viene` is not nearly `viernes`."""
    rest = list(words)
    for following in _NEXT.matches(words):
        rest[following.start : following.end] = [""] * following.length
    return list(WEEKDAYS.matches(rest))


def _weekday(words: Sequence[str], today: dt.date) -> dt.date | None:
    """The coming one; `next tuesday` said on a Monday is not tomorrow. Two different days are no answer."""
    days = {match.meaning for match in weekdays_said(words)}
    if len(days) != 1:
        return None
    day = days.pop()
    if _NEXT_WEEK.first(words):
        return today + dt.timedelta(days=7 - today.weekday() + day)
    ahead = (day - today.weekday()) % 7 or 7
    if ahead == 1 and _NEXT.first(words):
        ahead = 8
    return today + dt.timedelta(days=ahead)


def _day_of_month(found: Sequence[Token], today: dt.date) -> dt.date | None:
    """`el 15`, `dia 15`, `the 15th`: this month or the next that has such a day."""
    found = [token for token in found if token.plain not in _POLITE]
    words = [token.plain for token in found]
    said = [one for one in numbers_said(found) if not one.weak and 1 <= one.value <= 31]
    if len(said) != 1 or len(words) > 4:
        return None
    place = said[0].end
    if place < len(words) and words[place] not in _ORDINAL_ENDINGS:
        return None
    if len(words) > 1 and not ({"el", "dia", "the", "jou", "on", "o", "le"} & set(words)):
        return None
    for ahead in range(14):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        day = _real(year, month + 1, said[0].value)
        if day and day >= today:
            return day
    return None
