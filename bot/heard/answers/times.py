"""Clock times: `6 y media de la tarde`, `18h45`, `5è`, `130`, `noon`, with an hour's likely half of the day."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.heard.answers.numbers import WEAK_HOURS, Said, numbers_said
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_LEXICON = load("answers_calendar")
PARTS: Vocabulary[str] = Vocabulary(by_meaning(_LEXICON["day_parts"]))
AFTER = Vocabulary(all_languages(_LEXICON["after"]), fuzzy_from=6)
BEFORE = Vocabulary(all_languages(_LEXICON["before"]), fuzzy_from=99)
_FIXED: Vocabulary[str] = Vocabulary(by_meaning(_LEXICON["fixed_times"]))
_HOURS: Vocabulary[int] = Vocabulary((phrase, int(hour)) for phrase, hour in by_meaning(_LEXICON["hours"]))
_HOUR_WORDS = Vocabulary(all_languages(_LEXICON["hour_words"]), fuzzy_from=99)
_MINUTES: Vocabulary[int] = Vocabulary(
    ((phrase, int(minutes)) for minutes, phrases in _LEXICON["minutes"].items() for phrase in phrases),
    fuzzy_from=99,
)
_MINUTES_BEFORE: Vocabulary[int] = Vocabulary(
    ((phrase, int(minutes)) for minutes, phrases in _LEXICON["minutes_before"].items() for phrase in phrases),
    fuzzy_from=99,
)
_TO_HOUR = Vocabulary(all_languages(_LEXICON["to_hour"]), fuzzy_from=99)
_AND = frozenset({"y", "i", "e"})
_BUSY_FROM = Vocabulary(all_languages(_LEXICON["busy_from"]), fuzzy_from=99)
_FREE_FROM = Vocabulary(all_languages(_LEXICON["free_from"]), fuzzy_from=99)
_COUNTED = Vocabulary(all_languages(load("answers")["counted"]))
_YEARS = frozenset(load("answers_children")["age_words"]["after"]) - {"yo", "old", "ane", "zan"}
_BETWEEN = frozenset({"of", "de", "d", "la", "del", "da", "in", "the", "nan", "na", "di"})


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as written, its minutes, the tokens it took and the part of the day told with it."""

    hour: int
    minute: int
    start: int
    end: int
    part: str | None
    exact: bool = False
    """Written so that only one half of the day can be meant (`18h`, `06:30`)."""

    def at(self, hint: str = "") -> str:
        """As `HH:MM`. `hint`: what the hour is about, `after`, `before` or neither, where no part is told."""
        return f"{self._hour24(hint) % 24:02d}:{self.minute:02d}"

    def _hour24(self, hint: str) -> int:
        if self.exact or self.hour == 0 or self.hour > 12:
            return self.hour
        afternoon = self.hour % 12 + 12
        match self.part:
            case "am" | "morning":
                return self.hour % 12
            case "pm" | "afternoon":
                return afternoon
            case "evening":
                return afternoon if 5 <= self.hour < 12 else self.hour % 12
        if hint == "after":
            return afternoon
        if hint == "before":
            return self.hour if 4 <= self.hour <= 11 else afternoon
        return afternoon if self.hour <= 6 or self.hour == 12 else self.hour


def clocks(found: Sequence[Token]) -> list[Clock]:
    """All clock times of a text, bare hours too, from left to right."""
    words = [token.plain for token in found]
    times: list[Clock] = []
    for fixed in _FIXED.matches(words):
        hour = int(fixed.meaning[:2])
        times.append(Clock(hour, 0, fixed.start, fixed.end, None, exact=True))
    times += [_one_word_hour(words, hour) for hour in _HOURS.matches(words)]
    end = 0
    for said in numbers_said(found):
        inside = any(one.start <= said.start < one.end for one in times)
        if said.start < end or inside or (said.weak and not _hour_follows(words, said)):
            continue
        clock = _clock(found, words, said)
        if clock:
            times = [one for one in times if one.start < clock.start or one.start >= clock.end]
            times.append(clock)
            end = clock.end
    return sorted(times, key=lambda one: one.start)


def _one_word_hour(words: Sequence[str], hour: Match[int]) -> Clock:
    """`sizè`, `sizè edmi diswa`."""
    end, minute = _spoken_minutes(words, hour.end, 0)
    part, end = _part(words, end)
    return Clock(hour.meaning, max(minute, 0), hour.start, end, part)


def _hour_follows(words: Sequence[str], said: Said) -> bool:
    """Whether a word that is mostly no number is one here: `la una`, `sèt è`, `a once`."""
    if words[said.start] not in WEAK_HOURS:
        return False
    if _part(words, said.end)[0]:
        return True
    before = words[said.start - 1] if said.start else ""
    following = words[said.end] if said.end < len(words) else ""
    if before in ("past", "to", "quarter", "half") and words[said.start] in ("ten", "one"):
        return True
    if following in ("e", "ye", "pm", "am", "ze"):
        return True
    return before in ("las", "la", "alas", "ala", "a", "as") and words[said.start] in ("una", "uma", "once", "one")


