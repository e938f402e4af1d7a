"""Options that are windows of time: which of `Before 6am`, `After 6pm`, `Saturday` holds the time that a text tells."""

from collections.abc import Sequence
from typing import Any

from bot.heard.answers.availability import availability
from bot.heard.answers.times import Clock, time
from bot.heard.answers.tokens import plain_words
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

_CALENDAR = load("answers_calendar")
_LATEST: Vocabulary[str] = Vocabulary(by_meaning(load("answers_choices")["by_hour"]), fuzzy_from=99)
_MARKS = Vocabulary(
    [
        pair
        for mark in ("after", "before", "until", "free_from", "busy_from")
        for pair in all_languages(_CALENDAR[mark])
    ],
    fuzzy_from=6,
)
_PARTS = {"morning": ("04:00", "12:00"), "afternoon": ("12:01", "19:00"), "evening": ("17:00", "24:00")}
_FIRST, _LAST = "00:00", "24:00"


def by_order(words: Sequence[str], times: Sequence[Sequence[Clock]]) -> int | None:
    """`la mas tarde`: the option with the latest hour, or the earliest, from 1."""
    match = _LATEST.first(words)
    hours = {hour: place for place, clocks in enumerate(times, 1) for hour in [clock.at() for clock in clocks][:1]}
    if match is None or len(hours) < 2:
        return None
    return hours[max(hours) if match.meaning == "latest" else min(hours)]


def by_window(text: str, labels: Sequence[str], times: Sequence[Sequence[Clock]]) -> int | None:
    """The only option whose hours meet those that the text tells, from 1."""
    said = _span(text)
    if said is None:
        return None
    shown = [_shown(label, clocks) for label, clocks in zip(labels, times, strict=True)]
    fitting = [place for place, span in enumerate(shown, 1) if span and _meet(said, span)]
    return fitting[0] if len(fitting) == 1 else None


def _span(text: str) -> tuple[str, str] | None:
    """From when to when a text or a label tells; an hour without `after` or `before` is only itself."""
    moment = time(text)
    if moment and not _MARKS.first(plain_words(text)):
        return moment, f"{moment}~"
    return _hours(availability(text))


def _shown(label: str, clocks: Sequence[Clock]) -> tuple[str, str] | None:
    """The window or the hour that a label shows, among its day and its number."""
    if len(clocks) == 1 and not _MARKS.first(plain_words(label)):
        return clocks[0].at(), f"{clocks[0].at()}~"
    return _span(label)


def _hours(windows: list[dict[str, Any]] | None) -> tuple[str, str] | None:
    """From when to when, where one window tells hours."""
    if windows is None or len(windows) != 1:
        return None
    window = windows[0]
    if "part" in window:
        return _PARTS[window["part"]]
    if "after" not in window and "before" not in window:
        return None
    return window.get("after", _FIRST), window.get("before", _LAST)


def _meet(said: tuple[str, str], shown: tuple[str, str]) -> bool:
    """Whether two spans of hours have any in common."""
    return max(said[0], shown[0]) < min(said[1], shown[1])
