"""Dissolution, merger, move and another kind: each covered organization is named, nothing is uncovered by silence."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.bodies.helpers import body as body_of
from tests.registry.bodies.helpers import pointers, record, record_hangzhou
from tests.registry.helpers import code, put, rows
from tests.registry.leaderships.helpers import led, report
from tests.registry.party_organizations.affiliation.helpers import periods
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    coverage_by_number,
    deliver,
    emitted,
    formed,
    organizations,
)

DECIDED: dict[str, Any] = {"on": "2026-06-01", "approval_number": "杭两新〔2026〕8号", "reason": "机构调整"}


async def act(client: httpx.AsyncClient, party: str, step: str, **body: Any) -> httpx.Response:
    """One decision."""
    return await client.post(f"/v1/party-organizations/{party}/{step}", json={**DECIDED, **body})


async def form(app: FastAPI, *ids: str, kind: str = "joint", **changes: Any) -> str:
    """A Party organization that incubation formed."""
    event = formed(*ids, form=kind, **changes)
    await deliver(app, event)
    return str(event.data.party_organization_id)


async def shown(client: httpx.AsyncClient, party: str) -> dict[str, Any]:
    """One Party organization."""
    found: dict[str, Any] = (await client.get(f"/v1/party-organizations/{party}")).json()
    return found


def covers(party: dict[str, Any]) -> dict[str, str]:
    """Whom it covers, since when."""
    return {cover["uscc"]: cover["since"] for cover in party["covers"]}


async def test_d8_dissolution_names_what_becomes_of_each_covered_organization(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    ids = await organizations(client, 5)
    ending, other = await form(app, *ids[:3]), await form(app, ids[3], name="中共示例联合支部")
    area = await form(app, ids[4], kind="area")
    silent = await act(client, ending, "dissolution", successors=[{"organization": code(1), "to": "area"}])
    assert pointers(silent) == ["/successors"]
    assert all(code(n) in silent.json()["errors"][0]["detail"] for n in (2, 3))
    assert (await shown(client, ending))["state"] == "founding", "a refused decision changes nothing"
    taken = await act(
        client,
        ending,
        "dissolution",
        successors=[
            {"organization": code(1), "to": "area"},
            {"organization": ids[1], "to": "party_organization", "party_organization_id": other},
            {"organization": code(3), "to": "none", "why": "fewer_than_three"},
        ],
    )
    assert taken.status_code == 200, taken.text
    assert taken.json()["party_organization"]["state"] == "dissolved"
    assert taken.json()["details"]["successors"] == [
        {"uscc": code(1), "to": "area", "party_organization_id": area, "why": None},
        {"uscc": code(2), "to": "party_organization", "party_organization_id": other, "why": None},
        {"uscc": code(3), "to": "none", "party_organization_id": None, "why": "fewer_than_three"},
    ]
    assert await coverage_by_number(client, range(1, 6)) == ["area", "joint", "uncovered", "joint", "area"]
    assert covers(await shown(client, other))[code(2)] == "2026-06-01"
    assert (await shown(client, ending))["dissolved_on"] == "2026-06-01"
    assert await periods(client, ending) == [("CUIYUAN", "2026-03-10", "2026-06-01")], (
        "it belongs to nobody from then on"
    )
    assert {(kind, party) for kind, party, _ in (await emitted(app))[3:]} == {
        ("dissolved", ending),
        ("changed", other),
        ("changed", area),
    }
    event = next(one["data"] for one in await rows(app, PARTY_EVENTS) if ".dissolved." in one["type"])
    assert (event["dissolved_on"], event["decision"], event["successor_id"]) == ("2026-06-01", "dissolution", None)
    [stored] = (await client.get(f"/v1/party-organizations/{ending}/reorganizations")).json()["items"]
    assert (stored["kind"], stored["reason"]) == ("dissolution", "机构调整")
    assert stored["reasons"][0]["rule"] == "R-reorganization"
    again = await act(client, ending, "dissolution", successors=[])
    assert (again.status_code, again.json()["type"]) == (409, "urn:shuangfu:problem:party-organization-dissolved")


@pytest.mark.parametrize(
    ("successor", "pointer"),
    [
        ({"to": "none"}, "/why"),
        ({"to": "area", "why": "other"}, "/why"),
        ({"to": "area"}, "/to"),
        ({"to": "party_organization"}, "/party_organization_id"),
        ({"to": "party_organization", "party_organization_id": "itself"}, "/party_organization_id"),
        ({"to": "party_organization", "party_organization_id": "alone"}, "/party_organization_id"),
        ({"to": "party_organization", "party_organization_id": "ended"}, "/party_organization_id"),
        ({"to": "none", "why": "other", "organization": code(9)}, "/organization"),
    ],
)
async def test_d8_a_successor_that_cannot_be_is_refused(
    app: FastAPI, client: httpx.AsyncClient, successor: dict[str, Any], pointer: str
) -> None:
    ids = await organizations(client, 3)
    named = {
        "itself": await form(app, ids[0]),
        "alone": await form(app, ids[1], kind="standalone"),
        "ended": await form(app, ids[2]),
    }
    await put(client, code(3), status="deregistered", as_of="2026-05-01T00:00:00Z")
    given = dict(successor)
    if "party_organization_id" in given:
        given["party_organization_id"] = named[given["party_organization_id"]]
    refused = await act(client, named["itself"], "dissolution", successors=[{"organization": code(1), **given}])
    assert f"/successors/0{pointer}" in pointers(refused)
    assert await coverage_by_number(client, [1]) == ["joint"]


async def test_dissolution__days_lie_between_what_it_covers_and_today(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 1)
    party = await form(app, *ids)
    none = [{"organization": code(1), "to": "none", "why": "no_members"}]
    for on in ("2026-03-09", "2999-01-01"):
        assert pointers(await act(client, party, "dissolution", on=on, successors=none)) == ["/on"]
    assert (await act(client, party, "dissolution", on="2026-03-10", successors=none)).status_code == 200


async def test_merger__all_goes_to_the_other_which_becomes_joint(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 4)
    small, big = await form(app, *ids[:2]), await form(app, ids[2], kind="standalone")
    await led(client, small)
    assert pointers(await act(client, small, "merger", into=small)) == ["/into"]
    taken = await act(client, small, "merger", into=big, name="中共示例联合支部")
    assert taken.status_code == 200, taken.text
    merged = await shown(client, big)
    assert (merged["form"], merged["name"], merged["structure"]) == ("joint", "中共示例联合支部", "joint_branch")
    assert covers(merged) == {code(1): "2026-06-01", code(2): "2026-06-01", code(3): "2026-03-10"}
    assert await coverage_by_number(client, range(1, 5)) == ["joint", "joint", "joint", "uncovered"]
    event = next(one["data"] for one in await rows(app, PARTY_EVENTS) if ".dissolved." in one["type"])
    assert (event["decision"], event["successor_id"]) == ("merger", big)
    [changed] = [
        one["data"] for one in await rows(app, PARTY_EVENTS) if ".changed." in one["type"] and one["subject"] == big
    ]
    assert (changed["name"], changed["form"]) == ("中共示例联合支部", "joint")
    assert {one["uscc"]: one["since"] for one in changed["covers"]} == covers(merged)
    assert (await report(client, small)).status_code == 409


async def test_move__a_joint_one_moves_and_its_default_affiliation_follows(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await record(client, GONGSHU=body_of("拱墅区示例工委", division="330105", parent="CITY"))
    ids = await organizations(client, 3)
    party, alone, area = (
        await form(app, ids[0]),
        await form(app, ids[1], kind="standalone"),
        await form(app, ids[2], kind="area"),
    )
    for other in (alone, area):
        refused = await act(client, other, "move", division="330105")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:not-moved-by-decision")
    assert pointers(await act(client, party, "move", division="330199")) == ["/division"]
    taken = await act(client, party, "move", division="330105", street="祥符街道")
    assert taken.status_code == 200, taken.text
    moved = await shown(client, party)
    assert (moved["division"], moved["street"], moved["affiliation"]["body"]) == ("330105", "祥符街道", "GONGSHU")
    assert list(covers(moved)) == [code(1)], "it covers what it covered"
    assert (await rows(app, PARTY_EVENTS))[-1]["data"]["division"] == "330105"


async def test_s8_move__its_default_affiliation_follows_from_the_day_of_the_decision_and_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await record(client, GONGSHU=body_of("拱墅区示例工委", division="330105", parent="CITY"))
    party = await form(app, *await organizations(client, 1))
    [(before, since, _)] = await periods(client, party)
    there = {"division": "330105", "street": "祥符街道"}
    assert (await act(client, party, "move", **there)).status_code == 200
    assert await periods(client, party) == [(before, since, DECIDED["on"]), ("GONGSHU", DECIDED["on"], None)]
    again = await act(client, party, "move", **there)
    assert (again.status_code, pointers(again)) == (422, ["/division"])
    decided = (await client.get(f"/v1/party-organizations/{party}/reorganizations")).json()["items"]
    assert [one["kind"] for one in decided] == ["move"]


async def test_t4_another_kind_by_decision(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 2)
    party, area = await form(app, ids[0]), await form(app, ids[1], kind="area")
    for one, kind in ((party, "BRANCH"), (area, "GENERAL")):
        refused = await act(client, one, "kind", kind=kind, name="中共示例总支部")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:kind-fixed")
    taken = await act(client, party, "kind", kind="GENERAL", name="中共示例总支部")
    assert taken.status_code == 200, taken.text
    changed = await shown(client, party)
    assert (changed["kind"], changed["name"]) == ("GENERAL", "中共示例总支部")
    assert changed["structure"] == "joint_general_branch"
    assert (await rows(app, PARTY_EVENTS))[-1]["data"]["kind"] == "GENERAL"


async def test_reorganizing__asks_for_its_permission_its_division_and_its_version(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    ids = await organizations(client, 1)
    party = await form(app, *ids)
    path, body = f"/v1/party-organizations/{party}/kind", {**DECIDED, "kind": "GENERAL", "name": "中共示例总支部"}
    clerk = {"Authorization": f"Bearer {token_for('registrar', subject='clerk')}"}
    assert (await client.post(path, json=body, headers=clerk)).status_code == 403
    stranger = {"Authorization": f"Bearer {token_for('district_officer', divisions=['3101'])}"}
    assert (await client.post(path, json=body, headers=stranger)).status_code == 404
    assert (await client.post(path, json=body, headers={"If-Match": '"9"'})).status_code == 412
    key = {"Idempotency-Key": "k"}
    first = await client.post(path, json=body, headers={"If-Match": '"1"', **key})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert (await client.post(path, json=body, headers={"If-Match": '"1"', **key})).json() == first.json()
