"""All services with their workers in one process, on fresh databases, on either transport."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.bus.sending.outbox import NewEvent, emit
from shared.bus.worker import Worker
from shared.db.base import utc_now
from shared.db.session import Database, Record
from shared.field import uscc
from shared.field.calendar import china_day
from shared.settings import ServiceSettings
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import SYSTEM, AsAdmin, Hands
from tests.incubation.areas.helpers import area, at
from tests.registry.standing.helpers import changed

TRANSPORTS = ["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)]
SUBSCRIBERS = (
    ("registry", "incubation", "type LIKE 'shuangfu.registry.%'"),
    ("registry", "evaluation", "type LIKE 'shuangfu.registry.party_organization.%' AND type NOT LIKE '%.declined.%'"),
    ("registry", "evaluation", "type LIKE 'shuangfu.registry.body.%'"),
    ("incubation", "evaluation", "type LIKE '%.incubation.double_report.%'"),
    ("registry", "funding", "type LIKE 'shuangfu.registry.party_organization.%' AND type NOT LIKE '%.declined.%'"),
    ("incubation", "registry", "type LIKE ANY ('{%.incubation.party_organization.%,%.filed_body.assigned.%}')"),
    ("evaluation", "funding", "type LIKE 'shuangfu.evaluation.evaluation.completed.%'"),
    ("evaluation", "registry", "type LIKE ANY ('{%.evaluation.standing.changed.%,%.selection.commended.%}')"),
    ("evaluation", "funding", "type LIKE 'shuangfu.evaluation.rectification.closed.%'"),
)

LAST_YEAR = datetime.now(UTC).year - 1


@dataclass
class World:
    """Four services: their HTTP clients, their workers, and queries of their databases."""

    settings: dict[str, ServiceSettings]
    as_admin: AsAdmin
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)

    async def register(self, number: int, members: int = 3, **changes: Any) -> dict[str, Any]:
        """Put an invented registration of a street of its own."""
        body = {
            "name": f"示例社会组织{number}",
            "kind": "social_service_institution",
            "division": "330106",
            "street": f"示例街道{number}",
            "address": "示例路 1 号",
            "registered_on": "2024-03-01",
            "full_time_staff": 50,
            "full_members_full_time": members,
            "full_members": members,
            "probationary_members": 0,
            "as_of": "2026-03-02T09:00:00+08:00",
            **changes,
        }
        code = uscc.make("52", "330106", f"PDY{number:05d}")
        response = await self.clients["registry"].put(f"/v1/civil-affairs/registrations/{code}", json=body)
        assert response.status_code in (200, 201), response.text
        found: dict[str, Any] = response.json()
        return found

    async def record_body(self) -> None:
        """Put an invented work committee of the district."""
        body = {"names": [{"name": "示例工委", "from": "2013-01-01"}], "level": "district", "kind": "work_committee"}
        body |= {"division": "330106", "from": "2013-01-01", "conference": None}
        response = await self.clients["registry"].put("/v1/bodies/XIHU", json=body)
        assert response.status_code == 201, response.text

    async def file_body(self) -> None:
        """Draw an area, and put an invented body in it that a street filed."""
        drawn = await self.clients["incubation"].put("/v1/areas/330106-CY01", json=area())
        assert drawn.status_code == 201, drawn.text
        lon, lat = at(600, 600)
        body = {"name": "示例舞蹈队", "kind": "culture_sports", "division": "330106", "street": "示例街道1"}
        body |= {"location": {"lon": lon, "lat": lat}, "filed_on": "2024-05-01", "as_of": "2026-03-02T09:00:00+08:00"}
        response = await self.clients["registry"].put("/v1/filed-bodies/7", json=body)
        assert response.status_code == 201, response.text

    async def check_in(self) -> None:
        """Record that a Party organization checked in at its community (S23)."""
        found = (await self.clients["incubation"].get("/v1/year-work")).json()["items"]
        body = {"kind": "check_in", "division": "330106", "title": "到社区报到"}
        body |= {
            "on_day": f"{LAST_YEAR}-12-31",
            "place": "示例社区",
            "party_organizations": [found[0]["party_organization_id"]],
        }
        response = await self.clients["incubation"].post("/v1/activities", json=body)
        assert response.status_code == 201, response.text

    async def publish_standing(self, organization_id: str, star: int | None, **changes: Any) -> UUID:
        """Emit what evaluation publishes of a rating, beside its row, without a rating. Returns the subject."""
        event = changed(organization_id, star, **changes)
        data, sequence = event.data, event.envelope.sequence
        # A superuser's: there is no evaluation that its foreign key could name.
        await self.change(
            "evaluation",
            "SET session_replication_role = replica",
            "INSERT INTO standings (id, organization_id, year, division, evaluation_id, party_organization_id, star, "
            f"total, published_on, final_on, sequence) VALUES ('{data.id}', '{data.organization_id}', {data.year}, "
            f"'{data.division}', '{data.evaluation_id}', '{data.party_organization_id}', {_sql(data.star)}, "
            f"{_sql(data.total)}, '{data.published_on}', '{data.final_on}', {sequence}) ON CONFLICT (id) DO UPDATE SET "
            "star = excluded.star, total = excluded.total, sequence = excluded.sequence, "
            "party_organization_id = excluded.party_organization_id",
        )
        database = Database(self.settings["evaluation"].database_url, pool_size=1, access=SYSTEM)
        async with database.transaction() as tx:
            await emit(tx, [NewEvent(data.id, sequence, data, data.division, utc_now())])
        await database.close()
        return data.id

    async def approve_all(self) -> int:
        """Approve every open standalone or area case; returns how many that were."""
        client = self.clients["incubation"]
        cases = (await client.get("/v1/formation-cases", params={"limit": 500, "state": "open"})).json()["items"]
        wanted = [case for case in cases if case["outcome"] != "joint"]
        for case in wanted:
            response = await client.post(
                f"/v1/formation-cases/{case['id']}/approval", json={"founded_on": f"{LAST_YEAR}-12-31"}
            )
            assert response.status_code == 200, response.text
        return len(wanted)

    async def rate_and_pay(self) -> int:
        """The year's round of Hangzhou: everybody enrolled is rated, the first one with no stars; its rectification is
        closed, and every grant is paid. Returns how many grants."""
        client, year = self.clients["evaluation"], LAST_YEAR
        cycle = await _ok(client.post("/v1/cycles", json={"year": year, "division": "3301"}))
        await _ok(client.post(f"/v1/cycles/{cycle['id']}/opening", json={"note": "补开"}))
        evaluations = (await _ok(client.get("/v1/evaluations", params={"limit": 500})))["items"]
        for evaluation in evaluations:
            path = f"/v1/evaluations/{evaluation['id']}"
            system = await _ok(client.get(f"/v1/indicator-systems/{evaluation['type']}", params={"year": year}))
            points = {one["code"]: one["points"] for level in system["levels"] for one in level["indicators"]}
            if evaluation == evaluations[0]:
                points = dict.fromkeys(points, "0")
            for stage in ("self", "group", "committee"):
                await _ok(client.put(f"{path}/scores/{stage}", json={"scores": points}))
            await _ok(client.post(f"{path}/completion"))
        await self.settle()
        await self.rectify(evaluations[0])
        await self.settle()
        grants = (await _ok(self.clients["funding"].get("/v1/grants", params={"limit": 500})))["items"]
        for grant in grants:
            for step in ("review", "approval", "payment"):
                key = {"Idempotency-Key": str(uuid4())}
                await _ok(self.clients["funding"].post(f"/v1/grants/{grant['id']}/{step}", headers=key))
        return len(grants)

    async def rectify(self, evaluation: dict[str, Any]) -> None:
        """Close the rectification of an evaluation: plan, tracking, acceptance."""
        client, today = self.clients["evaluation"], str(china_day(utc_now()))
        params = {"party_organization": evaluation["party_organization_id"], "kind": "rectification"}
        [opinion] = (await _ok(client.get("/v1/consequences", params=params)))["items"]
        path = f"/v1/consequences/{opinion['id']}"
        plan = {"goal": "补齐短板", "measures": ["每月召开党员大会"], "until": f"{LAST_YEAR + 2}-12-31"}
        await _ok(client.post(f"{path}/plan", json=plan))
        await _ok(client.post(f"{path}/tracking", json={"on": today, "progress": "已召开党员大会"}))
        await _ok(client.post(f"{path}/acceptance", json={"accepted": True, "on": today, "record": "措施已落实"}))

    async def rows(self, service: str, statement: str, **parameters: Any) -> list[Record]:
        """The rows of a query."""
        async with self.workers[service].database.transaction(SYSTEM) as tx:
            found: list[Record] = await tx.records(text(statement), parameters)
            return found

    async def scalar(self, service: str, statement: str) -> Any:
        """The value of a query of one row and column."""
        [row] = await self.rows(service, statement)
        return next(iter(row.values()))

    async def change(self, service: str, *statements: str) -> None:
        """Tamper, as a superuser."""
        await self.as_admin(self.settings[service].database_url, *statements)

    async def settle(self, seconds: float = 60) -> None:
        """Wait until every event is published and in its subscriber's inbox. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not await self._settled():  # noqa: ASYNC110 - the condition lies in the databases
                await asyncio.sleep(0.1)

    async def _settled(self) -> bool:
        before = await self.outboxes()
        for service in SERVICES:
            if await self.scalar(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL"):
                return False
        for source, reader, types in SUBSCRIBERS:
            known = {row["event_id"] for row in await self.rows(reader, "SELECT event_id FROM inbox")}
            if not {row["id"] for row in await self.rows(source, f"SELECT id FROM outbox WHERE {types}")} <= known:
                return False
        # Events cause further events: none may have been emitted while we were checking.
        return before == await self.outboxes()

    async def outboxes(self) -> dict[str, int]:
        """How many events each service ever emitted."""
        return {service: await self.scalar(service, "SELECT count(*) FROM outbox") for service in SERVICES}

    def environment(self, *services: str) -> dict[str, str]:
        """Settings as environment variables, for commands in separate processes."""
        found = {}
        for service in services or SERVICES:
            settings = self.settings[service]
            found |= {
                f"SHUANGFU_{service.upper()}_{name.upper()}": str(value)
                for name, value in settings.model_dump(exclude_defaults=True, exclude={"service"}).items()
            }
        return found


def _sql(value: object) -> str:
    return "NULL" if value is None else str(value)


async def _ok(request: Awaitable[httpx.Response]) -> dict[str, Any]:
    response = await request
    assert response.is_success, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.fixture(params=TRANSPORTS)
def bus(request: pytest.FixtureRequest) -> str:
    """The transport; `@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)` picks one."""
    return str(request.param)


@pytest.fixture
async def world(
    request: pytest.FixtureRequest,
    bus: str,
    settings_for: Callable[[str], Awaitable[ServiceSettings]],
    as_admin: AsAdmin,
    hands: Hands,
) -> AsyncIterator[World]:
    """All four services, running."""
    change: dict[str, Any] = {"stall_seconds": 20.0}
    if bus == "kafka":
        bootstrap = request.getfixturevalue("kafka_bootstrap")
        change |= {"bus": "kafka", "kafka_bootstrap": bootstrap, "kafka_prefix": f"t{uuid4().hex[:8]}."}
        change |= {"kafka_partitions": 3}
    settings = {name: (await settings_for(name)).model_copy(update=change) for name in SERVICES}
    found = World(settings, as_admin)
    async with AsyncExitStack() as stack:
        for name in SERVICES:
            service = load(name)
            worker = found.workers[name] = make_worker(service, settings[name])
            app = service.create_app(settings[name])
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{name}", auth=hands)
            found.clients[name] = await stack.enter_async_context(client)
            worker.start()
        try:
            yield found
        finally:
            await asyncio.gather(*(worker.stop() for worker in found.workers.values()))
            await asyncio.gather(*(worker.database.close() for worker in found.workers.values()))
