"""How much came within a second."""

from collections import deque
from collections.abc import Iterable

Arrival = tuple[float, int]
"""A moment in seconds, and how much came then (segments, or 1)."""


def most_within(arrivals: Iterable[Arrival], seconds: float = 1.0) -> int:
    """The most that came within any `seconds`, wherever they begin (half-open: a second later is outside)."""
    most, inside = 0, 0
    window: deque[Arrival] = deque()
    for moment, amount in sorted(arrivals):
        window.append((moment, amount))
        inside += amount
        while window[0][0] <= moment - seconds:
            inside -= window.popleft()[1]
        most = max(most, inside)
    return most


def by_second(arrivals: Iterable[Arrival]) -> list[int]:
    """What came in each whole second, counted from the first arrival; empty seconds included."""
    ordered = sorted(arrivals)
    if not ordered:
        return []
    first = ordered[0][0]
    amounts = [0] * (int(ordered[-1][0] - first) + 1)
    for moment, amount in ordered:
        amounts[int(moment - first)] += amount
    return amounts
