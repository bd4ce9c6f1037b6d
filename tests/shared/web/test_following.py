"""T29: the feed from now on, from a list, and waited for."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import httpx
import pytest
from fastapi import FastAPI

from services.registry.app import create_app
from shared.contracts.registry import OrganizationLeft, OrganizationRegistered
from tests.conftest import Hands, TokenFor
from tests.registry.helpers import code, put
from tests.running.feeds import publish
from tests.shared.web.conftest import SettingsFor


@pytest.fixture
async def app(settings_for: SettingsFor) -> AsyncIterator[FastAPI]:
    settings = (await settings_for("registry")).model_copy(update={"pool_size": 3, "feed_waiters": 5})
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI, hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client:
        yield client


async def registered(app: FastAPI, client: httpx.AsyncClient, *numbers: int) -> list[str]:
    ids = [str((await put(client, code(n))).json()["id"]) for n in numbers]
    await publish(app)
    return ids


async def changes(client: httpx.AsyncClient, **query: object) -> tuple[list[str], str | None]:
    response = await client.get("/v1/changes", params={name: str(value) for name, value in query.items()})
    assert response.status_code == 200, response.text
    body = response.json()
    return [item["subject"] for item in body["items"]], body["cursor"]


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "organization.registered",
        "registered",
        "shuangfu.registry.organization.registered",
        "shuangfu.registry.organization.registered.v9",
        "shuangfu.funding.grant.paid.v1",
        OrganizationRegistered.TYPE.upper(),
        OrganizationRegistered.TYPE + " ",
        "",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_t29_type__that_is_not_the_services_is_refused_with_the_known_ones(
    client: httpx.AsyncClient, wrong: str, language: str
) -> None:
    response = await client.get("/v1/changes", params={"type": wrong}, headers={"Accept-Language": language})
    assert response.status_code == 422
    [error] = response.json()["errors"]
    assert error["pointer"] == "/query/type"
    assert OrganizationRegistered.TYPE in error["detail"]
    assert OrganizationLeft.TYPE in error["detail"]
    assert "funding" not in error["detail"]


async def test_t29_from_now__begins_with_what_comes_next(app: FastAPI, client: httpx.AsyncClient) -> None:
    none, cursor = await changes(client, **{"from": "now"})
    assert none == []
    assert cursor is not None
    first = await registered(app, client, 1, 2)
    assert (await changes(client, cursor=cursor))[0] == first
    none, cursor = await changes(client, **{"from": "now"})
    assert none == []
    second = await registered(app, client, 3)
    assert (await changes(client, cursor=cursor))[0] == second


async def test_t29_from_now__as_a_batch_has_its_link(app: FastAPI, client: httpx.AsyncClient) -> None:
    await registered(app, client, 1)
    headers = {"Accept": "application/cloudevents-batch+json"}
    begun = await client.get("/v1/changes", params={"from": "now"}, headers=headers)
    assert begun.json() == []
    ids = await registered(app, client, 2)
    following = await client.get(begun.links["next"]["url"], headers=headers)
    assert [event["subject"] for event in following.json()] == ids


@pytest.mark.parametrize("query", [{"from": "then"}, {"from": ""}, {"wait": -1}, {"wait": 26}, {"wait": "x"}])
async def test_t29_query__out_of_bounds_is_refused(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await client.get("/v1/changes", params=query)).status_code == 422


async def test_t29_from_and_cursor__exclude_each_other(client: httpx.AsyncClient) -> None:
    cursor = (await changes(client, **{"from": "now"}))[1]
    response = await client.get("/v1/changes", params={"from": "now", "cursor": str(cursor)})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/query/from")


async def test_t29_list__answers_the_feeds_cursor_of_its_snapshot(app: FastAPI, client: httpx.AsyncClient) -> None:
    listed = await registered(app, client, 1, 2, 3)
    first = await client.get("/v1/organizations", params={"limit": 2})
    cursor = first.headers["changes-cursor"]
    unpublished = str((await put(client, code(4))).json()["id"])
    rest = await client.get("/v1/organizations", params={"limit": 2, "cursor": first.json()["next_cursor"]})
    assert "changes-cursor" not in rest.headers, "the first page's is the one to keep"
    assert (await changes(client, cursor=cursor))[0] == []
    later = await registered(app, client, 5)
    assert (await changes(client, cursor=cursor))[0] == [unpublished, *later]
    assert {one["id"] for page in (first, rest) for one in page.json()["items"]} >= set(listed)


@pytest.mark.parametrize("path", ["/v1/organizations", "/v1/party-organizations"])
async def test_t29_list__of_nothing_yet_has_a_cursor_too(app: FastAPI, client: httpx.AsyncClient, path: str) -> None:
    cursor = (await client.get(path)).headers["changes-cursor"]
    ids = await registered(app, client, 1)
    assert (await changes(client, cursor=cursor))[0] == ids
    described = (await client.get("/v1/openapi.json")).json()["paths"][path]["get"]["responses"]["200"]
    assert "Changes-Cursor" in described["headers"]


async def test_t29_wait__answers_when_something_is_published(app: FastAPI, client: httpx.AsyncClient) -> None:
    cursor = (await changes(client, **{"from": "now"}))[1]
    began = monotonic()
    waiting = asyncio.create_task(changes(client, cursor=cursor, wait=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    ids = await registered(app, client, 1)
    assert (await waiting)[0] == ids
    assert monotonic() - began < 10
    assert (await changes(client, wait=20))[0] == ids, "at once where there is something"


async def test_t29_wait__ends_empty_in_time(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    """What is published elsewhere wakes the reader, and does not end its wait."""
    headers = {"Authorization": f"Bearer {token_for('integration_client', ['31'], 'elsewhere')}"}
    began = monotonic()
    waiting = asyncio.create_task(client.get("/v1/changes", params={"wait": "2"}, headers=headers))
    await asyncio.sleep(0.2)
    await registered(app, client, 1)
    answer = (await waiting).json()
    assert answer == {"items": [], "next_cursor": None, "cursor": None}
    assert 1.5 < monotonic() - began < 10


async def most_held(app: FastAPI) -> int:
    """How many connections were held at once, within half a second: the one poll of all takes one now and then."""
    found = 0
    for _ in range(25):
        found = max(found, app.state.database.engine.pool.checkedout())
        await asyncio.sleep(0.02)
    return found


async def test_t29_wait__holds_no_connection_and_is_bounded(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Five wait at once on a pool of three; whoever comes besides is answered without waiting."""
    waiting = [asyncio.create_task(changes(client, wait=20)) for _ in range(5)]
    async with asyncio.timeout(10):
        while await most_held(app) > 1:
            pass
    began = monotonic()
    assert (await changes(client, wait=20))[0] == []
    assert monotonic() - began < 5
    ids = await registered(app, client, 1)
    assert [found for found, _ in await asyncio.gather(*waiting)] == [ids] * 5
