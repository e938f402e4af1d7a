"""One slice: a station under load for some seconds, and what came of it."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

from tests.bench import machine
from tests.bench.phones import FAMILIES_APART
from tests.bench.stations import ROOT, Station

CONNECTIONS = 8
WARM_UP = 1.0
"""Seconds at the beginning of a slice that are not measured: conversations begin all at once there."""
MOST_PER_SECOND = 3500
"""Requests that are signed ahead for each second; no station answers so many."""

_slices = itertools.count()


@dataclass(frozen=True)
class Slice:
    """What one slice measured. CPU in milliseconds a request, times in milliseconds."""

    per_second: float
    median: float
    p99: float
    cpu: float
    database_cpu: float
    asking_cpu: float
    others: float
    """Share of the machine that neither side of this slice used."""


def measure(station: Station, seconds: float) -> Slice:
    """Load a station with texts of families that no slice had before."""
    asking = _asking(station, seconds)
    _say_ready(asking)
    before = _used(station)
    told, _nothing = asking.communicate("go\n", timeout=seconds + WARM_UP + 60)
    after = _used(station)
    if asking.returncode:
        raise RuntimeError(f"texting {station.name} ended with an error; see above")
    heard = json.loads(told)
    station.sent += heard["sent"]
    cpu, database_cpu, everything = (end - start for start, end in zip(before, after, strict=True))
    return _slice(heard, seconds, cpu, database_cpu, everything)


def _used(station: Station) -> list[float]:
    return [machine.used_by(station.master), machine.used_by(station.postmaster), machine.used_by_all()]


def _slice(heard: dict[str, float | list[list[float]]], *used: float) -> Slice:
    seconds, cpu, database_cpu, everything = used
    answers, sent, asking = heard["answers"], heard["sent"], heard["cpu"]
    assert isinstance(answers, list)
    assert isinstance(sent, int)
    assert isinstance(asking, float)
    took = sorted(took for at, took in answers if WARM_UP <= at < WARM_UP + seconds)
    end = max(at for at, _took in answers)
    return Slice(
        per_second=len(took) / min(seconds, end - WARM_UP),
        median=statistics.median(took) * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        cpu=cpu / sent * 1000,
        database_cpu=database_cpu / sent * 1000,
        asking_cpu=asking / sent * 1000,
        others=max(0.0, 1 - (cpu + database_cpu + asking) / everything),
    )


def _asking(station: Station, seconds: float) -> subprocess.Popen[str]:
    requests = int(MOST_PER_SECOND * (seconds + WARM_UP) / CONNECTIONS)
    first_family = next(_slices) * CONNECTIONS * FAMILIES_APART
    workers = [str(worker) for worker in machine.children(station.master)]
    options = {
        "port": station.port,
        "connections": CONNECTIONS,
        "first-family": first_family,
        "requests": requests,
        "warm-up": WARM_UP,
        "seconds": seconds,
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.bench.phones",
            *(f"--{name}={value}" for name, value in options.items()),
            "--workers",
            *workers,
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _say_ready(asking: subprocess.Popen[str]) -> None:
    """Wait until everything is signed."""
    if asking.stdout is None or asking.stdout.readline().strip() != "ready":
        raise RuntimeError("the phones did not get ready; see above")
