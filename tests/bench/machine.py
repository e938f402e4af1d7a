"""Who used how much of the processors: from /proc, in seconds of CPU."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

TICK = float(os.sysconf("SC_CLK_TCK"))


def used_by(family: int | None) -> float:
    """Seconds of CPU that a process and those it has started, also those that have ended, have used so far."""
    if family is None:
        return 0.0
    ticks = sum(map(int, _fields(family)[11:15]))  # its own, and that of the children it has waited for
    for child in Path(f"/proc/{family}/task/{family}/children").read_text(encoding="ascii").split():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it may end meanwhile
            ticks += sum(map(int, _fields(int(child))[11:13]))
    return ticks / TICK


def used_by_all() -> float:
    """Seconds of CPU that anything on this machine has used."""
    numbers = [int(number) for number in Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:9]]
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = numbers
    return (user + nice + system + interrupts + soft + stolen) / TICK


def parent_of(process: int) -> int:
    """Who started a process."""
    return int(_fields(process)[1])


def _fields(process: int) -> list[str]:
    """What /proc/PID/stat says, from the state on: the name before it may hold spaces."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
