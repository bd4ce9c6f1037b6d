"""A standalone Party organization is where its organization is (T50)."""

from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.reconciliation import RECONCILIATION
from tests.conftest import AsAdmin
from tests.registry.conftest import registration
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import PARTY_EVENTS, counts, deliver, emitted, formed, organizations

MOVED = {"division": "330105", "street": "米市巷街道", "as_of": "2026-03-20T00:00:00Z"}
EMPTY: dict[str, int] = {}
ALONE = {"organizations": 1, "standalone": 1, "covered": 1, "covered_standalone": 1}


async def test_t50_standalone_follows_its_organization__event_and_coverage_of_both(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    party = str(alone.data.party_organization_id)
    assert (await put(client, code(1), **MOVED)).status_code == 200
    assert (await emitted(app))[-1] == ("changed", party, 2)
    event = (await rows(app, PARTY_EVENTS))[-1]["data"]
    assert (event["division"], event["street"]) == ("330105", "米市巷街道")
    assert [cover["organization_id"] for cover in event["covers"]] == [organization]
    [told] = await rows(app, "SELECT also_divisions FROM outbox WHERE type LIKE '%party_organization.changed.v1'")
    assert told["also_divisions"] == "330106", "whoever reads the feed of the district that it left is told"
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert (shown["division"], shown["street"], shown["version"]) == ("330105", "米市巷街道", 2)
    assert (await counts(client, "330106"), await counts(client, "330105")) == (EMPTY, ALONE)
    # And back again.
    await put(client, code(1), as_of="2026-03-21T00:00:00Z")
    assert (await counts(client, "330106"), await counts(client, "330105")) == (ALONE, EMPTY)
    assert (await emitted(app))[-1] == ("changed", party, 3)


async def test_t50_standalone_follows_its_organization__audited_with_the_caller(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    await deliver(app, formed(organization))
    await put(client, code(1), **MOVED)
    trail = "SELECT actor, diff FROM audit_log WHERE object_type = 'party_organizations' AND operation = 'update'"
    found = await rows(app, trail)
    [moved] = [row for row in found if "division" in row["diff"]["after"]]
    assert moved["actor"] == "tester"
    assert (moved["diff"]["before"]["division"], moved["diff"]["after"]["division"]) == ("330106", "330105")


async def test_t50_standalone_follows_its_organization__by_a_batch_and_a_street_alone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await organizations(client, 2)
    await deliver(app, *(formed(one) for one in ids))
    lines = [
        orjson.dumps({"uscc": code(1), **registration(**MOVED)}),
        orjson.dumps({"uscc": code(2), **registration(street="文新街道", as_of="2026-03-20T00:00:00Z")}),
    ]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    found = (await client.get("/v1/party-organizations")).json()["items"]
    assert {(one["division"], one["street"]) for one in found} == {("330105", "米市巷街道"), ("330106", "文新街道")}


async def test_t50_standalone_recorded_late__is_where_its_organization_is_by_then(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    approved = formed(organization)
    await put(client, code(1), **MOVED)
    await deliver(app, approved)
    assert (await counts(client, "330106"), await counts(client, "330105")) == (EMPTY, ALONE)


@pytest.mark.parametrize("form", ["joint", "area"])
async def test_t50_joint_branches_and_areas_stay__and_both_districts_add_up(
    app: FastAPI, client: httpx.AsyncClient, form: str
) -> None:
    ids = await organizations(client, 2)
    shared = formed(*ids, form=form)
    await deliver(app, shared)
    await put(client, code(1), **MOVED)
    shown = (await client.get(f"/v1/party-organizations/{shared.data.party_organization_id}")).json()
    assert shown["division"] == "330106"
    for division in ("330106", "330105"):
        found = await counts(client, division)
        assert (found["organizations"], found["covered"], found[f"covered_{form}"]) == (1, 1, 1)


async def test_t50_reconcile__finds_what_was_left_behind_and_the_next_change_mends_it(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    [invariant] = RECONCILIATION.invariants
    assert await rows(app, invariant.violations) == []
    await as_admin(app.state.database.url, "UPDATE party_organizations SET division = '330102'")
    [found] = await rows(app, invariant.violations)
    assert UUID(found["example"].partition(" ")[0]) == alone.data.party_organization_id
    await put(client, code(1), full_members=5, as_of="2026-03-20T00:00:00Z")
    assert await rows(app, invariant.violations) == []
