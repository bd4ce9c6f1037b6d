"""Metrics: requests by their route, the bus's and the ledger's state, and none of it at the cost of a scrape."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from services.funding.ledger.watching import watch_ledger
from shared.bus.envelope import Delivered, Message
from shared.bus.receiving import dead_letters, settling
from shared.bus.sampling import BusSample
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.registry import OrganizationDeregistered
from shared.db.base import new_id, utc_now
from shared.db.session import Database
from shared.telemetry.sampling import keep_sampling
from shuangfu.services import SERVICES
from tests.conftest import SYSTEM, AsAdmin
from tests.funding.conftest import Funding, funding
from tests.shared.telemetry.conftest import CODE, House, Open, until

__all__ = ["funding"]
ROUTE = "/v1/civil-affairs/registrations/{uscc}"
REQUESTS = "shuangfu_http_request_seconds_count"
CHECKING = "services.incubation.formation.actions.check_organizations"


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def scraped(house: House, path: str = "/metrics") -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample that the gateway shows."""
    response = await house.client.get(path)
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


async def test_requests__are_counted_by_template_and_class_of_status(open_house: Open) -> None:
    def count(method: str, route: str, status: str) -> float:
        return value(REQUESTS, service="registry", method=method, route=route, status=status) or 0

    watched = [("PUT", ROUTE, "2xx"), ("PUT", ROUTE, "4xx"), ("GET", "(unmatched)", "4xx"), ("OTHER", ROUTE, "4xx")]
    before = [count(*labels) for labels in watched]
    async with open_house() as house:
        await house.register()
        await house.client.put(f"/registry/v1/civil-affairs/registrations/{CODE}", json={})
        for number in range(3):
            await house.client.get(f"/registry/v1/nowhere/{number}")
        await house.client.request("BREW", f"/registry/v1/civil-affairs/registrations/{CODE}")
        samples = await scraped(house)
    assert [count(*labels) - start for labels, start in zip(watched, before, strict=True)] == [1, 1, 3, 1]
    routes = {dict(labels).get("route", "") for _, labels in samples}
    assert not [route for route in routes if CODE in route or "nowhere" in route], "templates, never paths"
    assert ROUTE in routes


async def test_journey__shows_relay_handlers_parts_and_samples(open_house: Open) -> None:
    async with open_house() as house:
        await house.register()
        await house.checked()

        async def sampled() -> Any:
            found = await scraped(house)
            read = {dict(labels)["service"] for name, labels in found if name == "shuangfu_outbox_depth"}
            drift = [labels for name, labels in found if name == "shuangfu_ledger_drift"]
            return found if read >= set(SERVICES) and len(drift) == 2 else None

        found = await until(sampled)

    def of(name: str, **labels: str) -> float:
        return found[name, frozenset(labels.items())]

    assert of("shuangfu_relay_active", service="registry") == 1
    assert of("shuangfu_part_up", service="registry", part="bus") == 1
    assert of("shuangfu_part_up", service="registry", part="database") == 1
    assert of("shuangfu_handler_seconds_count", consumer="incubation", handler=CHECKING) >= 1
    assert of("shuangfu_outbox_depth", service="funding") == 0
    assert of("shuangfu_ledger_drift", kind="balances") == of("shuangfu_ledger_drift", kind="transactions") == 0
    assert time.time() - of("shuangfu_sampled_timestamp_seconds", service="funding", sample="ledger") < 30
    assert ("process_resident_memory_bytes", frozenset()) in found
    assert value("shuangfu_relay_active", service="registry") == 0, "the house is closed"


