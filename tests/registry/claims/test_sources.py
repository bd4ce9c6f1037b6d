"""Section 2 of the registry: which source says what, and that a weaker or older one overwrites nothing silently."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import code, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row

FIRST, LATER, LAST = "2026-04-01T09:00:00+08:00", "2026-05-01T09:00:00+08:00", "2026-06-01T09:00:00+08:00"
DISTRICT, SURVEY = {"data_source": "district_system"}, {"data_source": "survey"}


async def shown(client: httpx.AsyncClient, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/organizations/{code(number)}")).json()
    return found


async def origins(client: httpx.AsyncClient, number: int = 1) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/v1/organizations/{code(number)}/provenance")
    assert answer.status_code == 200, answer.text
    return {one["part"]: one for one in answer.json()["parts"]}


async def waiting(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get("/v1/conflicts", params={"state": "open"})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def resolve(client: httpx.AsyncClient, conflict: str, **body: Any) -> httpx.Response:
    return await client.post(f"/v1/conflicts/{conflict}/resolution", json={"reason": "经核对原始档案", **body})


async def test_r_precedence__a_weaker_source_takes_what_it_may_and_the_rest_waits(client: httpx.AsyncClient) -> None:
    first = (await put(client, code(1), as_of=FIRST)).json()
    sent = await put(client, code(1), as_of=LATER, name="另一名称", full_members=9, **DISTRICT)
    assert sent.status_code == 200, sent.text
    [warning] = sent.json()["warnings"]
    assert (warning["code"], warning["pointer"]) == ("kept_by_precedence", "/name")
    assert "登记管理机关" in warning["detail"]
    assert "区县业务系统" in warning["detail"]
    now = await shown(client)
    assert (now["name"], now["full_members"], now["version"]) == (first["name"], 9, 2)
    [conflict] = await waiting(client)
    assert conflict["id"] == warning["facts"]["conflict"]
    assert (conflict["kind"], conflict["data_source"]) == ("precedence", "district_system")
    [disputed] = conflict["disputed"]
    assert (disputed["part"], disputed["fields"], disputed["data_source"]) == (
        "name",
        ["name"],
        "registering_authority",
    )
    found = await origins(client)
    assert (found["name"]["data_source"], found["counts"]["data_source"]) == (
        "registering_authority",
        "district_system",
    )
    assert found["name"]["as_of"].startswith("2026-04-01T01:00")
    assert found["counts"]["as_of"].startswith("2026-05-01")
    assert found["counts"]["values"]["full_members"] == 9
    assert found["counts"]["since"].startswith("2026-05-01")
    assert found["name"]["since"] is None


async def test_r_precedence__an_older_registration_of_a_stronger_source_still_says_its_own(
    client: httpx.AsyncClient,
) -> None:
    await put(client, code(1), as_of=FIRST)
    await put(client, code(1), as_of=LAST, full_members=9, **SURVEY)
    renamed = await put(client, code(1), as_of=LATER, name="更名之后")
    assert renamed.status_code == 200, "older than the survey, but the survey said nothing against the name"
    now = await shown(client)
    assert (now["name"], now["full_members"]) == ("更名之后", 9)
    assert now["as_of"].startswith("2026-06-01")
    stale = await put(client, code(1), as_of=FIRST, name="最初的名称")
    assert stale.status_code == 409
    assert stale.json()["type"].endswith("stale-registration")
    before = await client.get(f"/v1/organizations/{code(1)}", params={"as_of": "2026-04-15"})
    assert before.json()["name"] != "更名之后"
    then = await client.get(f"/v1/organizations/{code(1)}", params={"as_of": "2026-05-15"})
    assert then.json()["name"] == "更名之后"


async def test_r_precedence__a_stronger_source_does_not_overwrite_a_later_one(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=LATER, name="系统里的名称", **DISTRICT)
    sent = await put(client, code(1), as_of=FIRST)
    [warning] = sent.json()["warnings"]
    assert (warning["facts"]["part"], warning["facts"]["stands"]) == ("name", "district_system")
    assert (await shown(client))["name"] == "系统里的名称"
    same_day = await put(client, code(1), as_of=LATER)
    assert "warnings" not in same_day.json(), "as of the same instant the stronger one holds"
    assert (await shown(client))["name"] != "系统里的名称"


async def test_r_precedence__equal_sources_as_of_one_instant_contradict(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=LATER, **DISTRICT)
    refused = await put(client, code(1), as_of=LATER, full_members=9, data_source="hand_entry")
    assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "contradicting-registration")
    [conflict] = await waiting(client)
    assert (conflict["kind"], conflict["data_source"], conflict["disputed"]) == ("same_instant", "hand_entry", [])
    assert (await resolve(client, conflict["id"], take="incoming")).status_code == 200
    assert (await origins(client))["counts"]["data_source"] == "hand_entry"


async def test_r_precedence__figures_of_two_sources_do_not_mix(client: httpx.AsyncClient) -> None:
    counts = {"full_time_staff": 2, "full_members_full_time": 1, "full_members": 1}
    await put(client, code(1), as_of=FIRST, **counts, **SURVEY)
    sent = await put(client, code(1), as_of=LATER, full_time_staff=9, full_members_full_time=2, full_members=4)
    [warning] = sent.json()["warnings"]
    assert warning["facts"]["part"] == "counts"
    now = await shown(client)
    assert {name: now[name] for name in counts} == counts
    later = await put(client, code(1), as_of="2027-06-01T09:00:00+08:00", full_members=4)
    assert later.status_code == 422, "an instant that is still to come"


async def test_r_precedence__what_a_weaker_source_leaves_out_it_does_not_dispute(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=FIRST, carrier="示例大厦", **SURVEY)
    assert "warnings" not in (await put(client, code(1), as_of=LATER)).json()
    assert (await shown(client))["carrier"] == "示例大厦"
    assert await waiting(client) == []


async def test_r_precedence__a_decided_dispute_does_not_come_back(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=FIRST)
    again = {"name": "另一名称", **DISTRICT}
    conflict = (await put(client, code(1), as_of=LATER, **again)).json()["warnings"][0]["facts"]["conflict"]
    repeated = await put(client, code(1), as_of="2026-05-02T09:00:00+08:00", **again)
    assert repeated.json()["warnings"][0]["facts"]["conflict"] == conflict, "as of another day: the same dispute"
    assert (await resolve(client, conflict, take="stored")).status_code == 200
    quiet = await put(client, code(1), as_of=LAST, full_members=7, **again)
    assert (quiet.status_code, quiet.json().get("warnings")) == (200, None)
    assert quiet.json()["full_members"] == 7
    assert await waiting(client) == []
    other = await put(client, code(1), as_of="2026-06-02T09:00:00+08:00", name="第三个名称", **DISTRICT)
    assert other.json()["warnings"][0]["facts"]["conflict"] != conflict, "another content is another dispute"


async def test_r_precedence__what_was_decided_stands_against_the_stronger_source_too(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=FIRST)
    sent = await put(client, code(1), as_of=LATER, name="另一名称", address="新街 2 号", **DISTRICT)
    [conflict] = {one["facts"]["conflict"] for one in sent.json()["warnings"]}
    wrong = await resolve(client, conflict, take="incoming", parts=["carrier"])
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/parts")
    done = await resolve(client, conflict, take="incoming", parts=["name"])
    assert done.status_code == 200, done.text
    now = await shown(client)
    assert (now["name"], now["address"]) == ("另一名称", "示例路 1 号"), "of the two parts the one that was taken"
    assert (await origins(client))["name"]["data_source"] == "correction"
    [warning] = (await put(client, code(1), as_of=LAST)).json()["warnings"]
    assert warning["facts"]["stands"] == "correction"
    assert (await shown(client))["name"] == "另一名称"


async def test_r_precedence__a_side_that_changed_meanwhile_is_not_taken(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=FIRST)
    sent = await put(client, code(1), as_of=LATER, name="另一名称", **DISTRICT)
    conflict = sent.json()["warnings"][0]["facts"]["conflict"]
    await put(client, code(1), as_of=LAST, name="正式更名")
    refused = await resolve(client, conflict, take="incoming")
    assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "stale-registration")
    assert (await resolve(client, conflict, take="stored")).status_code == 200


async def test_r_precedence__a_correction_is_not_undone_by_the_next_import(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await put(client, code(1), as_of=FIRST)
    body = {"fields": {"address": "更正路 3 号"}, "as_of": FIRST, "reason": "门牌登记有误"}
    assert (await client.post(f"/v1/organizations/{code(1)}/corrections", json=body)).status_code == 200
    done = await import_file(app, client, ndjson([row(1, as_of=LATER), row(2, as_of=LATER)]), "a.ndjson")
    assert (done["warned"], done["counts"]["refused"], done["counts"]["created"]) == (1, 0, 1)
    [reported] = (await client.get(f"/v1/imports/{done['id']}/errors")).json()["items"]
    assert "人工更正" in str(reported)
    assert (await shown(client))["address"] == "更正路 3 号"


async def test_r_precedence__of_a_file_and_of_a_batch(app: FastAPI, client: httpx.AsyncClient) -> None:
    await send(client, [line(1, as_of=FIRST), line(2, as_of=FIRST)])
    results = await send(client, [line(1, as_of=LATER, name="另一名称", **DISTRICT), line(2, as_of=LATER, **DISTRICT)])
    assert [one["status"] for one in results] == [200, 200]
    assert [len(one.get("warnings", [])) for one in results] == [1, 0]
    file = ndjson([row(2, as_of=LAST, name="又一名称"), row(3, as_of=LAST)])
    dry = await import_file(app, client, file, "a.ndjson", data_source="hand_entry", dry_run="true")
    assert dry["warned"] == 1
    assert len(await waiting(client)) == 1, "a dry run proposes nothing"
    await import_file(app, client, file, "a.ndjson", data_source="hand_entry")
    assert {one["data_source"] for one in await waiting(client)} == {"district_system", "hand_entry"}
    assert {one["data_source"] for one in (await origins(client, 3)).values()} == {"hand_entry"}
    kept = await rows(app, "SELECT division FROM organization_claims ORDER BY organization_id")
    assert [one["division"] for one in kept] == ["330106"] * 3


async def test_r_precedence__the_registering_authority_alone_keeps_no_claims(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await put(client, code(1), as_of=FIRST)
    await put(client, code(1), as_of=LATER, name="更名之后")
    assert await rows(app, "SELECT FROM organization_claims") == []
    found = await origins(client)
    assert {one["data_source"] for one in found.values()} == {"registering_authority"}
    assert found["name"]["since"].startswith("2026-05-01")
    assert found["kind"]["since"] is None
    assert (await client.get(f"/v1/organizations/{code(2)}/provenance")).status_code == 404


async def test_r_precedence__the_claims_follow_a_moved_organization(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=FIRST, **DISTRICT)
    moved = await put(client, code(1), as_of=LATER, division="330105", street="米市巷街道")
    assert moved.status_code == 200, moved.text
    [kept] = await rows(app, "SELECT division FROM organization_claims")
    assert kept["division"] == "330105"
    assert (await origins(client))["place"]["data_source"] == "registering_authority"


async def test_r_precedence__an_instant_that_was_wrong_is_corrected_for_all_parts(client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of=LAST, **DISTRICT)
    between = {"as_of": LATER, "name": "五月的名称", **DISTRICT}
    assert (await put(client, code(1), **between)).status_code == 409
    body = {"fields": {}, "as_of": FIRST, "reason": "截至时刻有误"}
    assert (await client.post(f"/v1/organizations/{code(1)}/corrections", json=body)).status_code == 200
    assert (await put(client, code(1), **between)).status_code == 200
    assert (await shown(client))["name"] == "五月的名称"
