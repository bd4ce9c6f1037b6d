"""Lists, search and coverage at 100,000 organizations, and a leader's dashboard, one request at a time over HTTP."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
import httpx

from benchmarks.data import ndjson
from benchmarks.lists.dashboard import BODIES, YEAR, open_dashboard
from benchmarks.lists.exporting import Exported, export
from benchmarks.options import say
from benchmarks.servers import HOST, Servers

ORGANIZATIONS, QUICK, BATCH = 100_000, 20_000, 5_000
SAMPLES, PERCENT = 40, 95
GOAL_MS, MEASURES_GOAL_MS = 50.0, 300.0
_LIST, _COVERAGE = "/v1/organizations", "/v1/coverage"
ASKED: Mapping[str, tuple[str, dict[str, str]]] = {
    "a page": (_LIST, {}),
    "a district's page": (_LIST, {"division": "330106"}),
    "a city's page": (_LIST, {"division": "3301"}),
    "a rare filter": (_LIST, {"kind": "foundation"}),
    "one street": (_LIST, {"street": "示例街道3"}),
    "one character, all": (_LIST, {"q": "社"}),
    "one character, none": (_LIST, {"q": "鼎"}),
    "two characters, all": (_LIST, {"q": "会工"}),
    "two characters, some": (_LIST, {"q": "77"}),
    "two characters, none": (_LIST, {"q": "鼎新"}),
    "three characters": (_LIST, {"q": "社会工"}),
    "no hit": (_LIST, {"q": "没有的东西"}),
    "a rare name": (_LIST, {"q": "第9999社"}),
    "an address": (_LIST, {"q": "示例路 77"}),
    "some of a district": (_LIST, {"q": "77", "division": "330106"}),
    "beginning of a code": (_LIST, {"q": "52330106PDY"}),
    "a city's coverage": (_COVERAGE, {"division": "3301"}),
    "a city's measures": (f"{_COVERAGE}/measures", {"division": "3301"}),
}
"""What is asked for, by name: the path and the parameters."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How long one question took, in milliseconds."""

    name: str
    organizations: int
    p50_ms: float
    p95_ms: float
    goal_ms: float
    what: str = "organizations"

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.p95_ms <= self.goal_ms


async def measure_lists(servers: Servers, *, quick: bool) -> tuple[list[Answered], list[Exported]]:
    """Each question as often as `SAMPLES` says, and files of all; fewer organizations where it is to be quick."""
    number = QUICK if quick else ORGANIZATIONS
    say(f"registering {number:,} organizations, and listing them")
    urls = {name: await servers.database(name, f"{name}_lists") for name in ("registry", "bus")}
    port = await servers.product("api", "registry", servers.product_env("postgres_log", urls))
    headers = {"Authorization": f"Bearer {servers.token}", "Content-Type": "application/x-ndjson"}
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", headers=headers, timeout=120) as client:
        await register(client, 0, number)
        await let_planner_know(urls["registry"])
        answered = [await ask(client, name, *ASKED[name], number) for name in ASKED]
        pid = servers.children["postgres_log-registry-api"].pid
        exported = [await export(client, pid, number, kind) for kind in ("csv", "xlsx")]
    return [*answered, await _ask_as_leader(servers)], exported


async def register(client: httpx.AsyncClient, first: int, number: int) -> None:
    """Register that many organizations from a number on, in batches. Raises httpx.HTTPError."""
    for start in range(first, first + number, BATCH):
        lines = ndjson(start, min(BATCH, first + number - start))
        (await client.post("/v1/civil-affairs/registrations:batch", content=lines)).raise_for_status()


async def _ask_as_leader(servers: Servers) -> Answered:
    port, token = await open_dashboard(servers)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", headers=headers, timeout=120) as client:
        path, asked = f"/v1/reports/{YEAR}", {"division": "3301"}
        return await ask(client, "a leader's dashboard", path, asked, BODIES, what="bodies", goal=MEASURES_GOAL_MS)


async def let_planner_know(url: str) -> None:
    """What PostgreSQL does by itself within a minute."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def ask(
    client: httpx.AsyncClient,
    name: str,
    path: str,
    parameters: Mapping[str, str],
    number: int,
    *,
    what: str = "organizations",
    goal: float | None = None,
    samples: int = SAMPLES,
) -> Answered:
    """Ask the same so often, one after the other. Raises httpx.HTTPError."""
    taken = []
    for _ in range(samples):
        started = time.perf_counter()
        (await client.get(path, params=parameters)).raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    goal = goal or (MEASURES_GOAL_MS if path.endswith("measures") else GOAL_MS)
    return Answered(name, number, taken[samples // 2], taken[samples * PERCENT // 100 - 1], goal, what)
