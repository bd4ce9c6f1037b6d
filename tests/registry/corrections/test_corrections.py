"""What was registered wrongly is set right, with a reason, as of an instant that may lie before what is stored."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import EVENTS, code, events, put, rows
from tests.registry.party_organizations.helpers import deliver, formed, organizations

WHY = "数据截至日期误填"


async def correct(client: httpx.AsyncClient, number: int = 1, **changes: Any) -> httpx.Response:
    body = {"fields": {}, "as_of": "2026-03-02T09:00:00+08:00", "reason": WHY, **changes}
    return await client.post(f"/v1/organizations/{code(number)}/corrections", json=body)


async def test_t12_correction__sets_a_locked_record_free(app: FastAPI, client: httpx.AsyncClient) -> None:
    """A record as the version before took it: as of 2999, so that every registration is stale."""
    first = (await put(client, code(1))).json()
    await rows(app, "UPDATE organizations SET as_of = '2999-01-01' RETURNING 1")
    assert (await put(client, code(1), full_members=9)).status_code == 409
    corrected = await correct(client)
    assert (corrected.status_code, corrected.json()) == (200, first)
    assert await events(app) == [("organization.registered.v1", 1)], "the content is the same"
    later = await put(client, code(1), full_members=9, as_of="2026-03-03T00:00:00Z")
    assert (later.status_code, later.json()["version"]) == (200, 2)


async def test_t12_t50_correction__of_a_place_is_followed_as_a_move(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    corrected = await correct(client, fields={"division": "330105", "street": "米市巷街道"})
    assert corrected.status_code == 200, corrected.text
    party = (await client.get(f"/v1/party-organizations/{alone.data.party_organization_id}")).json()
    assert (party["division"], party["street"], party["version"]) == ("330105", "米市巷街道", 2)
    told = await rows(app, "SELECT also_divisions FROM outbox WHERE type LIKE '%changed.v1'")
    assert [row["also_divisions"] for row in told] == ["330106", "330106"], "the district that was left is told"


async def test_t12_correction__changes_fields_and_goes_back(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1), as_of="2026-03-09T00:00:00Z")
    fields = {
        "registered_on": "2026-02-01",
        "full_members": 5,
        "carrier": "示例大厦",
        "location": {"lon": 120.1, "lat": 30.2},
        "name": "西湖区\u3000更正社工中心",
    }
    corrected = await correct(client, fields=fields, as_of="2026-03-05T00:00:00Z")
    assert corrected.status_code == 200, corrected.text
    shown = (await client.get(f"/v1/organizations/{code(1)}")).json()
    assert {name: shown[name] for name in fields} == {**fields, "name": "西湖区 更正社工中心"}
    assert (shown["as_of"], shown["version"]) == ("2026-03-05T00:00:00Z", 2)
    assert corrected.headers["etag"] == '"2"'
    last = (await rows(app, EVENTS))[-1]
    assert (last["type"], last["data"]["full_members"]) == ("shuangfu.registry.organization.changed.v1", 5)
    [listed] = (await client.get(f"/v1/organizations/{code(1)}/corrections")).json()["items"]
    assert (listed["reason"], listed["as_of_before"], listed["before"]["full_members"]) == (
        WHY,
        "2026-03-09T00:00:00Z",
        4,
    )
    assert set(listed["fields"]) == {"registered_on", "full_members", "carrier", "lon", "lat", "name"}
    trail = await rows(app, "SELECT object_type FROM audit_log WHERE object_type = 'corrections'")
    assert len(trail) == 1
    between = await put(client, code(1), as_of="2026-03-06T00:00:00Z", full_members=6)
    assert between.status_code == 200, "what came between is no longer stale"


async def test_t12_correction__to_deregistered_and_back(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    await correct(client, fields={"status": "deregistered"})
    await correct(client, fields={"status": "registered"})
    assert [name for name, _ in await events(app)] == [
        "organization.registered.v1",
        "organization.deregistered.v1",
        "organization.changed.v1",
    ]


async def test_t12_correction__that_changes_nothing_leaves_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, code(1))).json()
    assert (await correct(client, fields={"full_members": 4})).json() == first
    assert await rows(app, "SELECT id FROM corrections") == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"fields": {"secretary": "甲"}}, "/fields/secretary"),
    "no field, and the same instant": ({"as_of": registration()["as_of"]}, "/fields"),
    "the code": ({"fields": {"uscc": code(2)}}, "/fields/uscc"),
    "a count as text": ({"fields": {"full_members": "5"}}, "/fields/full_members"),
    "a number for a date": ({"fields": {"registered_on": 86400}}, "/fields/registered_on"),
    "no value": ({"fields": {"street": "无"}}, "/fields/street"),
    "null where a value must be": ({"fields": {"name": None}}, "/fields/name"),
    "more members than there are": ({"fields": {"full_members": 1}}, "/fields/full_members_full_time"),
    "a division that ended": ({"fields": {"division": "330103"}}, "/fields/division"),
    "as_of in the future": ({"as_of": "2999-01-01T00:00:00Z"}, "/as_of"),
    "as_of as digits": ({"as_of": "20260302090000"}, "/as_of"),
    "as_of before the registration": ({"as_of": "2026-02-01T00:00:00Z"}, "/fields/registered_on"),
    "no reason": ({"reason": " "}, "/reason"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_t12_correction__what_is_wrong_is_named(app: FastAPI, client: httpx.AsyncClient, case: str) -> None:
    change, pointer = WRONG[case]
    first = (await put(client, code(1))).json()
    refused = await correct(client, **change)
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer]), refused.text
    assert (await client.get(f"/v1/organizations/{code(1)}")).json() == first


async def test_t12_correction__stays_within_the_callers_divisions(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await put(client, code(1))
    for division, fields, status in (
        ("330102", {}, 404),
        ("330106", {"division": "330102", "street": "湖滨街道"}, 403),
    ):
        client.headers["Authorization"] = f"Bearer {token_for('registrar', [division])}"
        body = {"fields": fields, "as_of": "2026-03-05T00:00:00Z", "reason": WHY}
        answer = await client.post(f"/v1/organizations/{code(1)}/corrections", json=body, auth=None)
        assert answer.status_code == status, answer.text


async def test_t12_correction__honours_if_match_and_key(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    body = {"fields": {"full_members": 7}, "as_of": "2026-03-01T00:00:00Z", "reason": WHY}
    path = f"/v1/organizations/{code(1)}/corrections"
    assert (await client.post(path, json=body, headers={"If-Match": '"7"'})).status_code == 412
    keyed = {"If-Match": '"1"', "Idempotency-Key": "k"}
    answers = [await client.post(path, json=body, headers=keyed) for _ in range(2)]
    assert [(one.status_code, one.json()["version"]) for one in answers] == [(200, 2), (200, 2)]
