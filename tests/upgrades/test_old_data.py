"""A deployment of the first migration, with data, comes through every migration, and works on."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.bus.receiving import settling
from shared.bus.transports.postgres_log import migrate_log
from shared.bus.worker import Worker
from shared.field import uscc
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate
from shared.schema.security import OWNER, RUNTIME
from shared.urls import engine_url, with_login
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import RUNTIME_PASSWORD, SYSTEM, Hands, Templates, make_settings
from tests.operations.backup.deployments import drop_deployment, fetch
from tests.upgrades.released import FILLED_BY_MIGRATIONS, fill, read, rows_of
from tests.upgrades.test_migrations_are_safe import revisions

VERSION = "0.1.0"
REGISTERED = "shuangfu.registry.organization.registered.v1"
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
async def names(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[dict[str, str]]:
    """Empty databases, by service."""
    prefix = f"t{uuid4().hex[:8]}_"
    await templates.ensure_roles()
    found = {service: prefix + service for service in (*SERVICES, "bus")}
    await create_databases(postgres_server.url(), list(found.values()), owner=OWNER)
    yield found
    await drop_deployment(postgres_server, prefix)


@pytest.mark.parametrize("service", SERVICES)
async def test_rows__are_kept_by_every_migration(
    service: str, names: dict[str, str], postgres_server: EmbeddedPostgres
) -> None:
    url, rows = postgres_server.url(names[service]), rows_of(VERSION, service)
    first, *later = revisions(service)
    await let_policies_use_indexes(url)
    await migrate(service, url, first, role=OWNER)
    await fill(url, rows)
    before = await read(url, rows)
    assert sum(map(len, before.values())) > 20
    assert later
    for revision in later:
        await migrate(service, url, revision, role=OWNER)
        after = await read(url, rows)
        # Migrations may add to what they filled themselves.
        assert {name: [row for row in kept if row in before[name]] for name, kept in after.items()} == before, revision
        assert {name for name, kept in after.items() if len(kept) > len(before[name])} <= FILLED_BY_MIGRATIONS, revision
    await migrate(service, url, role=OWNER)
    if service == "registry":
        divisions = await read(url, {"coverages": [{"division": None}]})
        assert {json.loads(row)["division"] for row in divisions["coverages"]} == {"330106"}
        kept = await fetch(url, "SELECT division, coverage, organizations FROM organization_counts")
        counted = "SELECT division, coverage, count(*) FROM organizations WHERE status = 'registered' GROUP BY 1, 2"
        assert sorted(map(tuple, kept)) == sorted(map(tuple, await fetch(url, counted))) != []


def with_event_under_way(rows: Rows, name: str, number: int) -> dict[str, Any]:
    """Another organization, whose event is not published yet; returns the event."""
    organization = copy.deepcopy(rows["organizations"][0])
    [event] = [copy.deepcopy(row) for row in rows["outbox"] if row["type"] == REGISTERED][:1]
    identity, code = str(uuid4()), uscc.make("52", "330106", f"PDY{number:05d}")
    organization |= {"id": identity, "uscc": code, "name": name, "coverage": "uncovered", "version": 1}
    event |= {"id": str(uuid4()), "key": identity, "subject": identity, "sequence": 1, "published_at": None}
    event["seq"] = max(row["seq"] for row in rows["outbox"]) + 1
    event["data"] |= {"id": identity, "uscc": code, "name": name}
    rows["organizations"].append(organization)
    rows["outbox"].append(event)
    return event


def with_dead_letter(rows: Rows, event: dict[str, Any]) -> str:
    """Dead-letter the event; returns the letter's id."""
    letter = str(uuid4())
    headers = {
        "ce_specversion": "1.0",
        **{f"ce_{name}": str(event[name]) for name in ("id", "type", "subject", "sequence", "division")},
        "ce_source": "/registry",
        "ce_time": event["occurred_at"],
        "content-type": "application/json",
    }
    value = "\\x" + json.dumps(event["data"]).encode().hex()
    rows["inbox"].append({"event_id": event["id"], "consumer": "incubation", "claimed_at": event["occurred_at"]})
    rows["dead_letters"].append(
        {"id": letter, "consumer": "incubation", "event_id": event["id"], "type": event["type"], "key": event["key"]}
        | {"topic": event["topic"], "partition": 0, "offset": 1, "headers": headers, "value": value, "attempts": 5}
        | {"reason": "handler_failed", "detail": "-", "handler": None, "division": event["division"]}
        | {"state": "open", "recorded_at": event["occurred_at"], "settled_at": None}
    )
    return letter


