"""The figures of a run: the ratios to the floor, and the tables of docs/benchmarks.md that they are written into."""

from __future__ import annotations

import platform
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.slices import Slice

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
ENOUGH_ROUNDS = 4
"""A shorter run is a try: it is printed and not written down."""

Found = Mapping[str, Sequence[Slice]]
"""The slices of each station, round for round."""


def over_the_floor(found: Found, name: str, of: Callable[[Slice], float]) -> str:
    """The ratio to the floor's slice of the same round: median, least and most."""
    ratios = [of(one) / of(floor) for one, floor in zip(found[name], found["floor"], strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def write_comparison(table: str, found: Found, kept: Mapping[str, str]) -> None:
    """Put the figures into the page's table of that name. `kept`: what was lost, by database."""
    about = f"{len(found['floor'])} rounds; {conditions([one.others for slices in found.values() for one in slices])}"
    lines = [
        f"{about} Median (least to most), over the floor:",
        "",
        f"| | requests/s | p99 | worker CPU | with database | {table} |",
        "|---|---|---|---|---|---|",
    ]
    for name, lost in kept.items():
        figures = [
            over_the_floor(found, name, lambda one: one.per_second),
            over_the_floor(found, name, lambda one: one.p99),
            over_the_floor(found, name, lambda one: one.cpu),
            over_the_floor(found, name, lambda one: one.cpu + one.database_cpu),
        ]
        lines.append(f"| {name} | {' | '.join(figures)} | {lost} |")
    write_down(table, lines)


def conditions(others: Sequence[float]) -> str:
    """A sentence on how quiet the machine was."""
    least, most = min(others), max(others)
    return f"Python {platform.python_version()}; other work took {least:.0%} to {most:.0%} of the machine."


def write_down(table: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Put lines into the page, in place of those of the run before."""
    place = re.compile(rf"(<!-- {table}: written by make bench -->\n).*?(<!-- until here -->)", re.DOTALL)
    text = "\n".join(lines) + "\n"
    written = place.sub(lambda marks: f"{marks[1]}{text}{marks[2]}", page.read_text(encoding="utf-8"))
    page.write_text(written, "utf-8")
