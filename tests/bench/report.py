"""The figures of a run: the ratios to the floor, and the table of docs/benchmarks.md that they are written into."""

from __future__ import annotations

import platform
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.slices import Slice

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
TABLE = re.compile(r"(<!-- written by make bench -->\n).*?(<!-- until here -->)", re.DOTALL)
ENOUGH_ROUNDS = 4
"""A shorter run is a try: it is printed and not written down."""


def over_the_floor(found: Mapping[str, Sequence[Slice]], name: str, of: Callable[[Slice], float]) -> str:
    """The ratio to the floor's slice of the same round: median, least and most."""
    ratios = [of(one) / of(floor) for one, floor in zip(found[name], found["floor"], strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def write_down(found: Mapping[str, Sequence[Slice]], kept: Mapping[str, str], page: Path = PAGE) -> None:
    """Put the figures into the page, in place of those of the run before. `kept`: what was lost, by database."""
    others = [one.others for slices in found.values() for one in slices]
    about = (
        f"{len(found['floor'])} rounds on Python {platform.python_version()}; other work took "
        f"{min(others):.0%} to {max(others):.0%} of the machine. Median (least to most), over the floor:"
    )
    lines = [
        about,
        "",
        "| | requests/s | p99 | worker CPU | with database | texts |",
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
    table = "\n".join(lines) + "\n"
    page.write_text(TABLE.sub(lambda marks: f"{marks[1]}{table}{marks[2]}", page.read_text(encoding="utf-8")), "utf-8")
