"""Registers up to each number of organizations, waits for their checks, and asks what people ask of that many."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from benchmarks.data import organization
from benchmarks.growth.growing import LEAST_MS, Grown
from benchmarks.lists.measuring import ASKED, ask, let_planner_know, register
from benchmarks.options import say
from benchmarks.servers import HOST, Servers
from shared.web.identity.permissions import Role

NUMBERS, QUICK = (10_000, 30_000, 100_000, 300_000), (2_000, 6_000, 20_000)
SAMPLES = 12
CHECKED_SECONDS = 600.0
POLL_SECONDS = 0.1
PARTS = ("registry", "incubation", "bus")
CODE, _ = organization(0)
REGISTRY: Mapping[str, tuple[str, dict[str, str]]] = {
    **ASKED,
    "coverage of twelve months": ("/v1/coverage/series", {"division": "3301", "first": "2026-01", "last": "2026-12"}),
    "standing of one": ("/v1/organizations/{code}/standing", {}),
    "possible duplicates": ("/v1/duplicates", {}),
    "the registry's tasks": ("/v1/tasks", {}),
    "changes, the last page": ("/v1/changes", {}),
}
INCUBATION: Mapping[str, tuple[str, dict[str, str]]] = {
    "formation cases of a district": ("/v1/formation-cases", {"division": "330106"}),
    "open cases of a city": ("/v1/formation-cases", {"division": "3301", "state": "open"}),
    "checks of one": ("/v1/formation-checks", {"organization": "{code}"}),
    "incubation's tasks": ("/v1/tasks", {}),
    "tasks of a district": ("/v1/tasks", {"division": "330106"}),
}
_BYTES = """
SELECT COALESCE(parent.relname, c.relname) AS name, sum(pg_table_size(c.oid))::bigint AS rows,
    sum(pg_indexes_size(c.oid))::bigint AS indexes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
WHERE c.relkind = 'r' AND n.nspname = 'public' GROUP BY 1 HAVING sum(pg_total_relation_size(c.oid)) > 1000000 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Bytes:
    """How many bytes a table has, and its indexes."""

    rows: int
    indexes: int


@dataclass(slots=True)
class Found:
    """Everything by the number of organizations."""

    grown: list[Grown]
    tables: dict[str, Bytes]
    """By `service.table`, at the largest number."""
    organizations: int


async def measure_growth(servers: Servers, numbers: tuple[int, ...]) -> Found:
    """Raises httpx.HTTPError, TimeoutError."""
    urls = {name: await servers.database(name, f"{name}_growth") for name in (*PARTS, "funding", "evaluation")}
    env = servers.product_env("postgres_log", urls)
    ports = {}
    for service in ("registry", "incubation"):
        ports[service] = await servers.product("api", service, env)
        await servers.product("worker", service, env)
    registrar = {"Authorization": f"Bearer {servers.token}", "Content-Type": "application/x-ndjson"}
    officer = {"Authorization": f"Bearer {servers.issue('growth', [Role.DISTRICT_OFFICER])}"}
    seconds: dict[int, float] = {}
    asked: dict[str, dict[int, float]] = defaultdict(dict)
    memory: dict[str, dict[int, float]] = defaultdict(dict)
    space: dict[int, float] = {}
    tables: dict[str, Bytes] = {}
    took, known = 0.0, 0
    base = f"http://{HOST}:"
    async with (
        httpx.AsyncClient(base_url=f"{base}{ports['registry']}", headers=registrar, timeout=300) as sending,
        httpx.AsyncClient(base_url=f"{base}{ports['registry']}", headers=officer, timeout=120) as registry,
        httpx.AsyncClient(base_url=f"{base}{ports['incubation']}", headers=officer, timeout=120) as incubation,
    ):
        for number in numbers:
            started = time.perf_counter()
            await register(sending, known, number - known)
            await _await_checks(urls["incubation"], number)
            took, known = took + time.perf_counter() - started, number
            seconds[number] = took
            for name in PARTS:
                await let_planner_know(urls[name])
            for client, questions in ((registry, REGISTRY), (incubation, INCUBATION)):
                for name, (path, parameters) in questions.items():
                    given = {key: value.format(code=CODE) for key, value in parameters.items()}
                    answered = await ask(client, name, path.format(code=CODE), given, number, samples=SAMPLES)
                    asked[name][number] = answered.p95_ms
            for name, child in servers.children.items():
                memory[name.removeprefix("postgres_log-")][number] = _resident(child.pid)
            tables = {f"{name}.{one}": size for name in PARTS for one, size in (await _tables(urls[name])).items()}
            space[number] = float(sum(one.rows + one.indexes for one in tables.values()))
            say(f"{number:,} organizations: {took:.0f} s, {space[number] / number:,.0f} bytes each")
    grown = [
        Grown("registered and checked", "s", seconds),
        Grown("databases and log", "bytes", space),
        *(Grown(f"memory of {name}", "bytes", figures) for name, figures in memory.items()),
        *(Grown(name, "ms, p95", figures, LEAST_MS) for name, figures in asked.items()),
    ]
    return Found(grown, tables, known)


async def _await_checks(url: str, number: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(CHECKED_SECONDS):
            counting = "SELECT count(*) FROM formation_checks"
            while await connection.fetchval(counting) < number:  # noqa: ASYNC110 - another process writes them
                await asyncio.sleep(POLL_SECONDS)
    finally:
        await connection.close()


async def _tables(url: str) -> dict[str, Bytes]:
    connection = await asyncpg.connect(url)
    try:
        return {row["name"]: Bytes(row["rows"], row["indexes"]) for row in await connection.fetch(_BYTES)}
    finally:
        await connection.close()


def _resident(pid: int) -> float:
    """Bytes of memory that a process has for itself, and its part of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) * 1024
    raise LookupError(f"no Pss of process {pid}")
