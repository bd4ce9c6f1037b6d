"""Organizations that end or move: what covered them changes, or is dissolved."""

import httpx
import orjson
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import (
    counts,
    coverage_by_number,
    deliver,
    emitted,
    formed,
    organizations,
)


async def test_deregistered__what_covers_nobody_any_more_is_dissolved(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 3)
    alone, joint = formed(ids[0]), formed(ids[1], ids[2], form="joint")
    await deliver(app, alone, joint)
    one, two = str(alone.data.party_organization_id), str(joint.data.party_organization_id)
    before = len(await emitted(app))
    for number in (1, 2):
        await put(client, code(number), status="deregistered", as_of="2026-04-01T00:00:00Z")
    assert (await emitted(app))[before:] == [("dissolved", one, 2), ("changed", two, 2)]
    ended = (await client.get(f"/v1/party-organizations/{one}")).json()
    assert (ended["covers"], ended["dissolved_on"] is not None, ended["version"]) == ([], True, 2)
    listed = (await client.get("/v1/party-organizations")).json()["items"]
    assert [party["id"] for party in listed] == [two]
    assert [cover["uscc"] for cover in listed[0]["covers"]] == [code(3)]
    assert await counts(client) == {"organizations": 1, "joint": 1, "covered": 1, "covered_joint": 1}
    await put(client, code(3), status="deregistered", as_of="2026-04-01T00:00:00Z")
    assert (await emitted(app))[-1] == ("dissolved", two, 3)
    assert await counts(client) == {}
    # Once dissolved it stays so, whoever comes back.
    await put(client, code(1), as_of="2026-05-01T00:00:00Z")
    assert await coverage_by_number(client, [1]) == ["uncovered"]
    assert len(await emitted(app)) == before + 3


async def test_deregistered__late_news_date_what_ends_by_the_deregistration(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """A joint branch ends with its last unit, whichever is heard of last; nothing ends before it began."""
    ids = await organizations(client, 4)
    joint, alone = formed(*ids[:3], form="joint"), formed(ids[3])
    await deliver(app, joint, alone)
    party, other = str(joint.data.party_organization_id), str(alone.data.party_organization_id)
    begun = (await client.get(f"/v1/party-organizations/{party}")).json()["established_on"]
    await put(client, code(1), status="deregistered", as_of="2026-06-01T00:00:00+08:00")
    await put(client, code(2), status="deregistered", as_of="2026-04-20T00:00:00+08:00")
    await put(client, code(3), status="deregistered", as_of="2026-05-10T23:30:00+08:00")
    assert (await client.get(f"/v1/party-organizations/{party}")).json()["dissolved_on"] == "2026-06-01"
    [event] = await rows(app, "SELECT data->>'dissolved_on' AS day FROM outbox WHERE type LIKE '%.dissolved%'")
    assert event["day"] == "2026-06-01"
    days = await rows(app, "SELECT until FROM coverages ORDER BY until NULLS LAST")
    assert [str(row["until"]) for row in days] == ["2026-04-20", "2026-05-10", "2026-06-01", "None"]
    await put(client, code(4), status="deregistered", as_of="2026-03-02T12:00:00+08:00")
    founded = (await client.get(f"/v1/party-organizations/{other}")).json()
    assert founded["dissolved_on"] == founded["established_on"] == begun > "2026-03-02"


async def test_deregistered__by_a_batch_too(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 2)
    joint = formed(*ids, form="joint")
    await deliver(app, joint)
    ended = {**registration(), "status": "deregistered", "as_of": "2026-04-01T00:00:00Z"}
    lines = [orjson.dumps({"uscc": code(n), **ended}) for n in (1, 2)]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    party = str(joint.data.party_organization_id)
    assert await emitted(app) == [("established", party, 1), ("dissolved", party, 2)]


async def test_deregistered__by_one_district_keeps_what_the_branch_covers_in_others(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    """Whoever ends an organization need not see its neighbours, nor the division that the branch belongs to."""

    async def end(number: int, division: str) -> None:
        token = token_for("registrar", [division])
        body = registration(division=division, status="deregistered", as_of="2026-04-01T00:00:00Z")
        path = f"/v1/civil-affairs/registrations/{code(number)}"
        response = await client.put(path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200, response.text

    ids = [
        (await put(client, code(number), division=division)).json()["id"]
        for number, division in ((1, "330106"), (2, "330105"), (3, "330105"))
    ]
    joint = formed(*ids, form="joint")
    await deliver(app, joint)
    party = str(joint.data.party_organization_id)
    await end(1, "330106")  # the branch's own division, where it now covers nobody
    assert (await emitted(app))[-1] == ("changed", party, 2)
    await end(2, "330105")
    assert (await emitted(app))[-1] == ("changed", party, 3)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert ([cover["uscc"] for cover in shown["covers"]], shown["dissolved_on"]) == ([code(3)], None)
    await end(3, "330105")
    assert (await emitted(app))[-1] == ("dissolved", party, 4)
    trail = "SELECT DISTINCT actor FROM audit_log WHERE object_type = 'party_organizations' AND operation = 'update'"
    [row] = await rows(app, trail)
    assert row["actor"] == "tester", "who asked for it is named, though the system saw further"


async def test_moved__coverage_follows_its_organization(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    organization = (await put(client, code(1), division="330105")).json()["id"]
    alone = formed(organization, division="330105")
    await deliver(app, alone)
    await put(client, code(1), division="330106", as_of="2026-03-20T00:00:00Z")
    [coverage] = await rows(app, "SELECT division FROM coverages")
    assert coverage["division"] == "330106"
    token = token_for("registrar", ["330106"])
    ended = registration(status="deregistered", as_of="2026-04-01T00:00:00Z")
    path = f"/v1/civil-affairs/registrations/{code(1)}"
    await client.put(path, json=ended, headers={"Authorization": f"Bearer {token}"})
    assert (await emitted(app))[-1] == ("dissolved", str(alone.data.party_organization_id), 3)
