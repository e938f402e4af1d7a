"""A work day put together from several texts: what is told now goes first, and no hours of another shift stay."""

from __future__ import annotations

import pytest

from bot.conversations.told_work_day import Told, is_whole, merged

EARLY: Told = {"pattern": "early", "leaves_at": "05:00", "home_at": "18:30", "days_off": [6]}
NIGHT: Told = {"pattern": "night", "leaves_at": "17:00", "home_at": "06:00"}


@pytest.mark.parametrize(
    ("known", "now", "day"),
    [
        ({}, {"pattern": "early", "leaves_at": "05:00"}, {"pattern": "early", "leaves_at": "05:00"}),
        (EARLY, {"home_at": "19:00"}, EARLY | {"home_at": "19:00"}),
        (EARLY, {"days_off": [5, 6]}, EARLY | {"days_off": [5, 6]}),
        (EARLY, {"before_work": True}, EARLY | {"before_work": True}),
        (EARLY, {"pattern": "day", "leaves_at": "06:30"}, EARLY | {"pattern": "day", "leaves_at": "06:30"}),
        (EARLY, {"works_days": [6]}, EARLY | {"days_off": []}),
        ({}, {"works_days": [5]}, {"days_off": [6]}),
        ({"days_off": [0]}, {"days_off": [], "works_days": [0]}, {"days_off": []}),
    ],
)
def test_only_what_is_told_now_replaces(known: Told, now: Told, day: Told) -> None:
    assert merged(known, now) == day


@pytest.mark.parametrize(
    ("known", "now", "day"),
    [
        (EARLY, {"pattern": "night"}, {"pattern": "night", "days_off": [6]}),
        (EARLY, {"pattern": "varies"}, {"pattern": "varies", "days_off": [6]}),
        (NIGHT, {"pattern": "early", "leaves_at": "05:00"}, {"pattern": "early", "leaves_at": "05:00"}),
        (NIGHT, {"home_at": "18:00"}, {"home_at": "18:00"}),
        ({"pattern": "varies"}, {"home_at": "18:00"}, {"home_at": "18:00"}),
        (NIGHT, {"leaves_at": "18:00", "pattern": "night"}, NIGHT | {"leaves_at": "18:00"}),
    ],
)
def test_hours_of_another_shift_do_not_stay(known: Told, now: Told, day: Told) -> None:
    assert merged(known, now) == day


def test_the_pattern_follows_the_hours_where_it_is_not_said() -> None:
    later = merged({"pattern": "early", "leaves_at": "05:30", "home_at": "18:00"}, {"leaves_at": "07:00"})
    assert later == {"pattern": "day", "leaves_at": "07:00", "home_at": "18:00"}


def test_the_newest_words_are_kept_where_there_are_too_many() -> None:
    day = merged({"words": "a" * 300}, {"words": "b" * 300})
    assert len(day["words"]) == 320
    assert day["words"].endswith("/ " + "b" * 300)


def test_it_is_whole_with_both_hours_or_if_they_vary() -> None:
    assert is_whole(EARLY)
    assert is_whole({"pattern": "varies"})
    assert not is_whole({"pattern": "night"})
    assert not is_whole({"leaves_at": "05:00"})
