"""`make bench`: turns and callbacks over the floor, delivery over its rate, a tick over a smaller one; as ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests import servers
from tests.bench.agenda import agendas
from tests.bench.comparing import STATUSES, TURNS, Comparison, compare
from tests.bench.deliveries import deliveries
from tests.bench.report import ENOUGH_ROUNDS, write_comparison
from tests.bench.stations import databases_of

DATABASES = ("SQLite", "PostgreSQL")
PARTS = ("turns", "statuses", "delivery", "agenda")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="how long one slice is measured (4)")
    parser.add_argument("--rounds", type=int, default=4, help="slices of each kind (4)")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=list(DATABASES))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="these parts")
    chosen = parser.parse_args()
    verdicts: list[str] = []
    with servers.standing_by() as port:
        for comparison in (TURNS, STATUSES):
            if comparison.name in chosen.only:
                verdicts += _compared(comparison, chosen, port)
        if "delivery" in chosen.only:
            verdicts += deliveries(port, chosen.databases, chosen.seconds)
        if "agenda" in chosen.only:
            with tempfile.TemporaryDirectory(prefix="lucero-bench-") as name:
                verdicts += agendas(port, chosen.databases, Path(name))
    sys.exit(1 if any("NOT THE SAME" in verdict for verdict in verdicts) else 0)


def _compared(comparison: Comparison, chosen: argparse.Namespace, port: int) -> list[str]:
    """Measure, write down, and return what was lost."""
    with tempfile.TemporaryDirectory(prefix="lucero-bench-") as name:
        folder = Path(name)
        with databases_of(port, folder, chosen.databases) as urls:
            found, kept = compare(comparison, urls, folder, chosen.rounds, chosen.seconds)
    if chosen.rounds >= ENOUGH_ROUNDS and len(kept) == len(DATABASES):
        write_comparison(comparison.name, found, kept)
    return list(kept.values())


if __name__ == "__main__":
    main()
