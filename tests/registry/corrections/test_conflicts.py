"""Registrations that contradict what is stored wait for a decision; the last writer never wins."""

from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.conftest import registration
from tests.registry.helpers import EVENTS, code, events, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row

PATH = "/v1/conflicts"
PROBLEM = "urn:shuangfu:problem:"
WHY = {"take": "incoming", "reason": "经核对原始登记档案"}
ELSEWHERE = {"division": "330102", "street": "湖滨街道"}


async def resolve(client: httpx.AsyncClient, conflict: str, **changes: Any) -> httpx.Response:
    return await client.post(f"{PATH}/{conflict}/resolution", json={**WHY, **changes})


async def waiting(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(PATH, params={"state": "open", **query})).json()["items"]
    return found


async def test_t16_put__another_content_of_the_same_instant_waits(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, code(1))).json()
    refused = await put(client, code(1), full_members=9)
    assert (refused.status_code, refused.json()["type"]) == (409, PROBLEM + "contradicting-registration")
    assert (await client.get(f"/v1/organizations/{code(1)}")).json() == first
    [conflict] = await waiting(client)
    assert conflict["id"] == refused.json()["conflict"]
    assert (conflict["kind"], conflict["stored"]["full_members"], conflict["incoming"]["full_members"]) == (
        "same_instant",
        4,
        9,
    )
    assert (await put(client, code(1), full_members=9)).json()["conflict"] == conflict["id"], "sent again: one conflict"
    other = await put(client, code(1), full_members=8)
    assert other.json()["conflict"] != conflict["id"]
    assert (await put(client, code(1))).status_code == 200, "the same content is no contradiction"
    assert await events(app) == [("organization.registered.v1", 1)]


async def test_t16_batch_and_import__contradict_as_a_put_does(app: FastAPI, client: httpx.AsyncClient) -> None:
    results = await send(client, [line(1), line(1, full_members=9), line(1), line(2), line(1, full_members=9)])
    assert [result["status"] for result in results] == [201, 409, 200, 201, 409]
    assert results[1]["problem"]["conflict"] == results[4]["problem"]["conflict"]
    file = ndjson([row(1, full_members=9), row(2, name="另一名称"), row(3)])
    dry = await import_file(app, client, file, "a.ndjson", dry_run="true")
    [conflict] = await waiting(client)
    assert (dry["counts"]["created"], dry["counts"]["refused"]) == (1, 2)
    reported = (await client.get(f"/v1/imports/{dry['id']}/errors")).json()["items"]
    assert ["conflict" in one["problem"] for one in reported] == [False, False], "rolled back: there is none"
    real = await import_file(app, client, file, "a.ndjson")
    reported = (await client.get(f"/v1/imports/{real['id']}/errors")).json()["items"]
    assert [one["problem"]["conflict"] for one in reported] == [one["id"] for one in await waiting(client)]
    assert reported[0]["problem"]["conflict"] == conflict["id"]
    assert {one["name"] for one in await rows(app, "SELECT name FROM organizations")} == {registration()["name"]}


async def test_t16_resolution__the_incoming_side_is_registered(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    conflict = (await put(client, code(1), full_members=9, carrier="示例大厦")).json()["conflict"]
    done = await resolve(client, conflict)
    assert (done.status_code, done.json()["state"], done.json()["taken"]) == (200, "resolved", "incoming")
    shown = (await client.get(f"/v1/organizations/{code(1)}")).json()
    assert (shown["version"], shown["full_members"], shown["carrier"]) == (2, 9, "示例大厦")
    assert await events(app) == [("organization.registered.v1", 1), ("organization.changed.v1", 2)]
    assert (await put(client, code(1), full_members=9, carrier="示例大厦")).status_code == 200
    again = await resolve(client, conflict)
    assert (again.status_code, again.json()["type"]) == (409, PROBLEM + "illegal-transition")
    assert await waiting(client) == []
    trail = await rows(app, "SELECT operation FROM audit_log WHERE object_type = 'conflicts' ORDER BY number")
    assert [one["operation"] for one in trail] == ["insert", "update"]


async def test_t16_resolution__the_stored_side_stays(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, code(1))).json()
    conflict = (await put(client, code(1), full_members=9)).json()["conflict"]
    done = await resolve(client, conflict, take="stored")
    assert (done.json()["taken"], done.json()["reason"]) == ("stored", WHY["reason"])
    assert (await client.get(f"/v1/organizations/{code(1)}")).json() == first
    again = await put(client, code(1), full_members=9)
    assert (again.status_code, again.json()["conflict"]) == (409, conflict), "what was decided is not asked again"
    assert await waiting(client) == []


