"""Party organizations that incubation formed: recorded and extended."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    counts,
    coverage_by_number,
    deliver,
    emitted,
    extended,
    formed,
    organizations,
)


async def test_establish__is_recorded_shown_and_emitted(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert shown.pop("rating_body") is None
    assert shown == {
        "id": party,
        "name": "中共西湖区示例支部",
        "kind": "BRANCH",
        "form": "standalone",
        "division": "330106",
        "street": "翠苑街道",
        "established_on": "2026-03-10",
        "dissolved_on": None,
        "covers": [{"organization_id": organization, "uscc": code(1), "since": "2026-03-10"}],
        "covers_cursor": None,
        "affiliation": None,
        "state": "founding",
        "term": None,
        "secretary_is_head": None,
        "structure": "branch",
        "founding_number": None,
        "founding_form": None,
        "taken_over": False,
        "version": 1,
    }
    assert (await client.get("/v1/party-organizations")).json() == {"items": [shown], "next_cursor": None}
    [sent] = await rows(app, PARTY_EVENTS)
    assert (sent["type"], sent["sequence"]) == ("shuangfu.registry.party_organization.established.v1", 1)
    assert (sent["subject"], sent["key"], sent["causation_id"]) == (party, party, str(event.envelope.id))
    assert [cover["organization_id"] for cover in sent["data"]["covers"]] == [organization]
    assert await coverage_by_number(client, [1]) == ["standalone"]
    assert await counts(client) == {"organizations": 1, "standalone": 1, "covered": 1, "covered_standalone": 1}


async def test_establish__the_same_twice_is_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event)
    await deliver(app, event)
    assert await emitted(app) == [("established", str(event.data.party_organization_id), 1)]
    assert len(await rows(app, "SELECT * FROM coverages")) == 1


async def test_establish__the_same_twice_in_one_list_is_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event, event)
    assert await emitted(app) == [("established", str(event.data.party_organization_id), 1)]


async def test_establish__a_list_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 5)
    events = [formed(ids[0]), formed(ids[1], ids[2], form="joint"), formed(ids[3], form="area", kind="BRANCH")]
    await deliver(app, *events)
    assert await coverage_by_number(client, range(1, 6)) == ["standalone", "joint", "joint", "area", "uncovered"]
    assert sorted(kind for kind, *_ in await emitted(app)) == ["established"] * 3
    assert await counts(client) == {
        "organizations": 5,
        "standalone": 1,
        "joint": 1,
        "areas": 1,
        "covered": 4,
        "uncovered": 1,
        "covered_standalone": 1,
        "covered_joint": 2,
        "covered_area": 1,
    }


async def test_establish__of_organizations_that_ended_is_not_recorded(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 2)
    await put(client, code(1), status="deregistered", as_of="2026-04-01T00:00:00Z")
    gone, half = formed(ids[0]), formed(*ids, form="joint")
    await deliver(app, gone, half)
    assert await emitted(app) == [("established", str(half.data.party_organization_id), 1)]
    assert (await client.get(f"/v1/party-organizations/{gone.data.party_organization_id}")).status_code == 404
    shown = (await client.get(f"/v1/party-organizations/{half.data.party_organization_id}")).json()
    assert [cover["uscc"] for cover in shown["covers"]] == [code(2)]


async def test_extend__brings_further_organizations_under_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 4)
    area = formed(ids[0], form="area")
    party = area.data.party_organization_id
    await deliver(app, area, extended(party, ids[1]), extended(party, ids[2], ids[3], sequence=3))
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert [cover["uscc"] for cover in shown["covers"]] == [code(n) for n in (1, 2, 3, 4)]
    assert shown["covers"][1]["since"] == "2026-03-12"
    assert await emitted(app) == [("established", str(party), 1)], "one list, one event"
    more = await organizations(client, 6)
    await deliver(app, extended(party, more[4], sequence=4), extended(party, more[5], ids[1], sequence=5))
    assert (await emitted(app))[1:] == [("changed", str(party), 2)], "one list, one change"
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert ([cover["uscc"] for cover in shown["covers"]], shown["version"]) == ([code(n) for n in range(1, 7)], 2)


async def test_extend__of_an_unknown_one_raises_and_changes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    with pytest.raises(LookupError):
        await deliver(app, extended(uuid4(), organization))
    assert await emitted(app) == []
    assert await coverage_by_number(client, [1]) == ["uncovered"]


async def test_s15_area_whose_first_organizations_ended_meanwhile_is_extended_all_the_same(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await organizations(client, 3)
    for number in (1, 2):
        await put(client, code(number), status="deregistered", as_of="2026-04-01T00:00:00Z")
    area = formed(ids[0], form="area")
    party = area.data.party_organization_id
    await deliver(app, area)
    assert await emitted(app) == [("dissolved", str(party), 1)], "it covers nobody yet"
    await deliver(app, extended(party, ids[1]))
    assert (await client.get(f"/v1/party-organizations/{party}")).json()["dissolved_on"] is not None
    await deliver(app, extended(party, ids[2], sequence=3))
    assert (await emitted(app))[1:] == [("changed", str(party), 2)]
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert [cover["uscc"] for cover in shown["covers"]] == [code(3)]
    assert (shown["dissolved_on"], shown["version"]) == (None, 2)


async def test_record__one_that_is_formed_and_extended_in_one_list_names_what_formed_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await organizations(client, 3)
    area, later = formed(ids[0], form="area"), formed(ids[2])
    party = area.data.party_organization_id
    await deliver(app, area, extended(party, ids[1]), later)
    found = {row["subject"]: row["causation_id"] for row in await rows(app, PARTY_EVENTS)}
    assert found == {
        str(party): str(area.envelope.id),
        str(later.data.party_organization_id): str(later.envelope.id),
    }
