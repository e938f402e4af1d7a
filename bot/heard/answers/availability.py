"""When a person may be called or visited: `despues de las 6`, `i work til 1`, `sabado d manha`, any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.heard.answers.dates import weekdays_said
from bot.heard.answers.times import PARTS, Clock, clocks
from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_LEXICON = load("answers_calendar")
_ANY = Vocabulary(all_languages(_LEXICON["any_time"]), fuzzy_from=6)
_GROUPS: Vocabulary[str] = Vocabulary(by_meaning(_LEXICON["day_groups"]), fuzzy_from=6)
_GROUP_DAYS = {"sat_sun": DAYS[5:], "mon_fri": DAYS[:5], "all": DAYS}
_AFTER_WORK = Vocabulary(all_languages(_LEXICON["after_work"]))
_BEFORE_WORK = Vocabulary(all_languages(_LEXICON["before_work"]))
_MARKS: Vocabulary[str] = Vocabulary(
    [
        (phrase, mark)
        for mark in ("after", "before", "until", "free_from", "busy_from")
        for phrase, _ in all_languages(_LEXICON[mark])
    ],
    fuzzy_from=6,
)
_WORKING = Vocabulary(all_languages(_LEXICON["working"]))
_EXCEPT = frozenset(_LEXICON["except"]["all"])
_GREETINGS = [[word] for word in _LEXICON["greeting"]["all"]]
_LEX = load("answers")
_JOINS = frozenset(_LEX["joins"]["all"])
_OR = frozenset({"o", "u", "or", "ou", "oswa"})
_MOST_SHOWN = 4
"""Windows in a list of ours."""
_TO = frozenset({"a", "to", "as", "y", "e", "and", "ak", "hasta", "ate", "jiska", "rive", "until"})


_LATE = {"": 9, "after": 10}
"""From which hour on `a las 9`, `despues de las 10` is in the morning: nobody wants to be called at 21 or 22."""


@dataclass(slots=True)
class _Slot:
    """One window that a person names, while it is being read."""

    days: list[str] = field(default_factory=list)
    part: str | None = None
    after: str | None = None
    before: str | None = None

    def told(self) -> dict[str, Any]:
        """Only what was said."""
        told: dict[str, Any] = {}
        if self.days:
            told["days"] = sorted(self.days, key=DAYS.index)
        if self.part and not (self.after or self.before):
            told["part"] = self.part
        if self.after:
            told["after"] = self.after
        if self.before:
            told["before"] = self.before
        return told


@dataclass(frozen=True, slots=True)
class _Piece:
    """A day, a part of the day or an hour, with the tokens it took."""

    kind: str
    value: Any
    start: int
    end: int


def availability(text: str) -> list[dict[str, Any]] | None:
    """Windows as {"days", "part", "after", "before"}, hours as `HH:MM`; [{}] for any time; None if not told."""
    found = _without_place(tokens(text))
    words = [token.plain for token in found]
    if len(words) == 1 and found[0].figure is not None and len(found[0].raw) == 1 and found[0].figure <= _MOST_SHOWN:
        return None
    pieces = _pieces(words, clocks(found))
    if not pieces:
        return [{}] if _ANY.first(words) else None
    return [told for slot in _slots(words, pieces) if (told := slot.told())] or None


def _without_place(found: Sequence[Token]) -> Sequence[Token]:
    """Without the number of the window as it was shown: `1 antes 6am`, `2. sabado`."""
    if len(found) < 2 or found[0].figure is None or not 1 <= found[0].figure <= _MOST_SHOWN or len(found[0].raw) > 1:
        return found
    following = _MARKS.at([token.plain for token in found], 1)
    marked = following is not None and following.meaning in ("after", "before")
    parted = found[1].figure is None and found[1].before[:1] in (".", ")", ",", ":")
    return found[1:] if marked or parted else found


def _pieces(words: Sequence[str], times: Sequence[Clock]) -> list[_Piece]:
    pieces = _times(words, times)
    taken = {place for piece in pieces for place in range(piece.start, piece.end)}
    named: tuple[tuple[str, Iterable[Match[Any]]], ...] = (
        ("work", _AFTER_WORK.matches(words)),
        ("early", _BEFORE_WORK.matches(words)),
        ("group", _GROUPS.matches(words)),
        ("day", weekdays_said(words)),
    )
    for kind, matches in named:
        for match in matches:
            span = set(range(match.start, match.end))
            if not span & taken and not _excepted(words, match.start):
                pieces.append(_Piece(kind, match.meaning, match.start, match.end))
                taken |= span
    for part in PARTS.matches(words):
        free = not _busy_then(words, part.start) and words[part.start - 1 : part.start] not in _GREETINGS
        if free and not set(range(part.start, part.end)) & taken and part.meaning not in ("am", "pm"):
            pieces.append(_Piece("part", part.meaning, part.start, part.end))
    after_work = any(piece.kind == "work" for piece in pieces)
    timed = any(piece.kind == "after" for piece in pieces)
    kept = [piece for piece in pieces if not (piece.kind == "work" and after_work and timed)]
    return _ranges(words, sorted(kept, key=lambda piece: piece.start))


def _busy_then(words: Sequence[str], place: int) -> bool:
    """Whether the part of the day that stands here is one they work in: `trabajo de noche`."""
    return any(_WORKING.at(words, before) for before in range(max(0, place - 2), place))


def _excepted(words: Sequence[str], place: int) -> bool:
    return any(word in _EXCEPT for word in words[max(0, place - 3) : place])


def _times(words: Sequence[str], times: Sequence[Clock]) -> list[_Piece]:
    """Hours as windows: after, before, or from one hour to another."""
    pieces: list[_Piece] = []
    working = _WORKING.first(words) is not None
    index = 0
    while index < len(times):
        clock = times[index]
        following = times[index + 1] if index + 1 < len(times) else None
        mark = _mark(words, clock.start, times[index - 1].end if index else 0)
        if following and mark != "before" and set(words[clock.end : following.start]) <= _TO:
            pieces.extend(_range(clock, following, working=working))
            index += 2
            continue
        pieces.append(_one_time(clock, mark, working=working))
        index += 1
    return pieces


def _mark(words: Sequence[str], place: int, since: int) -> str:
    """The last `after`, `before`, `hasta`, `salgo` before an hour."""
    marks = [match.meaning for match in _MARKS.matches(words[:place]) if match.start >= since]
    return marks[-1] if marks else ""


def _one_time(clock: Clock, mark: str, *, working: bool) -> _Piece:
    before = mark in ("before", "busy_from") or (mark == "until" and not working)
    if mark in ("free_from", "busy_from") and clock.part == "morning" and clock.hour < 9:
        before = True
    kind = "before" if before else "after"
    hint = "after" if mark == "until" else kind
    if kind == "after" and clock.hour >= _LATE.get(mark, 12):
        hint = ""
    return _Piece(kind, clock.at(hint), clock.start, clock.end)


def _range(first: Clock, last: Clock, *, working: bool) -> list[_Piece]:
    """`de 5 a 7`; for someone at work from 6 to 3, the time before and after."""
    if not working:
        opening = _earlier_half(first, last)
        return [_Piece("range", (opening, last.at("after")), first.start, last.end)]
    return [
        _Piece("before", first.at("before"), first.start, first.end),
        _Piece("after", last.at("after"), last.start, last.end),
    ]


def _earlier_half(first: Clock, last: Clock) -> str:
    """The opening hour in the half of the day that its closing hour tells."""
    if first.part is None and last.part is not None and not first.exact:
        first = Clock(first.hour, first.minute, first.start, first.end, last.part)
        return first.at() if first.at() < last.at() else Clock(first.hour, first.minute, 0, 0, "am").at()
    return first.at("after") if first.at("after") < last.at("after") else first.at("before")


def _ranges(words: Sequence[str], pieces: list[_Piece]) -> list[_Piece]:
    """`lunes a viernes` as all its days."""
    result: list[_Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        between = words[last.end : piece.start] if last else []
        if last and last.kind == piece.kind == "day" and between in (["a"], ["to"], ["hasta"], ["ate"], ["rive"]):
            days = [(last.value + ahead) % 7 for ahead in range((piece.value - last.value) % 7 + 1)]
            result[-1] = _Piece("days", [DAYS[day] for day in days], last.start, piece.end)
        else:
            result.append(piece)
    return result


def _slots(words: Sequence[str], pieces: Sequence[_Piece]) -> list[_Slot]:
    slots = [_Slot()]
    previous: _Piece | None = None
    for piece in pieces:
        between = set(words[previous.end : piece.start]) if previous else set()
        if previous and _opens(slots[-1], piece, between):
            slots.append(_Slot())
        _add(slots[-1], piece)
        previous = piece
    return slots


_DAY_KINDS = ("day", "days", "group")


def _opens(slot: _Slot, piece: _Piece, between: set[str]) -> bool:
    """Whether a piece begins another window."""
    if piece.kind in _DAY_KINDS:
        timed = bool(slot.part or slot.after or slot.before)
        return timed and bool(slot.days or between & (_OR | _JOINS))
    if piece.kind in ("part", "work", "early"):
        return slot.part is not None or bool(between & (_OR | _JOINS))
    return bool(slot.after or slot.before) or bool(between & (_OR | _JOINS))


def _add(slot: _Slot, piece: _Piece) -> None:
    match piece.kind:
        case "day":
            slot.days.extend({DAYS[piece.value]} - set(slot.days))
        case "days":
            slot.days.extend(day for day in piece.value if day not in slot.days)
        case "group":
            slot.days.extend(day for day in _GROUP_DAYS[piece.value] if day not in slot.days)
        case "part":
            slot.part = piece.value
        case "work":
            slot.part = "evening"
        case "early":
            slot.part = "morning"
        case "after":
            slot.after = piece.value
        case "before":
            slot.before = piece.value
        case "range":
            slot.after, slot.before = piece.value
