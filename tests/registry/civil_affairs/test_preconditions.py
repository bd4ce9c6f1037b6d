"""PUT of a registration under If-Match and If-None-Match."""

import asyncio

import httpx
from fastapi import FastAPI

from tests.registry.conftest import registration
from tests.registry.helpers import code, rows

PATH = f"/v1/civil-affairs/registrations/{code(1)}"


async def put(client: httpx.AsyncClient, name: str, *, day: int = 3, **headers: str) -> httpx.Response:
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    return await client.put(PATH, json=registration(name=name, as_of=f"2026-03-0{day}T09:00:00+08:00"), headers=given)


async def names(app: FastAPI) -> list[str]:
    return [row["name"] for row in await rows(app, "SELECT name FROM organizations")]


async def test_t60_registration__if_match_of_another_version_is_412(client: httpx.AsyncClient, app: FastAPI) -> None:
    made = await client.put(PATH, json=registration(name="甲中心"))
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    for wrong in ('"999"', 'W/"1"', "1", '"0"'):
        refused = await put(client, "乙中心", If_Match=wrong)
        assert (refused.status_code, refused.json()["type"]) == (412, "urn:shuangfu:problem:precondition-failed"), wrong
    assert await names(app) == ["甲中心"]
    changed = await put(client, "乙中心", If_Match=made.headers["etag"])
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await put(client, "丙中心", If_Match=made.headers["etag"])).status_code == 412
    assert (await put(client, "丙中心", day=4, If_Match="*")).status_code == 200


async def test_t60_registration__if_match_of_nothing_is_412(client: httpx.AsyncClient, app: FastAPI) -> None:
    for tag in ('"1"', "*"):
        assert (await put(client, "甲中心", If_Match=tag)).status_code == 412
    assert await names(app) == []


async def test_t60_registration__if_none_match_registers_once(client: httpx.AsyncClient, app: FastAPI) -> None:
    answers = await asyncio.gather(*(put(client, f"第{n}中心", If_None_Match="*") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 7
    [won] = [answer.json()["name"] for answer in answers if answer.status_code == 201]
    assert await names(app) == [won]
    assert (await put(client, "另一中心", If_None_Match='"1"')).status_code == 412
    assert (await put(client, "另一中心", day=4, If_None_Match='"7"')).status_code == 200


async def test_t60_contact__if_none_match_enters_once(client: httpx.AsyncClient) -> None:
    await client.put(PATH, json=registration())
    where, person = f"/v1/organizations/{code(1)}/contacts/liaison", {"name": "示例某", "phone": "0571-87000000"}
    first = await client.put(where, json=person, headers={"If-None-Match": "*"})
    assert first.status_code == 201
    mine = {"If-Match": first.headers["etag"]}
    assert (await client.put(where, json=person, headers={"If-None-Match": "*", **mine})).status_code == 412
    assert (await client.put(where, json=person, headers=mine)).status_code == 200
