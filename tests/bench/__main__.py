"""`make bench`: a whole turn over the floor, alternately in one run, on both databases; printed as ratios."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from tests.bench import stations
from tests.bench.report import ENOUGH_ROUNDS, over_the_floor, write_down
from tests.bench.slices import Slice, measure

GOALS = {"SQLite": 0.45, "PostgreSQL": 0.35}
"""Requests a second over the floor's, at least."""
P99_GOAL = 1.5
"""The slowest hundredth over the floor's, at most."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="how long one slice is measured (4)")
    parser.add_argument("--rounds", type=int, default=6, help="slices of each kind (6)")
    parser.add_argument("--databases", nargs="+", choices=GOALS, default=list(GOALS))
    chosen = parser.parse_args()
    with contextlib.ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="lucero-bench-")))
        urls = until_the_end.enter_context(stations.databases(folder, chosen.databases))
        measured = [until_the_end.enter_context(stations.floor(folder))]
        measured += [until_the_end.enter_context(stations.lucero(name, url, folder)) for name, url in urls.items()]
        found = _rounds(measured, chosen.rounds, chosen.seconds)
        _print_table(found)
        kept = {station.name: _kept(station) for station in measured if station.url}
    for name, verdict in kept.items():
        print(f"{name}: {verdict}")
    if chosen.rounds >= ENOUGH_ROUNDS and len(kept) == len(GOALS):
        write_down(found, kept)
    sys.exit(0 if all("nothing lost" in verdict for verdict in kept.values()) else 1)


def _rounds(measured: list[stations.Station], rounds: int, seconds: float) -> dict[str, list[Slice]]:
    """Measure each station once a round, one after the other; a first short one of each is for getting warm."""
    found: dict[str, list[Slice]] = {station.name: [] for station in measured}
    for station in measured:
        measure(station, max(6, seconds))
    for number in range(rounds):
        for station in measured[number % len(measured) :] + measured[: number % len(measured)]:
            found[station.name].append(measure(station, seconds))
            _print_slice(station.name, found[station.name][-1])
    return found


def _print_slice(name: str, one: Slice) -> None:
    print(
        f"  {name:11}{one.per_second:7.0f}/s  p50 {one.median:5.1f}  p99 {one.p99:6.1f} ms   CPU {one.cpu:5.2f}"
        f" + database {one.database_cpu:4.2f} + asking {one.asking_cpu:4.2f} ms a request   others {one.others:4.0%}",
        flush=True,
    )


def _print_table(found: dict[str, list[Slice]]) -> None:
    print("\nOver the floor, median of the rounds (least to most):")
    print(f"{'':12}{'requests/s':>22}{'goal':>7}{'p99':>22}{'goal':>7}{'worker CPU':>22}{'with database':>22}")
    for name, goal in GOALS.items():
        if name in found:
            columns = [
                over_the_floor(found, name, lambda one: one.per_second),
                f"{goal:.2f}",
                over_the_floor(found, name, lambda one: one.p99),
                f"{P99_GOAL:.2f}",
                over_the_floor(found, name, lambda one: one.cpu),
                over_the_floor(found, name, lambda one: one.cpu + one.database_cpu),
            ]
            print(f"{name:12}" + "".join(f"{text:>{7 if len(text) < 6 else 22}}" for text in columns))


def _kept(station: stations.Station) -> str:
    """What was sent against what is kept: whether every text is there with its reply, and none failed."""
    rows = stations.kept(station.url or "")
    if rows == {"in": station.sent, "failed": 0, "out": station.sent}:
        return f"{station.sent}, nothing lost"
    return f"{station.sent} sent, {rows['in']} in, {rows['out']} out, {rows['failed']} failed: NOT THE SAME"


if __name__ == "__main__":
    main()
