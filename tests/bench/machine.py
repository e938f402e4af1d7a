"""Who used how much of the processors: from /proc, in seconds of CPU."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

TICK = float(os.sysconf("SC_CLK_TCK"))


def used_by(family: int | None) -> float:
    """Seconds of CPU that a process and those it has started, also those that have ended, have used so far."""
    if family is None:
        return 0.0
    ticks = sum(map(int, _fields(family)[11:15]))  # its own, and that of the children it has waited for
    for child in children(family):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it may end meanwhile
            ticks += sum(map(int, _fields(child)[11:13]))
    return ticks / TICK


def used_by_all() -> float:
    """Seconds of CPU that anything on this machine has used."""
    numbers = [int(number) for number in Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:9]]
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = numbers
    return (user + nice + system + interrupts + soft + stolen) / TICK


def children(parent: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()]


def holds(process: int, ours: socket.socket) -> bool:
    """Whether the other end of a connection on this machine belongs to that process."""
    far, near = ours.getpeername()[1], ours.getsockname()[1]
    rows = (row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").split("\n")[1:-1])
    ends = {row[9] for row in rows if (_port(row[1]), _port(row[2])) == (far, near)}
    held = {_link(file) for file in Path(f"/proc/{process}/fd").iterdir()}
    return any(f"socket:[{inode}]" in held for inode in ends)


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except FileNotFoundError:  # closed meanwhile
        return ""


def parent_of(process: int) -> int:
    """Who started a process."""
    return int(_fields(process)[1])


def _fields(process: int) -> list[str]:
    """What /proc/PID/stat says, from the state on: the name before it may hold spaces."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
