"""T26: the departure is reported to the division that an organization leaves, and no more than that."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code, put
from tests.running.feeds import kinds, publish, pull

LATER, LAST = "2026-04-01T09:00:00+08:00", "2026-05-01T09:00:00+08:00"
LEFT = "shuangfu.registry.organization.left.v1"


async def moved(app: FastAPI, client: httpx.AsyncClient, **changes: Any) -> str:
    """An organization of 330106 that is in 330105 now, and perhaps changed besides; its id."""
    made = await put(client, code(1))
    assert made.status_code == 201
    assert (await put(client, code(1), division="330105", as_of=LATER, **changes)).status_code == 200
    await publish(app)
    return str(made.json()["id"])


def tokens(token_for: TokenFor, *divisions: str) -> list[str]:
    return [token_for("integration_client", [division], division) for division in divisions]


async def test_t26_left_division_is_told_id_and_code_and_no_more(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    organization = await moved(app, client, name="拱墅区新名称服务中心")
    old, new, city = tokens(token_for, "330106", "330105", "3301")
    registered, left = await pull(client, old)
    assert registered["type"].endswith("organization.registered.v1")
    assert left["data"] == {"id": organization, "uscc": code(1)}
    assert {name: left[name] for name in ("type", "subject", "sequence", "source")} == {
        "type": LEFT,
        "subject": organization,
        "sequence": "2",
        "source": "/registry",
    }
    assert not {"division", "causationid", "correlationid", "traceparent"} & left.keys()
    assert "330105" not in str(left)
    [changed] = await pull(client, new)
    assert (changed["type"], changed["data"]["division"]) == ("shuangfu.registry.organization.changed.v1", "330105")
    assert changed["id"] != left["id"], "two events"
    assert kinds(await pull(client, city)) == ["registry.organization.registered", "registry.organization.changed"]


@pytest.mark.parametrize("limit", [1, 2, 500])
async def test_t26_left__whatever_the_page(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor, limit: int
) -> None:
    await moved(app, client)
    await put(client, code(2))
    await put(client, code(1), division="330106", as_of=LAST)
    await publish(app)
    old, new = tokens(token_for, "330106", "330105")
    assert kinds(await pull(client, old, limit=limit)) == [
        "registry.organization.registered",
        "registry.organization.left",
        "registry.organization.registered",
        "registry.organization.changed",
    ], "in order: who came back is there"
    assert kinds(await pull(client, new, limit=limit)) == [
        "registry.organization.changed",
        "registry.organization.left",
    ]


async def test_t26_left__can_be_asked_for_by_type(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    await moved(app, client)
    old, new, city = tokens(token_for, "330106", "330105", "33")
    found = {one: kinds(await pull(client, one, type=LEFT)) for one in (old, new, city)}
    assert found == {old: ["registry.organization.left"], new: [], city: []}
    assert await pull(client, old, type="shuangfu.registry.organization.changed.v1") == []


async def test_t26_left__with_its_deregistration(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    organization = await moved(app, client, status="deregistered")
    old, new, other = tokens(token_for, "330106", "330105", "330108")
    assert (await pull(client, old))[1]["data"] == {"id": organization, "uscc": code(1)}
    assert kinds(await pull(client, new)) == ["registry.organization.deregistered"]
    assert await pull(client, other) == [], "who never had it hears nothing"


async def test_t26_left__by_the_batch(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    lines = [
        httpx.Response(200, json={"uscc": code(1), **registration(division=division, as_of=as_of)}).content
        for division, as_of in (("330106", LATER), ("330105", LAST))
    ]
    answer = await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    assert answer.status_code == 200
    await publish(app)
    [old] = tokens(token_for, "330106")
    assert kinds(await pull(client, old)) == ["registry.organization.registered", "registry.organization.left"]


async def test_t26_left__a_change_without_a_move_tells_nobody_else(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await put(client, code(1))
    await put(client, code(1), name="西湖区新名称服务中心", as_of=LATER)
    await publish(app)
    old, new = tokens(token_for, "330106", "330105")
    assert kinds(await pull(client, old)) == ["registry.organization.registered", "registry.organization.changed"]
    assert await pull(client, new) == []
