"""The pull feed: complete, in order, scoped, resumed by its cursor."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.app import create_app
from shared.bus.sending.outbox import NewEvent, emit
from shared.bus.sending.relay import Relay
from shared.bus.transports.postgres_log import PostgresLog
from shared.contracts.registry import OrganizationDeregistered, OrganizationRegistered, PartyOrganizationDissolved
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from shared.web.routes import encode_cursor
from tests.conftest import SYSTEM, Hands, TokenFor
from tests.running.feeds import publish
from tests.shared.web.conftest import SettingsFor

BATCH = "application/cloudevents-batch+json"
DEREGISTERED = OrganizationDeregistered.TYPE
DISSOLVED = PartyOrganizationDissolved.TYPE


class Feed:
    """A service that tells events, and who pulls them."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, database: Database, settings: ServiceSettings) -> None:
        self.app = app
        self.client = client
        self.database = database
        self.settings = settings

    async def tell(self, tx: Transaction, *divisions: str | None, dissolved: bool = False) -> list[str]:
        """An event of each division; their ids."""
        made = []
        for division in divisions:
            subject = new_id()
            data: Any = OrganizationDeregistered(id=subject, uscc="X", division=division or "-", as_of=utc_now())
            if dissolved:
                data = PartyOrganizationDissolved(
                    id=subject, division=division or "-", dissolved_on=utc_now().date(), cause="no_organization_left"
                )
            made.append(NewEvent(subject, 1, data, division, utc_now()))
        await emit(tx, made)
        return [str(event.subject) for event in made]

    async def told(self, *divisions: str | None, dissolved: bool = False) -> list[str]:
        async with self.database.transaction(SYSTEM) as tx:
            return await self.tell(tx, *divisions, dissolved=dissolved)

    async def page(self, token: str | None = None, **query: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self.client.get("/v1/changes", params=query, headers=headers)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def pull(self, token: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """Page by page, until there is no more."""
        items: list[dict[str, Any]] = []
        while True:
            page = await self.page(token, **query)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            query["cursor"] = page["next_cursor"]


def subjects(items: Sequence[dict[str, Any]]) -> list[str]:
    return [item["subject"] for item in items]


@pytest.fixture
async def feed(settings_for: SettingsFor, hands: Hands) -> AsyncIterator[Feed]:
    settings = await settings_for("registry")
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client,
    ):
        yield Feed(app, client, app.state.database, settings)


async def test_feed__is_complete_and_in_order_whatever_the_page(feed: Feed) -> None:
    made = await feed.told(*["330106"] * 23)
    await publish(feed.app)
    for limit in (1, 5, 22, 23, 24, 500):
        assert subjects(await feed.pull(limit=limit)) == made, limit
    events = await feed.pull()
    assert len({event["id"] for event in events}) == 23


async def test_feed__tells_cloud_events(feed: Feed) -> None:
    [subject] = await feed.told("330106")
    await publish(feed.app)
    [event] = await feed.pull()
    UUID(event["id"])
    assert event["specversion"] == "1.0"
    assert (event["type"], event["source"], event["subject"]) == (DEREGISTERED, "/registry", subject)
    assert (event["datacontenttype"], event["division"], event["sequence"]) == ("application/json", "330106", "1")
    assert event["data"]["id"] == subject
    OrganizationDeregistered.model_validate(event["data"])
    assert all(name == name.lower() and name.isalnum() for name in event), "attribute names of CloudEvents"


async def test_feed__has_what_is_published_alone(feed: Feed) -> None:
    first = await feed.told("330106")
    assert await feed.pull() == []
    await publish(feed.app)
    await feed.told("330106")
    assert subjects(await feed.pull()) == first


async def test_feed__cursor_resumes_where_it_ended(feed: Feed) -> None:
    first = await feed.told(*["330106"] * 3)
    await publish(feed.app)
    page = await feed.page()
    assert (subjects(page["items"]), page["next_cursor"]) == (first, None)
    cursor = page["cursor"]
    empty = await feed.page(cursor=cursor)
    assert (empty["items"], empty["next_cursor"], empty["cursor"]) == ([], None, cursor), "keep it, come back later"
    second = await feed.told(*["330106"] * 2)
    await publish(feed.app)
    assert subjects((await feed.page(cursor=cursor))["items"]) == second
    assert (await feed.page(cursor=encode_cursor("0")))["items"]


async def test_feed__of_nothing_yet_has_no_cursor(feed: Feed) -> None:
    assert await feed.page() == {"items": [], "next_cursor": None, "cursor": None}


async def test_feed__is_scoped_by_division(feed: Feed, token_for: TokenFor) -> None:
    xihu, gongshu, huangpu, nobodys = [
        await feed.told(*[division] * 4) for division in ("330106", "330105", "310101", None)
    ]
    await publish(feed.app)
    expected = {
        ("330106",): xihu,
        ("3301",): [*xihu, *gongshu],
        ("31",): huangpu,
        ("330105", "310101"): [*gongshu, *huangpu],
        ("33", "31"): [*xihu, *gongshu, *huangpu],
        ("3302",): [],
        (): [],
    }
    for divisions, seen in expected.items():
        for limit in (3, 500):
            token = token_for("integration_client", divisions, "client")
            assert subjects(await feed.pull(token, limit=limit)) == seen, divisions
    assert nobodys
    # A cursor of another's is a place, not a permission.
    cursor = (await feed.page(token_for("auditor", ["33"]), limit=1))["next_cursor"]
    assert subjects(await feed.pull(token_for("auditor", ["31"]), cursor=cursor)) == huangpu


async def test_feed__by_type(feed: Feed) -> None:
    one = await feed.told("330106", "330106")
    other = await feed.told("330106", "330106", dissolved=True)
    await publish(feed.app)
    assert subjects(await feed.pull(type=DEREGISTERED, limit=1)) == one
    assert subjects(await feed.pull(type=DISSOLVED, limit=1)) == other
    assert await feed.pull(type=OrganizationRegistered.TYPE) == []
    assert subjects(await feed.pull()) == [*one, *other]
    assert (await feed.client.get("/v1/changes", params={"type": "x" * 201})).status_code == 422


async def test_feed__as_a_batch_of_cloud_events(feed: Feed) -> None:
    made = await feed.told(*["330106"] * 5)
    await feed.told("330106", dissolved=True)
    await publish(feed.app)
    headers = {"Accept": BATCH}
    found: list[dict[str, Any]] = []
    url = f"/v1/changes?type={DEREGISTERED}&limit=2"
    for _ in range(5):
        response = await feed.client.get(url, headers=headers)
        assert response.headers["content-type"] == BATCH
        batch = orjson.loads(response.content)
        assert isinstance(batch, list)
        if not batch:
            break
        found += batch
        url = response.links["next"]["url"]
    assert subjects(found) == made, "the link keeps the filter"
    assert found == await feed.pull(type=DEREGISTERED)


async def test_feed__does_not_skip_what_was_committed_late(feed: Feed) -> None:
    """Numbers are taken before the commit: a reader that went by them would pass over a slow writer's events."""
    async with feed.database.transaction(SYSTEM) as slow:
        late = await feed.tell(slow, "330106", "330106")
        early = await feed.told("330106")
        await publish(feed.app)
        page = await feed.page()
        assert subjects(page["items"]) == early
        async with feed.database.transaction(SYSTEM) as tx:
            taken = await tx.scalar(text("SELECT min(seq) FROM outbox"))
        assert await slow.scalar(text("SELECT min(seq) FROM outbox")) < taken, "the late ones have lower numbers"
    await publish(feed.app)
    assert subjects((await feed.page(cursor=page["cursor"]))["items"]) == late
    assert subjects(await feed.pull()) == [*early, *late]


@asynccontextmanager
async def relaying(feed: Feed) -> AsyncIterator[None]:
    assert feed.settings.bus_database_url is not None
    transport = PostgresLog(feed.settings.bus_database_url)
    await transport.start()
    relays = [Relay("registry", feed.settings.database_url, transport, poll_seconds=0.05) for _ in range(2)]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await transport.close()


async def test_feed__that_is_pulled_while_many_write_misses_nothing(feed: Feed) -> None:
    written: list[str] = []

    async def write(number: int) -> None:
        for n in range(10):
            async with feed.database.transaction(SYSTEM) as tx:
                made = await feed.tell(tx, "330106", "330106")
                await asyncio.sleep(0.001 * ((number * 7 + n * 3) % 11))
            written.extend(made)

    pulled: list[dict[str, Any]] = []

    async def read() -> None:
        query: dict[str, Any] = {"limit": 9}
        async with asyncio.timeout(120):
            while len(pulled) < 160:
                page = await feed.page(**query)
                pulled.extend(page["items"])
                if page["cursor"] is not None:
                    query["cursor"] = page["cursor"]
                if page["next_cursor"] is None:
                    await asyncio.sleep(0.01)

    async with relaying(feed):
        await asyncio.gather(read(), *(write(n) for n in range(8)))
    assert sorted(subjects(pulled)) == sorted(written), "each once, none missing"
    assert subjects(await feed.pull()) == subjects(pulled), "and always in the same order"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "",
        "e30",
        encode_cursor(5),
        encode_cursor("-1"),
        encode_cursor("1.5"),
        encode_cursor(" 1"),
        encode_cursor("٣"),
        encode_cursor("1_0"),
        encode_cursor("9" * 19),
        encode_cursor("9" * 400),
        encode_cursor("1", "2"),
    ],
)
async def test_feed__takes_only_its_own_cursors(feed: Feed, cursor: str) -> None:
    response = await feed.client.get("/v1/changes", params={"cursor": cursor})
    assert response.status_code == 422
    assert response.json()["type"] in ("urn:shuangfu:problem:bad-cursor", "urn:shuangfu:problem:invalid-input")


async def test_feed__needs_its_permission(feed: Feed, token_for: TokenFor) -> None:
    for role, status in {
        "payer": 403,
        "operator": 403,
        "rater": 403,
        "auditor": 200,
        "integration_client": 200,
    }.items():
        headers = {"Authorization": f"Bearer {token_for(role)}"}
        assert (await feed.client.get("/v1/changes", headers=headers)).status_code == status, role
