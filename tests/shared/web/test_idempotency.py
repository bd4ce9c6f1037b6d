"""Idempotency-Key: one effect, one answer."""

import asyncio

import httpx

from tests.conftest import TokenFor
from tests.security.walk import GUARDED, described
from tests.shared.web.conftest import count

PROBLEM = "urn:shuangfu:problem:"


def key(value: str) -> dict[str, str]:
    return {"Idempotency-Key": value}


async def test_key__the_same_twice_is_one_effect_and_one_answer(things: httpx.AsyncClient) -> None:
    first = await things.post("/v1/things", json={"name": "甲"}, headers=key("k"))
    second = await things.post("/v1/things", json={"name": "甲"}, headers=key("k"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    for name in ("etag", "content-type", "content-length"):
        assert second.headers[name] == first.headers[name]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert await count(things, "things") == 1


async def test_key__without_one_or_with_another_it_runs_again(things: httpx.AsyncClient) -> None:
    for headers in ({}, {}, key("a"), key("b")):
        assert (await things.post("/v1/things", json={"name": "甲"}, headers=headers)).status_code == 201
    assert await count(things, "things") == 4
    assert await count(things, "idempotency_keys") == 2


async def test_key__with_another_body_or_route_is_422(things: httpx.AsyncClient) -> None:
    await things.post("/v1/things", json={"name": "甲"}, headers=key("k"))
    body = await things.post("/v1/things", json={"name": "乙"}, headers=key("k"))
    route = await things.post("/v1/paid", json={"name": "甲"}, headers=key("k"))
    for refused in (body, route):
        assert (refused.status_code, refused.json()["type"]) == (422, PROBLEM + "idempotency-key-reused")
    assert await count(things, "things") == 1


async def test_key__of_a_failed_request_is_not_stored(things: httpx.AsyncClient) -> None:
    body = {"name": "甲", "fail": True}
    for _ in range(2):
        failed = await things.post("/v1/things", json=body, headers=key("k"))
        assert (failed.status_code, failed.json()["type"]) == (409, PROBLEM + "illegal-transition")
        assert "idempotent-replayed" not in failed.headers
    assert [await count(things, table) for table in ("things", "idempotency_keys")] == [0, 0]
    assert (await things.post("/v1/things", json={"name": "甲"}, headers=key("k"))).status_code == 201


async def test_key__of_an_invalid_request_is_not_stored(things: httpx.AsyncClient) -> None:
    assert (await things.post("/v1/things", json={"nom": "甲"}, headers=key("k"))).status_code == 422
    assert (await things.post("/v1/things", json={"name": "a\0b"}, headers=key("k"))).status_code == 422
    assert await count(things, "idempotency_keys") == 0


async def test_key__many_at_once_are_one_effect(things: httpx.AsyncClient) -> None:
    async def send() -> httpx.Response:
        return await things.post("/v1/things", json={"name": "甲"}, headers=key("k"))

    responses = await asyncio.gather(*(send() for _ in range(12)))
    done = [response for response in responses if response.status_code == 201]
    others = [response for response in responses if response.status_code != 201]
    assert done
    assert {response.content for response in done} == {done[0].content}
    assert {response.json()["type"] for response in others} <= {PROBLEM + "idempotency-key-in-flight"}
    assert {response.status_code for response in others} <= {409}
    assert await count(things, "things") == 1
    assert (await send()).content == done[0].content


async def test_key__where_money_moves_one_must_come(things: httpx.AsyncClient) -> None:
    refused = await things.post("/v1/paid")
    assert (refused.status_code, refused.json()["type"]) == (400, PROBLEM + "idempotency-key-required")
    assert (await things.post("/v1/paid", headers=key("k"))).status_code == 200


async def test_key__that_is_too_long_is_422(things: httpx.AsyncClient) -> None:
    refused = await things.post("/v1/things", json={"name": "甲"}, headers=key("k" * 256))
    assert (refused.status_code, await count(things, "things")) == (422, 0)
    assert (await things.post("/v1/things", json={"name": "甲"}, headers=key("k" * 255))).status_code == 201


async def test_key__of_a_caller_whose_scope_changed_is_422(things: httpx.AsyncClient, token_for: TokenFor) -> None:
    """The stored answer shows what the caller reached then, and perhaps no longer does."""

    async def send(*divisions: str) -> httpx.Response:
        headers = key("k") | {"Authorization": f"Bearer {token_for(divisions=divisions)}"}
        return await things.post("/v1/things", json={"name": "甲"}, headers=headers)

    first = await send("3301", "31")
    for divisions in (("31",), ("3301",), ("3301", "31", "3302"), ("33", "31"), ()):
        refused = await send(*divisions)
        assert (refused.status_code, refused.json()["type"]) == (422, PROBLEM + "idempotency-key-reused"), divisions
    again = await send("31", "3301")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true"), "in whatever order"
    assert await count(things, "things") == 1


async def test_key__with_another_if_match_is_422(things: httpx.AsyncClient) -> None:
    async def send(if_match: str | None = None) -> httpx.Response:
        headers = key("k") | ({} if if_match is None else {"If-Match": if_match})
        return await things.post("/v1/things", json={"name": "甲"}, headers=headers)

    first = await send('"1"')
    for refused in (await send('"2"'), await send(), await send("")):
        assert (refused.status_code, refused.json()["type"]) == (422, PROBLEM + "idempotency-key-reused")
    assert (await send('"1"')).content == first.content
    assert await count(things, "things") == 1


def test_key__every_door_that_takes_one_says_what_may_come_of_it() -> None:
    taking = []
    for door in GUARDED:
        known = described(door)
        headers = {one["name"].lower() for one in known.get("parameters", ()) if one["in"] == "header"}
        if "idempotency-key" not in headers:
            continue
        taking.append(door)
        answers = {status: found["description"] for status, found in known["responses"].items()}
        assert "idempotency-key-in-flight" in answers.get("409", ""), door.name
        assert "idempotency-key-reused" in answers.get("422", ""), door.name
    assert len(taking) == 169
    assert {door.method for door in taking} == {"POST", "PATCH"}
