"""One slice: a station under load for some seconds, and what came of it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

from tests.bench import machine
from tests.bench.stations import ROOT, Station
from tests.bench.traffic import Traffic

CONNECTIONS = 8
WARM_UP = 1.0
"""Seconds at the beginning of a slice that are not measured: conversations begin all at once there."""
MOST_PER_SECOND = 3500
"""Requests that are signed ahead for each second; no station answers so many."""


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


def measure(station: Station, seconds: float, traffic: Traffic) -> Slice:
    """Load a station with texts of families, or callbacks on messages, that no slice had before."""
    asking = _asking(station, seconds, traffic)
    _say_ready(asking)
    before = _used(station)
    told, _nothing = asking.communicate("go\n", timeout=seconds + WARM_UP + 60)
    after = _used(station)
    if asking.returncode:
        raise RuntimeError(f"asking {station.name} ended with an error; see above")
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


def numbers_used(seconds: float, traffic: Traffic) -> int:
    """How many phones or messages are set aside for a slice, so that none comes twice."""
    return CONNECTIONS * (_requests(seconds, traffic) // traffic.together)


def _requests(seconds: float, traffic: Traffic) -> int:
    """How many are signed ahead for each connection."""
    count = int(MOST_PER_SECOND * (seconds + WARM_UP) / CONNECTIONS)
    return count - count % traffic.together


def _asking(station: Station, seconds: float, traffic: Traffic) -> subprocess.Popen[str]:
    first, station.next_number = station.next_number, station.next_number + numbers_used(seconds, traffic)
    workers = [str(worker) for worker in machine.children(station.master)]
    options = {
        "traffic": traffic.name,
        "port": station.port,
        "connections": CONNECTIONS,
        "first": first,
        "requests": _requests(seconds, traffic),
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
