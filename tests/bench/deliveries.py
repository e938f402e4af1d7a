"""The runs of goals 5 and 6, what they are held to, and their table."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests import servers
from tests.bench.report import conditions, write_down
from tests.bench.sending import UNPACED, Delivered, Run, deliver
from tests.bench.stations import databases_of

ENOUGH_SECONDS = 4
"""With shorter slices it is a try: delivery is short too, and nothing is written down."""
PACED_SECONDS, UNPACED_SECONDS, A_TRY = 24.0, 12.0, 5.0
RATE_GOAL = 0.99
"""Of the rate that is set."""
UNPACED_GOAL = 0.75
"""Of threads / latency."""


def deliveries(port: int, databases: Sequence[str], seconds: float) -> list[str]:
    """Measure, print, write down; returns what was lost."""
    print("\ndelivery:")
    found = [_delivered(port, run) for run in _runs(seconds >= ENOUGH_SECONDS) if run.database in databases]
    if seconds >= ENOUGH_SECONDS and {one.run.database for one in found} == {"SQLite", "PostgreSQL"}:
        write_down("delivery", _lines(found))
    return [one.verdict for one in found]


def _runs(in_full: bool) -> list[Run]:
    paced, unpaced = (PACED_SECONDS, UNPACED_SECONDS) if in_full else (A_TRY, A_TRY)
    return [
        Run("PostgreSQL", 80, paced, cores_goal=0.15),
        Run("PostgreSQL", 400, paced, cores_goal=0.40),
        Run("PostgreSQL", UNPACED, unpaced),
        Run("SQLite", UNPACED, unpaced),
    ]


def _delivered(port: int, run: Run) -> Delivered:
    """Each in a database of its own. PostgreSQL with a worker of RQ's, SQLite without a Redis, as they are run."""
    with tempfile.TemporaryDirectory(prefix="lucero-bench-") as name:
        folder = Path(name)
        redis_url = f"{servers.ask(port, 'redis')}/0" if run.database == "PostgreSQL" else None
        with databases_of(port, folder, [run.database]) as urls:
            one = deliver(run, urls[run.database], redis_url, folder)
    _print(one)
    return one


def _print(one: Delivered) -> None:
    print(
        f"  {_name(one.run):24}{one.per_second:7.1f}/s = {_share(one)}   most in a second {one.most_in_a_second}"
        f"   {one.cores:.2f} core   CPU {one.cpu:.2f} + database {one.database_cpu:.2f} ms a message"
        f"   jobs {one.jobs}   others {one.others:.0%}   {one.verdict}\n    by whole second: {one.by_second}",
        flush=True,
    )


def _name(run: Run) -> str:
    return f"{run.database}, {f'{run.rate} a second' if run.is_paced else 'unpaced'}"


def _share(one: Delivered) -> str:
    goal = RATE_GOAL if one.run.is_paced else UNPACED_GOAL
    return f"{one.per_second / one.run.ideal:.3f} (goal {goal})"


def _lines(found: Sequence[Delivered]) -> list[str]:
    lines = [
        conditions([one.others for one in found]),
        "",
        "| | messages/s over the ideal | most in any second | cores | CPU a message + database | jobs | messages |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        most = f"{one.most_in_a_second} (at most {one.run.rate})" if one.run.is_paced else str(one.most_in_a_second)
        cores = f"{one.cores:.2f}" + (f" (goal {one.run.cores_goal:.2f})" if one.run.cores_goal else "")
        cpu = f"{one.cpu:.2f} + {one.database_cpu:.2f} ms"
        jobs = "-" if one.jobs is None else str(one.jobs)
        lines.append(f"| {_name(one.run)} | {_share(one)} | {most} | {cores} | {cpu} | {jobs} | {one.verdict} |")
    return lines
