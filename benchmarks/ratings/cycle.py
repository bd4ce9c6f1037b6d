"""A cycle of 10,000: opened, scored by workbooks and completed over HTTP; then its list, sorted and filtered."""

import asyncio
import random
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from statistics import quantiles
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks.options import say
from benchmarks.ratings.invented import DIVISIONS
from benchmarks.ratings.measured import Rated
from benchmarks.ratings.processor import seconds_of
from benchmarks.servers import HOST, Servers
from services.evaluation.indicator_systems.methods import Counted, Deduction, Graded, Method, Ratio
from services.evaluation.indicator_systems.reading import read_indicator_systems
from shared.settings import REPOSITORY_POLICIES
from shared.web.identity.permissions import Role
from shuangfu.clients.score_sheets import Choose, fill

CYCLE_SECONDS, LIST_MILLISECONDS = 180.0, 50.0
_TYPES = {"T10": "social_service_institution", "T11": "social_group", "T01": "accounting_firm", "T02": "law_firm"}
_CITY, _LIST, _LISTED = "3301", 500, 300
_COVERED = ("sequence", "covered", "since")


async def measure_cycle(servers: Servers, *, quick: bool) -> list[Rated]:
    """A tenth of the evaluations where it is to be quick."""
    count = 1_000 if quick else 10_000
    urls = {"evaluation": await servers.database("evaluation", "evaluation_cycle")}
    urls["bus"] = await servers.database("bus", "evaluation_cycle_bus")
    year = datetime.now(UTC).year
    await _invent(urls["evaluation"], count, year)
    with servers.group():
        port = await servers.product("api", "evaluation", servers.product_env("postgres_log", urls))
        process = servers.children["postgres_log-evaluation-api"].pid
        # Opening, scoring and completing are different people's.
        tokens = [servers.issue(name, [Role.DISTRICT_OFFICER, Role.RATER, Role.REVIEWER]) for name in "甲乙丙"]
        clients = [
            httpx.AsyncClient(
                base_url=f"http://{HOST}:{port}", headers={"Authorization": f"Bearer {token}"}, timeout=120
            )
            for token in tokens
        ]
        try:
            return await _measure(clients, count, year, process)
        finally:
            await asyncio.gather(*(client.aclose() for client in clients))


async def _measure(clients: list[httpx.AsyncClient], count: int, year: int, process: int) -> list[Rated]:
    opener, rater, completer = clients
    before, started = seconds_of(process), time.monotonic()
    drafted = (await opener.post("/v1/cycles", json={"year": year, "division": _CITY})).raise_for_status().json()
    path = f"/v1/cycles/{drafted['id']}"
    opened = (await opener.post(f"{path}/opening", json={"note": "性能测试"})).raise_for_status().json()
    opening = time.monotonic() - started
    say(f"opened in {opening:.1f} s: {opened['enrolled']:,} enrolled")
    scoring, saved = await _score(rater, drafted["id"], year)
    say(f"{len(saved):,} scored by file in {scoring:.1f} s")
    started = time.monotonic()
    done = 0
    for at in range(0, len(saved), _LIST):
        listed = {"evaluation_ids": saved[at : at + _LIST]}
        answered = (await completer.post(f"{path}/completion", json=listed)).raise_for_status().json()
        done += len(answered["completed"])
    completing = time.monotonic() - started
    own, database = (after - earlier for after, earlier in zip(seconds_of(process), before, strict=True))
    say(f"{done:,} completed in {completing:.1f} s; processor: api {own:.0f} s, PostgreSQL {database:.0f} s")
    total = Rated("opened, scored by file and completed", count, done, opening + scoring + completing, CYCLE_SECONDS)
    return [total, await _list(completer, drafted["id"])]


async def _score(rater: httpx.AsyncClient, cycle: str, year: int) -> tuple[float, list[str]]:
    """Seconds of the requests, without those of filling in; the evaluations that were saved."""
    methods = {
        one.type: {indicator.code: indicator.method for indicator in one.indicators()}
        for one in read_indicator_systems(REPOSITORY_POLICIES).of_year(year, DIVISIONS[0])
    }
    seconds, saved, chance = 0.0, list[str](), random.Random(1)
    for kind, division in ((kind, division) for kind in _TYPES for division in DIVISIONS):
        started = time.monotonic()
        asked = {"cycle": cycle, "division": division}
        workbook = (await rater.get(f"/v1/score-sheets/{kind}.xlsx", params=asked)).raise_for_status().content
        seconds += time.monotonic() - started
        filled = await asyncio.to_thread(fill, workbook, _choosing(methods[kind], chance), "查阅示例台账")
        started = time.monotonic()
        report = (await rater.post("/v1/score-sheets", files={"file": ("sheets.xlsx", filled)})).raise_for_status()
        seconds += time.monotonic() - started
        saved += report.json()["saved"]
    return seconds, saved


async def _list(client: httpx.AsyncClient, cycle: str) -> Rated:
    """The p95 of pages of 50, each sorted and filtered in another way."""
    chance, taken, done = random.Random(2), list[float](), 0
    for number in range(_LISTED):
        asked: dict[str, Any] = {"cycle": cycle, "sort": ("total", "id")[number % 2]}
        filters = {"star": chance.randint(0, 5), "division": chance.choice(DIVISIONS), "state": "completed"}
        asked |= {name: filters[name] for name in chance.sample(sorted(filters), chance.randint(0, 3))}
        started = time.monotonic()
        done += (await client.get("/v1/evaluations", params=asked)).is_success
        taken.append((time.monotonic() - started) * 1000)
    return Rated(
        "pages of its list, sorted and filtered, p95",
        _LISTED,
        done,
        quantiles(taken, n=20)[-1],
        LIST_MILLISECONDS,
        "ms",
    )


def _choosing(methods: Mapping[str, Method | None], chance: random.Random) -> Choose:
    def choose(_: str, code: str) -> str | int | None:
        method = methods.get(code)
        return None if method is None else _fact(method, chance)

    return choose


def _fact(method: Method, chance: random.Random) -> str | int:
    match method:
        case Graded(grades=grades):
            return chance.choice(grades[:3]).code
        case Counted():
            return chance.randint(2, 12)
        case Deduction():
            return chance.choice((0, 0, 0, 1))
        case Ratio():
            return chance.randint(60, 100)
    return "是"


async def _invent(url: str, count: int, year: int) -> None:
    """Party organizations, each of one organization: as many of each type in each division."""
    admin = await asyncpg.connect(url)
    found = [
        (UUID(int=number << 32), UUID(int=(number << 32) + 1), DIVISIONS[number % 10], kind)
        for number, kind in ((number, list(_TYPES.values())[number // 10 % 4]) for number in range(1, count + 1))
    ]
    try:
        await admin.copy_records_to_table(
            "party_organizations",
            columns=["id", "name", "kind", "form", "division", "established_on", "sequence", "past_states"],
            records=[
                (party, "示例党支部", "BRANCH", "standalone", division, date(2020, 1, 1), 1, "[]")
                for party, _, division, _ in found
            ],
        )
        await admin.copy_records_to_table(
            "covered_organizations",
            columns=[
                "id",
                "party_organization_id",
                "division",
                "organization_id",
                "kind",
                "sequence",
                "covered",
                "since",
            ],
            records=[
                (UUID(int=party.int + 2), party, division, one, kind, 1, True, date(year - 1, 1, 1))
                for party, one, division, kind in found
            ],
        )
        await admin.execute("ANALYZE")
    finally:
        await admin.close()
