"""Which half of the day the hours of a work day are in, where nobody says: the one that makes a likely day."""

from bot.heard.answers.times import Clock

_DAY = 24 * 60
_LIKELY = 4
"""How odd two hours may be that are all a text says."""

Told = tuple[str | None, str | None]
"""Leaving and being home, as `HH:MM`."""


def likely(going: Clock | None, back: Clock | None) -> Told:
    """The two hours, nothing where they make no likely work day: `1 y 2` are other numbers."""
    told = any(clock and (clock.part or clock.exact) for clock in (going, back))
    if told:
        return halves(going, back, night=False)
    best = min(_pairs(going, back), key=lambda pair: _bare_odds(*pair))
    return _told(*best) if _bare_odds(*best) <= _LIKELY else (None, None)


def _bare_odds(going: int | None, back: int | None) -> int:
    return _going_odds(going, night=False) + _back_odds(back, night=False) + _span_odds(going, back)


def halves(going: Clock | None, back: Clock | None, *, night: bool) -> Told:
    """The two hours in the halves of the day that make the likeliest work day."""
    return _told(*min(_pairs(going, back), key=lambda pair: _odds(*pair, night=night)))


def _told(going: int | None, back: int | None) -> Told:
    return _written(going), _written(back)


def _pairs(going: Clock | None, back: Clock | None) -> list[tuple[int | None, int | None]]:
    return [(one, other) for one in _moments(going) for other in _moments(back)]


def _odds(going: int | None, back: int | None, *, night: bool) -> int:
    alone = going is None
    return _going_odds(going, night=night) + _back_odds(back, night=night) * alone + _span_odds(going, back)


def _moments(clock: Clock | None) -> list[int | None]:
    """The minutes of the day that an hour can be; the morning first."""
    if clock is None:
        return [None]
    if clock.part is not None or clock.exact or clock.hour > 12 or clock.hour == 0:
        hour, minute = clock.at().split(":")
        return [int(hour) * 60 + int(minute)]
    morning = clock.hour % 12 * 60 + clock.minute
    return [morning, morning + 12 * 60]


def _going_odds(moment: int | None, *, night: bool) -> int:
    """How odd it is to leave at this time: people leave at 4 to 9, less at 2 in the afternoon, hardly at midnight."""
    if moment is None:
        return 0
    hour = moment // 60
    if night:
        return 0 if hour >= 16 else (2 if hour >= 12 else 6)
    odds = {0: 5, 1: 4, 2: 3, 3: 3, 10: 3, 11: 3, 12: 3, 13: 2, 14: 2, 15: 2}
    return 0 if 4 <= hour <= 9 else odds.get(hour, 4)


def _back_odds(moment: int | None, *, night: bool) -> int:
    """How odd it is to be home at this time."""
    if moment is None:
        return 0
    hour = moment // 60
    if night:
        return 0 if 2 <= hour <= 11 else 3
    return 0 if 13 <= hour <= 20 else (1 if hour == 12 else 2 if hour > 20 else 4)


def _span_odds(going: int | None, back: int | None) -> int:
    """How odd the length of such a day is: 7 to 14 hours are usual."""
    if going is None or back is None:
        return 0
    span = (back - going) % _DAY / 60
    if 7 <= span <= 14:
        return 0
    return 10 if span < 5 or span > 16 else 2


def _written(moment: int | None) -> str | None:
    return None if moment is None else f"{moment // 60:02d}:{moment % 60:02d}"
