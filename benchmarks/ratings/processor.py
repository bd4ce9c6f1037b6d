"""Seconds of the processor: of a process, and of the server of databases."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _TIMES = 1, slice(11, 15)
"""In /proc/<pid>/stat behind the name: the parent; user and system time, own and of children that ended."""


def seconds_of(process: int) -> tuple[float, float]:
    """Of a process with its children, and of all of PostgreSQL, that have ended or still run."""
    found = {int(path.name): stat for path in Path("/proc").glob("[0-9]*") if (stat := _stat(path)) is not None}
    own = sum(_seconds(stat) for pid, (_, stat) in found.items() if pid == process)
    return own, sum(_seconds(stat) for name, stat in found.values() if name == "postgres")


def _stat(path: Path) -> tuple[str, list[str]] | None:
    try:
        name, _, rest = (path / "stat").read_text().partition("(")[2].rpartition(")")
    except OSError:  # it has ended
        return None
    return name, rest.split()


def _seconds(stat: list[str]) -> float:
    return sum(map(int, stat[_TIMES])) / _TICKS