async def test_outbox_and_dead_letters__are_sampled(
    database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin
) -> None:
    name, database = f"s-{uuid4().hex[:8]}", await database_for("registry")
    sample = BusSample(name, database)
    await sample.read()
    assert value("shuangfu_outbox_depth", service=name) == value("shuangfu_outbox_oldest_seconds", service=name) == 0
    data = OrganizationDeregistered(id=new_id(), uscc="X", division="330106", as_of=utc_now())
    lost = Delivered(Message("t", b"k", {}, b"{"), 0, 7)
    async with database.transaction() as tx:
        await emit(tx, [NewEvent(data.id, 1, data, "330106", utc_now())])
        facts = {"envelope": None, "detail": "", "handler": None, "attempts": 1}
        letter = await dead_letters.record(tx, name, lost, new_id(), reason="malformed_event", **facts)  # type: ignore[arg-type]
    await as_admin(database.url, "UPDATE outbox SET occurred_at = now() - interval '1 hour'")
    await sample.read()
    assert value("shuangfu_outbox_depth", service=name) == 2, "the event, and the dead letter's announcement"
    assert 3600 <= (value("shuangfu_outbox_oldest_seconds", service=name) or 0) < 3660
    assert value("shuangfu_dead_letters_open", service=name, reason="malformed_event") == 1
    async with database.transaction() as tx:
        await settling.discard(tx, letter)
    await sample.read()
    assert value("shuangfu_dead_letters_open", service=name, reason="malformed_event") == 0


@asynccontextmanager
async def running(job: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(job)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_samples__are_nan_while_the_database_is_away(open_house: Open) -> None:
    name = f"s-{uuid4().hex[:8]}"
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", access=SYSTEM)
    sample = BusSample(name, database)

    async def forgotten() -> bool:
        return math.isnan(value("shuangfu_outbox_depth", service=name) or 0)

    begun = time.time()
    async with running(keep_sampling(name, "bus", 0.05, sample.read, sample.forget)), open_house() as house:
        await until(forgotten)
        counted_from = value("shuangfu_sampled_timestamp_seconds", service=name, sample="bus")
        started = time.monotonic()
        assert ("shuangfu_outbox_depth", frozenset({("service", name)})) in await scraped(house)
        assert time.monotonic() - started < 5
    assert math.isnan(value("shuangfu_outbox_oldest_seconds", service=name) or 0)
    assert counted_from is not None
    assert begun <= counted_from <= time.time()
    assert value("shuangfu_sampled_timestamp_seconds", service=name, sample="bus") == counted_from, "never read"
    await database.close()


async def test_ledger_drift__is_0_in_health_and_shows_what_an_administrator_broke(funding: Funding) -> None:
    await funding.raised(3, "review", "approval", "payment")
    settings = funding.app.state.settings.model_copy(update={"ledger_check_seconds": 0.05})
    background = Database(funding.database.url, access=SYSTEM)

    async def drift(balances: int, transactions: int) -> None:
        async def seen() -> bool:
            found = [value("shuangfu_ledger_drift", kind=kind) for kind in ("balances", "transactions")]
            return found == [balances, transactions]

        await until(seen)

    async with running(watch_ledger(background, settings)):
        await drift(balances=0, transactions=0)
        await funding.change("UPDATE account_balances SET balance_fen = balance_fen + 1 WHERE account = '5001'")
        await drift(balances=1, transactions=0)
        await funding.change("UPDATE account_balances SET balance_fen = balance_fen - 1 WHERE account = '5001'")
        await drift(balances=0, transactions=0)
        await funding.change(
            "ALTER TABLE ledger_entries DISABLE TRIGGER USER",
            "UPDATE ledger_entries SET debit_fen = debit_fen + 1 WHERE id = "
            "(SELECT id FROM ledger_entries WHERE debit_fen > 0 ORDER BY id LIMIT 1)",
        )
        await drift(balances=1, transactions=1)
    await background.close()


@pytest.mark.parametrize("service", ["registry", "funding"])
async def test_metrics__are_at_the_gateway_and_at_each_service(open_house: Open, service: str) -> None:
    async with open_house() as house:
        await house.register()

        async def agree() -> bool:
            # A sample that is first taken between the two is at one of them only.
            own, gateway = await scraped(house, f"/{service}/metrics"), await scraped(house)
            return {name for name, _ in own} == {name for name, _ in gateway}

        await until(agree)