async def test_t16_resolution__an_older_side_is_not_taken_after_newer_news(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    conflict = (await put(client, code(1), full_members=9)).json()["conflict"]
    await put(client, code(1), full_members=5, as_of="2026-03-05T00:00:00Z")
    refused = await resolve(client, conflict)
    assert (refused.status_code, refused.json()["type"]) == (409, PROBLEM + "stale-registration")
    assert (await resolve(client, conflict, take="stored")).status_code == 200


@pytest.mark.parametrize("wrong", [{"take": "mine"}, {"reason": " "}, {"reason": None}, {"more": 1}])
async def test_t16_resolution__needs_a_side_and_a_reason(client: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    await put(client, code(1))
    conflict = (await put(client, code(1), full_members=9)).json()["conflict"]
    assert (await resolve(client, conflict, **wrong)).status_code == 422
    assert len(await waiting(client)) == 1


async def test_t14_put__a_code_of_another_division_waits_for_who_holds_both(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    """330102 registered a code of 330106; 330106 is not sent away from its own division."""
    stored = (await put(client, code(1), **ELSEWHERE)).json()
    own = {"Authorization": f"Bearer {token_for('registrar', ['330106'], subject='西湖')}"}
    path = f"/v1/civil-affairs/registrations/{code(1)}"
    refused = await client.put(path, json=registration(name="西湖区真实名称"), headers=own)
    assert (refused.status_code, refused.json()["type"]) == (409, PROBLEM + "registered-elsewhere")
    told = refused.json()
    assert (told["stored_division"], told["division"], told["uscc"]) == ("330102", "330106", code(1))
    shown = (await client.get(f"{PATH}/{told['conflict']}", headers=own)).json()
    assert (shown["kind"], shown["stored"], shown["incoming"]["name"]) == ("other_division", None, "西湖区真实名称")
    other = {"Authorization": f"Bearer {token_for('registrar', ['330102'], subject='上城')}"}
    assert (await client.get(f"{PATH}/{told['conflict']}", headers=other)).json()["stored"]["division"] == "330102"
    third = {"Authorization": f"Bearer {token_for('registrar', ['330105'])}"}
    assert (await client.get(f"{PATH}/{told['conflict']}", headers=third)).status_code == 404
    for half in (own, other):
        barred = await client.post(f"{PATH}/{told['conflict']}/resolution", json=WHY, headers=half)
        assert (barred.status_code, barred.json()["type"]) == (403, PROBLEM + "outside-scope")
    both = {"Authorization": f"Bearer {token_for('registrar', ['330102', '330106'], subject='两区')}"}
    done = await client.post(f"{PATH}/{told['conflict']}/resolution", json=WHY, headers=both)
    assert done.status_code == 200, done.text
    now = (await client.get(f"/v1/organizations/{code(1)}", headers=own)).json()
    assert (now["id"], now["division"], now["name"], now["version"]) == (stored["id"], "330106", "西湖区真实名称", 2)
    assert (await rows(app, EVENTS))[-1]["data"]["division"] == "330106"
    later = registration(name="西湖区真实名称", full_members=9, as_of="2026-03-09T00:00:00Z")
    assert (await client.put(path, json=later, headers=own)).status_code == 200


async def test_t14_batch_and_import__wait_as_a_put_does(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await put(client, code(1), **ELSEWHERE)
    token = token_for("registrar", ["330106"], subject="西湖")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://registry", headers={"Authorization": f"Bearer {token}"}
    ) as own:
        results = await send(own, [line(1), line(2), line(1)])
        assert [result["status"] for result in results] == [409, 201, 409]
        assert results[0]["problem"]["type"] == PROBLEM + "registered-elsewhere"
        assert results[0]["problem"]["conflict"] == results[2]["problem"]["conflict"]
        found = await import_file(app, own, ndjson([row(1), row(3)]), "a.ndjson")
        assert (found["counts"]["created"], found["counts"]["refused"]) == (1, 1)
        [reported] = (await own.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
        assert reported["problem"]["conflict"] == results[0]["problem"]["conflict"]
        assert len(await waiting(own)) == 1
    assert len(await waiting(client, division="330102")) == len(await waiting(client, division="330106")) == 1
    assert await waiting(client, division="330105") == []


async def test_t14_put__a_wider_scope_decides_by_registering(client: httpx.AsyncClient) -> None:
    await put(client, code(1), **ELSEWHERE)
    moved = await put(client, code(1), as_of="2026-03-05T00:00:00Z")
    assert (moved.status_code, moved.json()["division"]) == (200, "330106")
    assert await waiting(client) == []


async def test_t16_resolution__same_key_same_answer(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    conflict = (await put(client, code(1), full_members=9)).json()["conflict"]
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answers = [
        await client.post(f"{PATH}/{conflict}/resolution", content=orjson.dumps(WHY), headers=headers) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
