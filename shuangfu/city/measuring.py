"""What it costs on the machine: memory of each process, size of each database and of its largest tables."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

from shared.urls import driver_url
from shuangfu.embedded.connection import embedded_database_urls

_PROC = Path("/proc")
_TABLES = """
    SELECT coalesce(p.relname, c.relname) AS name, sum(pg_total_relation_size(c.oid))::bigint AS bytes
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    GROUP BY 1 ORDER BY 2 DESC"""


def measure_memory() -> dict[str, dict[str, int]] | None:
    """Of this program's processes by role, in kilobytes: their number, `now_kb` (shared pages divided among those that
    share them) and the sum of each one's `peak_kb`; None where there is no /proc to read."""
    if not (_PROC / "self" / "smaps_rollup").exists():
        return None
    found: dict[str, dict[str, int]] = {}
    for process in _family(os.getpid()):
        try:
            role = _role_of(process)
            now = _kilobytes(process / "smaps_rollup", "Pss:")
            peak = _kilobytes(process / "status", "VmHWM:")
        except (OSError, ValueError):
            continue  # it has ended since
        sums = found.setdefault(role, {"processes": 0, "now_kb": 0, "peak_kb": 0})
        for name, number in (("processes", 1), ("now_kb", now), ("peak_kb", peak)):
            sums[name] += number
    return found


def measure_processor() -> dict[str, float] | None:
    """Seconds of the processor that each kind of process has taken, ended children of theirs too; None without /proc.

    Beside the wall's seconds they tell a slow step from a machine that had other work.
    """
    if not (_PROC / "self" / "stat").exists():
        return None
    found: dict[str, float] = {}
    for process in _family(os.getpid()):
        try:
            role = _role_of(process)
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended since
        found[role] = found.get(role, 0.0) + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return found


def measure_databases(data: Path) -> dict[str, dict[str, Any]]:
    """By service (and `bus`): bytes in all, and by table, the largest first."""

    async def measure() -> dict[str, dict[str, Any]]:
        with embedded_database_urls(data) as urls:
            return {name: await _sizes(driver_url(url)) for name, url in urls.items()}

    return asyncio.run(measure())


async def _sizes(url: str) -> dict[str, Any]:
    connection = await asyncpg.connect(url)
    try:
        tables = {row["name"]: row["bytes"] for row in await connection.fetch(_TABLES)}
        return {"bytes": await connection.fetchval("SELECT pg_database_size(current_database())"), "tables": tables}
    finally:
        await connection.close()


def _family(root: int) -> Iterator[Path]:
    """A process and everything that it started."""
    parents: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    waiting = [root]
    while waiting:
        one = waiting.pop()
        yield _PROC / str(one)
        waiting += parents.get(one, [])


def _role_of(process: Path) -> str:
    if process.name == str(os.getpid()):
        return "replay"
    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    for sign, role in (("serve", "services"), ("kafka.Kafka", "kafka"), ("postgres", "postgresql")):
        if sign in command:
            return role
    return "helpers"


def _kilobytes(path: Path, name: str) -> int:
    return next(int(line.split()[1]) for line in path.read_text().splitlines() if line.startswith(name))