def _clock(found: Sequence[Token], words: Sequence[str], said: Said) -> Clock | None:
    hour, minute, end, exact = _written(found, said)
    if end < len(words) and (_COUNTED.at(words, end) or words[end] in _YEARS):
        return None
    end, minute = _spoken_minutes(words, end, minute)
    if not minute:
        end, minute = _number_of_minutes(found, words, end, parted=end > said.end)
    start, earlier = _minutes_before(found, words, said.start)
    minute += earlier
    if minute < 0:
        hour, minute = (hour - 1) or 12, minute + 60
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    part, end = _part(words, end)
    return Clock(hour, minute, start, end, part, exact)


def _written(found: Sequence[Token], said: Said) -> tuple[int, int, int, bool]:
    """Hour, minute, the place after them, and whether the writing tells the half of the day."""
    token = found[said.start]
    zero = token.raw.startswith("0") and len(token.raw) > 1
    if token.figure is not None and len(token.raw) in (3, 4):
        return said.value // 100, said.value % 100, said.end, zero or said.value >= 1300
    place = said.end
    if place < len(found) and found[place].plain == "h" and found[place].glued:
        place += 1
    if place < len(found) and len(found[place].raw) == 2 and found[place].figure is not None:
        mark = found[place].before.strip()
        colon = (
            mark in (":", ".", ";", "") and token.figure is not None and (mark or not (found[place].figure or 0) % 5)
        )
        if colon or place > said.end:
            return said.value, found[place].figure or 0, place + 1, zero
    return said.value, 0, said.end, zero


def _spoken_minutes(words: Sequence[str], end: int, minute: int) -> tuple[int, int]:
    """`y media`, `edmi`, `o'clock` after the hour: the place after them, and the minutes."""
    for _ in range(2):
        minutes = _MINUTES.at(words, end) if end < len(words) and not minute else None
        hours = _HOUR_WORDS.at(words, end) if end < len(words) else None
        if minutes and (not hours or minutes.length >= hours.length):
            end, minute = minutes.end, minutes.meaning
        elif hours:
            end = hours.end
    return end, minute


def _number_of_minutes(found: Sequence[Token], words: Sequence[str], end: int, *, parted: bool) -> tuple[int, int]:
    """`tres cuarenta y cinco`, `8 y 20`, `7è 20`: minutes told as any number from ten in steps of five.

    `parted`: a word of the hour stands before `end`.
    """
    place = end + 1 if end + 1 < len(words) and words[end] in _AND else end
    following = next((one for one in numbers_said(found) if one.start == place), None)
    if following is None or not _tells_minutes(found, following, parted=parted or place > end):
        return end, 0
    return following.end, following.value


def _tells_minutes(found: Sequence[Token], one: Said, *, parted: bool) -> bool:
    counted = one.end < len(found) and _COUNTED.at([token.plain for token in found], one.end)
    whole = one.value in range(10, 60, 5) and not counted
    return whole and (found[one.start].figure is None or (parted and one.value > 12))


def _minutes_before(found: Sequence[Token], words: Sequence[str], start: int) -> tuple[int, int]:
    """`quarter to`, `cuarto para las`, `10 para las`, `20 to` before the hour: where they start, and the minutes."""
    for begin in range(max(0, start - 4), start):
        match = _MINUTES_BEFORE.at(words, begin)
        if match and match.end == start:
            return begin, match.meaning
    for said in numbers_said(found):
        to_hour = _TO_HOUR.at(words, said.end) if said.end < start else None
        if to_hour and to_hour.end == start and said.value in range(5, 35, 5):
            return said.start, -said.value
    return start, 0


def _part(words: Sequence[str], end: int) -> tuple[str | None, int]:
    """`de la tarde`, `pm` right after a time, and the place after it."""
    for place in range(end, min(end + 4, len(words))):
        match: Match[str] | None = PARTS.at(words, place)
        if match:
            return match.meaning, match.end
        if words[place] not in _BETWEEN:
            break
    return None, end


def hint(words: Sequence[str]) -> str:
    """Whether the text speaks of after or before an hour, by its words."""
    if AFTER.first(words) or _FREE_FROM.first(words):
        return "after"
    if BEFORE.first(words) or _BUSY_FROM.first(words):
        return "before"
    return ""


def time(text: str) -> str | None:
    """One clock time as `HH:MM`. Without am or pm, 12 to 6 are afternoon, the rest morning; `after 7` is
    evening, `before 6` is morning. None where there is none, or several.
    """
    found = tokens(text)
    words = [token.plain for token in found]
    times = clocks(found)
    if len(times) != 1:
        return None
    clock = times[0]
    if clock.part is None and not clock.exact and (part := PARTS.first(words)):
        clock = Clock(clock.hour, clock.minute, clock.start, clock.end, part.meaning)
    return clock.at(hint(words))
