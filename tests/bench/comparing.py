"""Goals 1 to 3: Lucero on both databases over the floor, one slice after the other, round for round."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import outbox_rows, stations
from tests.bench.report import Found, over_the_floor
from tests.bench.slices import Slice, measure, numbers_used
from tests.bench.stations import Station
from tests.bench.traffic import CALLBACKS, TEXTS, Traffic

LONGEST_WARM_UP = 6.0
"""Seconds of the first slice of each station, which is not counted."""


@dataclass(frozen=True)
class Comparison:
    """One kind of traffic, what it needs, and what it should come to."""

    name: str
    traffic: Traffic
    goals: Mapping[str, float]
    """Requests a second over the floor's, at least, by database."""
    p99_goal: float | None
    """The slowest hundredth over the floor's, at most."""
    prepare: Callable[[str, int], None]
    """Fill the database at a URL for so many phones or messages."""
    kept: Callable[[Station], str]
    """What was sent against what is kept; says "nothing lost" where they are the same."""


def kept_texts(station: Station) -> str:
    """Whether every text is there with its reply, and none failed."""
    rows = stations.kept(station.url or "")
    if rows == {"in": station.sent, "failed": 0, "out": station.sent}:
        return f"{station.sent}, nothing lost"
    return f"{station.sent} sent, {rows['in']} in, {rows['out']} out, {rows['failed']} failed: NOT THE SAME"


def kept_callbacks(station: Station) -> str:
    """Whether every message of which all was told is `delivered`, and no other."""
    rows = outbox_rows.states(station.url or "")
    messages = station.sent // CALLBACKS.together
    if rows.get("delivered") == messages and set(rows) <= {"sent", "delivered"}:
        return f"{station.sent}, nothing lost"
    return f"{station.sent} on {messages} messages, which are {rows}: NOT THE SAME"


TURNS = Comparison(
    "turns", TEXTS, {"SQLite": 0.45, "PostgreSQL": 0.35}, 1.5, lambda url, _count: stations.prepare(url), kept_texts
)
STATUSES = Comparison(
    "statuses",
    CALLBACKS,
    {"SQLite": 0.90, "PostgreSQL": 0.70},
    None,
    lambda url, count: outbox_rows.write(url, map(outbox_rows.taken, range(1, count + 1))),
    kept_callbacks,
)


def compare(
    comparison: Comparison, urls: Mapping[str, str], folder: Path, rounds: int, seconds: float
) -> tuple[Found, dict[str, str]]:
    """Measure; returns the slices by station, and what was lost by database."""
    numbers = numbers_used(max(LONGEST_WARM_UP, seconds), comparison.traffic)
    numbers += rounds * numbers_used(seconds, comparison.traffic)
    print(f"\n{comparison.name}:")
    with contextlib.ExitStack() as until_the_end:
        measured = [until_the_end.enter_context(stations.floor(folder))]
        for name, url in urls.items():
            comparison.prepare(url, numbers)
            measured.append(until_the_end.enter_context(stations.lucero(name, url, folder)))
        found = _rounds(measured, comparison.traffic, rounds, seconds)
        kept = {station.name: comparison.kept(station) for station in measured if station.url}
    _print_table(comparison, found)
    for name, verdict in kept.items():
        print(f"{name}: {verdict}")
    return found, kept


def _rounds(measured: Sequence[Station], traffic: Traffic, rounds: int, seconds: float) -> Found:
    """Measure each station once a round, one after the other; a first one of each is for getting warm."""
    found: dict[str, list[Slice]] = {station.name: [] for station in measured}
    for station in measured:
        measure(station, max(LONGEST_WARM_UP, seconds), traffic)
    for number in range(rounds):
        for station in [*measured[number % len(measured) :], *measured[: number % len(measured)]]:
            found[station.name].append(measure(station, seconds, traffic))
            _print_slice(station.name, found[station.name][-1])
    return found


def _print_slice(name: str, one: Slice) -> None:
    print(
        f"  {name:11}{one.per_second:7.0f}/s  p50 {one.median:5.1f}  p99 {one.p99:6.1f} ms   CPU {one.cpu:5.2f}"
        f" + database {one.database_cpu:4.2f} + asking {one.asking_cpu:4.2f} ms a request   others {one.others:4.0%}",
        flush=True,
    )


def _print_table(comparison: Comparison, found: Found) -> None:
    print("Over the floor, median of the rounds (least to most):")
    print(f"{'':12}{'requests/s':>22}{'goal':>7}{'p99':>22}{'goal':>7}{'worker CPU':>22}{'with database':>22}")
    for name in [each for each in found if each != "floor"]:
        p99_goal = "" if comparison.p99_goal is None else f"{comparison.p99_goal:.2f}"
        print(
            f"{name:12}{over_the_floor(found, name, lambda one: one.per_second):>22}{comparison.goals[name]:7.2f}"
            f"{over_the_floor(found, name, lambda one: one.p99):>22}{p99_goal:>7}"
            f"{over_the_floor(found, name, lambda one: one.cpu):>22}"
            f"{over_the_floor(found, name, lambda one: one.cpu + one.database_cpu):>22}"
        )
