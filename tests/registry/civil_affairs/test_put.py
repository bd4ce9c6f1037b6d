"""PUT of one registration: what is new, changed, the same, stale, or refused."""

from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from tests.registry.conftest import registration
from tests.registry.helpers import EVENTS, code, events, put, rows

CODE = code(201)
PROBLEM = "urn:shuangfu:problem:"


async def test_put__new_is_201_and_shown(client: httpx.AsyncClient) -> None:
    response = await client.put(f"/v1/civil-affairs/registrations/{CODE}", json=registration())
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["uscc"] == CODE
    assert body["coverage"] == "uncovered"
    assert body["version"] == 1
    assert response.headers["etag"] == '"1"'
    by_code = await client.get(f"/v1/organizations/{CODE}")
    by_id = await client.get(f"/v1/organizations/{body['id']}")
    assert by_code.json() == by_id.json() == body


async def test_put__new_emits_registered_with_the_whole_state(app: FastAPI, client: httpx.AsyncClient) -> None:
    location = {"lon": 120.12, "lat": 30.28}
    body = (await put(client, CODE, location=location, carrier="西溪公益园", evaluation_type="T10")).json()
    [event] = await rows(app, EVENTS)
    assert event["type"] == "shuangfu.registry.organization.registered.v1"
    assert (event["subject"], event["sequence"], event["key"]) == (body["id"], 1, body["id"])
    assert event["division"] == "330106"
    told = {name: event["data"][name] for name in body if name in event["data"]}
    assert told | {"as_of": body["as_of"]} == {name: body[name] for name in told}
    assert event["data"]["location"] == location
    assert (body["source"], body["carrier"], body["status"]) == ("civil_affairs", "西溪公益园", "registered")


async def test_put__same_content_emits_nothing_and_notes_a_newer_as_of(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, CODE)).json()
    again = await put(client, CODE)
    later = await put(client, CODE, as_of="2026-03-05T00:00:00Z")
    assert [again.status_code, later.status_code] == [200, 200]
    assert again.json() == first
    assert later.json() == {**first, "as_of": "2026-03-05T00:00:00Z"}
    assert later.headers["etag"] == '"1"'
    assert await events(app) == [("organization.registered.v1", 1)]
    assert (await client.get(f"/v1/organizations/{CODE}")).json()["as_of"] == "2026-03-05T00:00:00Z"
    between = await put(client, CODE, as_of="2026-03-04T00:00:00Z", name="更名")
    assert between.status_code == 409, "the newer as_of of the same content counts"


async def test_put__changed_raises_the_version_and_emits(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, CODE)).json()
    changed = await put(client, CODE, full_members=5, as_of="2026-03-03T00:00:00+08:00")
    assert changed.status_code == 200
    assert (changed.json()["id"], changed.json()["version"], changed.json()["full_members"]) == (first["id"], 2, 5)
    assert changed.headers["etag"] == '"2"'
    later = await put(client, CODE, full_members=6, as_of="2026-03-03T00:00:01+08:00")
    assert (later.status_code, later.json()["version"]) == (200, 3)
    assert await events(app) == [
        ("organization.registered.v1", 1),
        ("organization.changed.v1", 2),
        ("organization.changed.v1", 3),
    ]
    assert [row["data"]["full_members"] for row in await rows(app, EVENTS)] == [4, 5, 6]


async def test_put__every_field_of_the_content_makes_a_change(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, CODE)
    changes: list[dict[str, Any]] = [
        {"name": "新名"},
        {"kind": "foundation"},
        {"division": "330105"},
        {"street": "米市巷街道"},
        {"address": "示例路 2 号"},
        {"carrier": "示例大厦"},
        {"location": {"lon": 120.1, "lat": 30.2}},
        {"location": {"lon": 120.1, "lat": 30.3}},
        {"registered_on": "2026-02-28"},
        {"full_time_staff": 7},
        {"full_members_full_time": 4},
        {"full_members": 9},
        {"probationary_members": 0},
        {"evaluation_type": "T10"},
        {"source": "justice"},
        {"status": "deregistered"},
    ]
    for version, change in enumerate(changes, start=2):
        response = await put(client, CODE, **change, as_of=f"2026-03-03T00:00:{version:02d}Z")
        assert (response.status_code, response.json().get("version")) == (200, version), (change, response.text)
    assert len(await events(app)) == len(changes) + 1


async def test_put__older_than_what_is_stored_is_409_and_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    first = (await put(client, CODE)).json()
    stale = await put(client, CODE, name="旧名", as_of="2026-03-02T00:59:59Z")
    assert stale.status_code == 409
    document = stale.json()
    assert document["type"] == PROBLEM + "stale-registration"
    assert document["stored_as_of"] == "2026-03-02T01:00:00+00:00"
    assert (await client.get(f"/v1/organizations/{CODE}")).json() == first
    assert await events(app) == [("organization.registered.v1", 1)]


async def test_put__deregistered_is_emitted_once_and_can_come_back(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, CODE)
    await put(client, CODE, status="deregistered", as_of="2026-04-01T00:00:00Z")
    await put(client, CODE, status="deregistered", as_of="2026-04-02T00:00:00Z")
    back = await put(client, CODE, as_of="2026-05-01T00:00:00Z")
    assert (back.json()["status"], back.json()["version"]) == ("registered", 3)
    assert await events(app) == [
        ("organization.registered.v1", 1),
        ("organization.deregistered.v1", 2),
        ("organization.changed.v1", 3),
    ]


async def test_put__the_code_is_normalized(app: FastAPI, client: httpx.AsyncClient) -> None:
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in CODE)
    spaced = f" {CODE[:6]} {CODE[6:]} "
    for written in (CODE.lower(), spaced, f"{CODE[:8]}-{CODE[8:]}", full_width, full_width.lower()):
        response = await client.put(f"/v1/civil-affairs/registrations/{quote(written)}", json=registration())
        assert response.status_code in (200, 201), response.text
        assert response.json()["uscc"] == CODE
        shown = await client.get(f"/v1/organizations/{quote(written)}")
        assert shown.json()["uscc"] == CODE
    assert len(await rows(app, "SELECT id FROM organizations")) == 1
    assert len(await events(app)) == 1
