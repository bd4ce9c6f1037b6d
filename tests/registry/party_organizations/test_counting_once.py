"""An organization counts once (S13): a new coverage ends the one before."""

import httpx
from fastapi import FastAPI

from tests.registry.helpers import code, rows
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    counts,
    coverage_by_number,
    deliver,
    emitted,
    formed,
    organizations,
)


async def test_s13_an_organization_counts_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    """From joint to standalone, then back under an area: one coverage at any time, and an event for each move."""
    ids = await organizations(client, 3)
    joint = formed(*ids, form="joint")
    await deliver(app, joint)
    assert await counts(client) == {"organizations": 3, "joint": 1, "covered": 3, "covered_joint": 3}
    alone = formed(ids[0])
    await deliver(app, alone)
    assert await counts(client) == {
        "organizations": 3,
        "standalone": 1,
        "joint": 1,
        "covered": 3,
        "covered_standalone": 1,
        "covered_joint": 2,
    }
    party, other = str(joint.data.party_organization_id), str(alone.data.party_organization_id)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert [cover["uscc"] for cover in shown["covers"]] == [code(2), code(3)]
    assert set((await emitted(app))[1:]) == {("changed", party, 2), ("established", other, 1)}
    area = formed(*ids, form="area")
    await deliver(app, area)
    assert await counts(client) == {"organizations": 3, "areas": 1, "covered": 3, "covered_area": 3}
    assert set((await emitted(app))[3:]) == {
        ("dissolved", party, 3),
        ("dissolved", other, 2),
        ("established", str(area.data.party_organization_id), 1),
    }
    open_ones = await rows(app, "SELECT organization_id, count(*) AS n FROM coverages WHERE until IS NULL GROUP BY 1")
    assert [row["n"] for row in open_ones] == [1, 1, 1]


async def test_s13_one_list_with_two_claims_counts_the_last(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 2)
    first, second = formed(*ids, form="joint"), formed(ids[0])
    await deliver(app, first, second)
    assert await coverage_by_number(client, [1, 2]) == ["standalone", "joint"]
    open_ones = await rows(app, "SELECT party_organization_id AS p FROM coverages WHERE until IS NULL")
    assert {row["p"] for row in open_ones} == {first.data.party_organization_id, second.data.party_organization_id}
    assert len(open_ones) == 2


async def test_establish__who_loses_an_organization_by_it_names_it_as_the_cause(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    first, second, third = await organizations(client, 3)
    earlier = [formed(first), formed(second)]
    await deliver(app, *earlier)
    taking, other = formed(first, form="joint"), formed(third)
    await deliver(app, other, taking)
    found = await rows(app, PARTY_EVENTS)
    ended = {row["subject"]: row["causation_id"] for row in found if row["type"].endswith(".dissolved.v1")}
    assert ended == {str(earlier[0].data.party_organization_id): str(taking.envelope.id)}
