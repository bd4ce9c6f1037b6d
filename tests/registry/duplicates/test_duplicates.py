"""Duplicates (section 2 of the registry): proposed by name and address or organization code, resolved once."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.conftest import AsAdmin, TokenFor
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed

PATH = "/v1/duplicates"
NAMED = {"name": "西湖区青禾社会工作服务中心", "address": "示例路 7 号"}
ALIKE = {"name": "西湖区 青禾社会工作服务中心", "address": "西湖区翠苑街道示例路7号"}
LATER = "2026-06-01T09:00:00+08:00"
ENDED = {"status": "deregistered", "as_of": "2026-06-30T09:00:00+08:00"}


async def pairs(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await client.get(PATH, params={"state": "open", **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def resolve(client: httpx.AsyncClient, pair: str, **body: Any) -> httpx.Response:
    return await client.post(f"{PATH}/{pair}/resolution", json={"reason": "经电话核实", **body})


async def two(client: httpx.AsyncClient) -> dict[str, Any]:
    await put(client, code(1), **NAMED)
    await put(client, code(2), **ALIKE)
    [pair] = await pairs(client)
    return pair


async def test_r_duplicate__the_same_name_and_address_are_proposed_once(client: httpx.AsyncClient) -> None:
    pair = await two(client)
    assert (pair["kind"], pair["uscc"], pair["other_uscc"]) == ("same_name", code(2), code(1))
    await put(client, code(2), **ALIKE, as_of=LATER)
    await put(client, code(2), **NAMED, as_of="2026-06-02T09:00:00+08:00")
    assert [one["id"] for one in await pairs(client)] == [pair["id"]]
    await put(client, code(3), name=NAMED["name"], address="另一路 1 号")
    assert len(await pairs(client)) == 1, "a name alone is shared by many"
    shown = (await client.get(f"{PATH}/{pair['id']}")).json()
    assert (shown["organization"]["uscc"], shown["other"]["name"]) == (code(2), NAMED["name"])


async def test_r_duplicate__a_batch_proposes_as_a_put_does(client: httpx.AsyncClient) -> None:
    await send(client, [line(1, **NAMED), line(2, **ALIKE), line(3, name="别的中心")])
    [pair] = await pairs(client)
    assert {pair["uscc"], pair["other_uscc"]} == {code(1), code(2)}
    await put(client, code(3), **NAMED, as_of=LATER)
    assert len(await pairs(client)) == 3, "renamed: it is like both now"
    assert len(await pairs(client, organization_id=pair["organization_id"])) == 2


async def test_r_duplicate__another_code_with_the_same_organization_code(client: httpx.AsyncClient) -> None:
    await put(client, code(1), name="西湖区青禾民办非企业")
    await put(client, code(1, "51"), name="西湖区青禾联合会", kind="social_group")
    [pair] = await pairs(client)
    assert (pair["kind"], pair["uscc"], pair["other_uscc"]) == ("organization_code", code(1, "51"), code(1))
    one = {"predecessor": code(1), "kind": "new_code", "on": "2026-06-30"}
    early = await resolve(client, pair["id"], verdict="succession", succession=one)
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/succession/predecessor")
    await put(client, code(1), name="西湖区青禾民办非企业", **ENDED)
    done = await resolve(client, pair["id"], verdict="succession", succession=one)
    assert done.status_code == 200, done.text
    assert [(one["rule"], one["outcome"]) for one in done.json()["reasons"]] == [("R-duplicate", "succession")]
    [recorded] = (await client.get(f"/v1/organizations/{code(1)}/successions")).json()["items"]
    assert (recorded["id"], recorded["uscc"]) == (done.json()["succession_id"], code(1, "51"))


async def test_r_duplicate__a_succession_that_is_recorded_resolves_the_pair(client: httpx.AsyncClient) -> None:
    pair = await two(client)
    body = {"predecessor": code(1), "kind": "split", "on": "2026-06-30", "reason": "分立"}
    assert (await client.post(f"/v1/organizations/{code(2)}/successions", json=body)).status_code == 201
    resolved = (await client.get(f"{PATH}/{pair['id']}")).json()
    assert (resolved["state"], resolved["verdict"], resolved["reason"]) == ("resolved", "succession", "分立")
    await put(client, code(3), **NAMED)
    assert {one["uscc"] for one in await pairs(client)} == {code(3)}


async def test_r_duplicate__different_ones_do_not_come_back(client: httpx.AsyncClient) -> None:
    pair = await two(client)
    done = await resolve(client, pair["id"], verdict="different")
    assert (done.status_code, done.json()["verdict"], done.json()["reason"]) == (200, "different", "经电话核实")
    await put(client, code(1), name="改名", address="改地址", as_of=LATER)
    await put(client, code(1), **NAMED, as_of="2026-06-02T09:00:00+08:00")
    assert (await client.post(f"{PATH}/searches", json={"division": "330106"})).json() == {"proposed": 0}
    assert await pairs(client) == []
    again = await resolve(client, pair["id"], verdict="same", keep=code(1))
    assert (again.status_code, again.json()["type"].split(":")[-1]) == (409, "illegal-transition")


async def test_r_duplicate__the_same_one_is_kept_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    pair = await two(client)
    await deliver(app, formed(pair["organization_id"]))
    for wrong, pointer in (
        ({"verdict": "same"}, "/keep"),
        ({"verdict": "same", "keep": code(9)}, "/keep"),
        ({"verdict": "different", "keep": code(1)}, "/keep"),
        ({"verdict": "succession"}, "/succession"),
    ):
        refused = await resolve(client, pair["id"], **wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    done = await resolve(client, pair["id"], verdict="same", keep=code(1))
    assert done.status_code == 200, done.text
    assert done.json()["kept_id"] == pair["other_id"]
    gone = (await client.get(f"/v1/organizations/{code(2)}")).json()
    assert (gone["status"], gone["coverage"]) == ("deregistered", "uncovered")
    emitted = await rows(app, "SELECT type FROM outbox WHERE subject = :id ORDER BY seq", id=gone["id"])
    assert emitted[-1]["type"] == "shuangfu.registry.organization.deregistered.v1"


async def test_r_duplicate__one_that_was_dropped_is_not_registered_again_silently(client: httpx.AsyncClient) -> None:
    pair = await two(client)
    await resolve(client, pair["id"], verdict="same", keep=code(1))
    now = (await client.get(f"/v1/organizations/{code(2)}")).json()["as_of"]
    sent = await put(client, code(2), **ALIKE, as_of=now)
    assert sent.status_code == 200, sent.text
    assert [one["facts"]["part"] for one in sent.json()["warnings"]] == ["status"]
    assert sent.json()["status"] == "deregistered"


async def test_r_duplicate__what_is_stored_already_is_searched(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    pair = await two(client)
    await as_admin(app.state.database.url, "DELETE FROM duplicates")
    assert await pairs(client) == []
    found = await client.post(f"{PATH}/searches", json={"division": "3301"})
    assert found.json() == {"proposed": 1}
    [again] = await pairs(client)
    assert {again["uscc"], again["other_uscc"]} == {pair["uscc"], pair["other_uscc"]}
    assert (await client.post(f"{PATH}/searches", json={"division": "3301"})).json() == {"proposed": 0}


async def test_r_duplicate__is_both_divisions_matter(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    await put(client, code(1), **NAMED)
    await put(client, code(1, "51"), kind="social_group", division="330105", street="米市巷街道")
    [pair] = await pairs(client)
    one_sided = {"Authorization": f"Bearer {token_for('registrar', ['330105'])}"}
    seen = (await client.get(f"{PATH}/{pair['id']}", headers=one_sided)).json()
    assert (seen["organization"]["division"], seen["other"]) == ("330105", None)
    body = {"verdict": "different", "reason": "不同"}
    refused = await client.post(f"{PATH}/{pair['id']}/resolution", json=body, headers=one_sided)
    assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (403, "outside-scope")
    elsewhere = {"Authorization": f"Bearer {token_for('registrar', ['3102'])}"}
    assert (await client.get(f"{PATH}/{pair['id']}", headers=elsewhere)).status_code == 404
    assert (await client.get(PATH, headers=elsewhere)).json()["items"] == []
    moved = await put(client, code(1), **NAMED, division="330102", street="湖滨街道", as_of=LATER)
    assert moved.status_code == 200, moved.text
    [followed] = await pairs(client)
    assert (followed["division"], followed["other_division"]) == ("330105", "330102")


async def test_r_duplicate__is_a_task_of_the_registrar(client: httpx.AsyncClient) -> None:
    pair = await two(client)
    tasks = (await client.get("/v1/tasks", params={"kind": "duplicate.resolution"})).json()["items"]
    assert [one["link"].split("/")[-1] for one in tasks] == [pair["id"]]
    await resolve(client, pair["id"], verdict="different")
    assert (await client.get("/v1/tasks", params={"kind": "duplicate.resolution"})).json()["items"] == []


async def test_r_duplicate__pairs_are_listed_as_they_were_proposed(client: httpx.AsyncClient) -> None:
    for number in range(1, 17, 2):
        alike = {"name": f"西湖区第{number}社会工作服务中心", "address": "示例路 7 号"}
        await put(client, code(number), **alike)
        await put(client, code(number + 1), **alike)
    found = await pairs(client)
    assert [one["uscc"] for one in found] == [code(number) for number in range(2, 17, 2)]
    times = [one["proposed_at"] for one in found]
    assert times == sorted(times)
