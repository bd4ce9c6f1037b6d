"""Who succeeds whom: by a merger, a split or another code, with what covered the predecessor until then."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver, formed, organizations

PATH = "/v1/organizations/{}/successions"
ENDED = {"status": "deregistered", "as_of": "2026-06-30T09:00:00+08:00"}
BODY = {"predecessor": code(1), "kind": "merger", "on": "2026-07-01", "reason": "合并"}


async def succeed(client: httpx.AsyncClient, successor: int, **changes: Any) -> httpx.Response:
    return await client.post(PATH.format(code(successor)), json=BODY | changes)


async def test_succession__of_a_deregistered_one_with_what_covered_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    first, second = await organizations(client, 2)
    await deliver(app, formed(first, formed_on=date(2026, 6, 1)))
    [party] = (await client.get("/v1/party-organizations", params={"organization": first})).json()["items"]
    early = await succeed(client, 2)
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/predecessor")
    assert code(1) in early.json()["errors"][0]["detail"]
    await put(client, code(1), **ENDED)
    recorded = await succeed(client, 2, on="2026-06-30")
    assert recorded.status_code == 201, recorded.text
    shown = recorded.json()
    assert (shown["predecessor_id"], shown["organization_id"]) == (first, second)
    assert shown["party_organization_id"] == party["id"]
    assert [(one["rule"], one["outcome"]) for one in shown["reasons"]] == [("R-succession", "merger")]
    for side in (1, 2):
        assert (await client.get(PATH.format(code(side)))).json()["items"] == [shown]
    again = await succeed(client, 2, on="2026-06-30")
    assert (again.status_code, again.json()["type"]) == (409, "urn:shuangfu:problem:already-succeeded")


async def test_succession__names_what_covered_one_that_ended_before(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Nothing covers it from its end on, and an earlier end than is known at first takes nothing away."""
    first, _ = await organizations(client, 2)
    await deliver(app, formed(first, formed_on=date(2026, 6, 1)))
    [party] = (await client.get("/v1/party-organizations", params={"organization": first})).json()["items"]
    await put(client, code(1), **ENDED)
    for day, coverage in (("2026-06-29", "standalone"), ("2026-06-30", "uncovered")):
        shown = (await client.get(f"/v1/organizations/{first}", params={"as_of": day})).json()
        assert shown["coverage"] == coverage, day
    recorded = await succeed(client, 2, on="2026-07-15")
    assert (recorded.status_code, recorded.json()["party_organization_id"]) == (201, party["id"])


async def test_succession__a_split_leaves_the_predecessor_registered(client: httpx.AsyncClient) -> None:
    await organizations(client, 3)
    assert [(await succeed(client, one, kind="split")).status_code for one in (2, 3)] == [201, 201]
    listed = (await client.get(PATH.format(code(1)))).json()["items"]
    assert [one["uscc"] for one in listed] == [code(2), code(3)]


async def test_succession__closes_no_circle(client: httpx.AsyncClient) -> None:
    await organizations(client, 3)
    assert (await succeed(client, 2, kind="split")).status_code == 201
    assert (await succeed(client, 3, kind="split", predecessor=code(2))).status_code == 201
    for successor, predecessor in ((1, 3), (1, 2), (1, 1)):
        refused = await succeed(client, successor, kind="split", predecessor=code(predecessor))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/predecessor")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"predecessor": code(9)}, "/predecessor"),
        ({"predecessor": ""}, "/predecessor"),
        ({"on": "2099-01-01"}, "/on"),
        ({"on": "2026-02-28"}, "/on"),
        ({"on": "gestern"}, "/on"),
        ({"kind": "sale"}, "/kind"),
        ({"reason": " "}, "/reason"),
    ],
)
async def test_succession__names_the_field_that_is_wrong(
    client: httpx.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    await organizations(client, 2)
    refused = await succeed(client, 2, **{"kind": "split", **changes})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])