async def test_services__work_on_with_old_data(
    names: dict[str, str], postgres_server: EmbeddedPostgres, issuer: EmbeddedIssuer, hands: Hands
) -> None:
    rows = {service: rows_of(VERSION, service) for service in SERVICES}
    waiting = with_event_under_way(rows["registry"], "示例在途社会组织", 801)
    aside = with_event_under_way(rows["registry"], "示例搁置社会组织", 802)
    aside["published_at"] = aside["occurred_at"]
    letter = with_dead_letter(rows["incubation"], aside)
    urls = {}
    for service, name in names.items():
        url = engine_url(postgres_server.url(name))
        if service == "bus":
            await migrate_log(url, owner=OWNER, runtime=RUNTIME)
        else:
            await let_policies_use_indexes(url)
            await migrate(service, url, f"{service}_0001", role=OWNER)
            await fill(url, rows[service])
            await migrate(service, url, role=OWNER)
        urls[service] = with_login(url, RUNTIME, RUNTIME_PASSWORD)
    async with AsyncExitStack() as stack:
        clients, workers = {}, {}
        for service in SERVICES:
            settings = make_settings(service, urls[service], urls["bus"], issuer)
            parts = load(service)
            app = parts.create_app(settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{service}", auth=hands)
            clients[service] = await stack.enter_async_context(client)
            worker = workers[service] = make_worker(parts, settings)
            stack.push_async_callback(worker.database.close)
            stack.push_async_callback(worker.stop)
            worker.start()
        await check_that_all_works(clients, workers, waiting, aside, letter)


async def check_that_all_works(
    clients: dict[str, httpx.AsyncClient],
    workers: dict[str, Worker],
    waiting: dict[str, Any],
    aside: dict[str, Any],
    letter: str,
) -> None:
    registry, incubation = clients["registry"], clients["incubation"]

    async def checks(code: str) -> list[Any]:
        async with asyncio.timeout(120):
            while True:
                answer = await incubation.get("/v1/formation-checks", params={"organization": code})
                if found := answer.raise_for_status().json()["items"]:
                    return list(found)
                await asyncio.sleep(0.1)

    # What was under way when the old version stopped.
    assert len(await checks(waiting["data"]["uscc"])) == 1
    async with workers["incubation"].database.transaction(SYSTEM) as tx:
        await settling.retry(tx, UUID(letter), workers["incubation"].handlers)
    assert len(await checks(aside["data"]["uscc"])) == 1
    # An old organization changes, a new one comes.
    names = {"name": "示例更名社会组织", "street": "翠苑街道", "address": "示例路 1 号"}
    new = uscc.make("52", "330106", "PDY00803")
    for code, status in ((waiting["data"]["uscc"], 200), (new, 201)):
        body = {
            "kind": "social_service_institution",
            "division": "330106",
            "registered_on": "2025-02-02",
            "full_time_staff": 14,
            "full_members_full_time": 4,
            "full_members": 4,
            "probationary_members": 0,
            "as_of": "2026-11-05T01:00:00Z",
            **names,
        }
        answer = await registry.put(f"/v1/civil-affairs/registrations/{code}", json=body)
        assert answer.status_code == status, answer.text
    [check] = await checks(new)
    assert check["outcome"] == "standalone"
    # Old decisions are read, and an old case of a new life goes all the way to a Party organization.
    for client, path, count in (
        (registry, "/v1/party-organizations", 3),
        (clients["evaluation"], "/v1/evaluations", 3),
        (clients["funding"], "/v1/grants", 3),
        (clients["funding"], "/v1/ledger/accounts", 10),
    ):
        answer = await client.get(path)
        assert len(answer.raise_for_status().json()["items"]) == count, path
    cases = (await incubation.get("/v1/formation-cases", params={"state": "open", "limit": 500})).json()["items"]
    [case] = [case for case in cases if case["uscc"] == new]
    assert (await incubation.post(f"/v1/formation-cases/{case['id']}/approval")).status_code == 200
    async with asyncio.timeout(120):
        while len((await registry.get("/v1/party-organizations")).json()["items"]) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    for worker in workers.values():
        async with worker.database.transaction(SYSTEM) as tx:
            open_letters = await tx.scalar(text("SELECT count(*) FROM dead_letters WHERE state = 'open'"))
            assert open_letters == 0, worker.settings.service
        assert all(check.ok for check in worker.live())
