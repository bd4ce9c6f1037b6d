"""`?as_of=`: an organization as it was on a day; what it was before, and under which names it is found."""

from datetime import date
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.registry.conftest import registration
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed, organizations

FIRST = {"name": "西湖区青禾社工中心", "address": "古荡路 7 号", "as_of": "2026-03-02T09:00:00+08:00"}
SECOND = {"name": "西湖区麦穗社工中心", "address": "文三路 9 号", "as_of": "2026-04-01T09:00:00+08:00"}
MOVED = {**SECOND, "division": "330105", "street": "米市巷街道", "as_of": "2026-05-01T09:00:00+08:00"}
PATH = f"/v1/organizations/{code(1)}"


@pytest.fixture
async def changed(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for registered in (FIRST, SECOND, MOVED):
        assert (await put(client, code(1), **registered)).status_code in (200, 201)
    return client


async def then(client: httpx.AsyncClient, day: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(PATH, params={"as_of": day})).json()
    return found


async def test_as_of__what_was_registered_at_the_end_of_that_day(changed: httpx.AsyncClient) -> None:
    expected = {
        "2026-03-01": (1, FIRST["name"], "330106", []),
        "2026-03-31": (1, FIRST["name"], "330106", []),
        "2026-04-01": (2, SECOND["name"], "330106", [FIRST["name"]]),
        "2026-04-30": (2, SECOND["name"], "330106", [FIRST["name"]]),
        "2026-05-01": (3, SECOND["name"], "330105", [FIRST["name"]]),
        "2026-11-01": (3, SECOND["name"], "330105", [FIRST["name"]]),
    }
    found = {day: await then(changed, day) for day in expected}
    shown = {
        day: tuple(one[name] for name in ("version", "name", "division", "former_names")) for day, one in found.items()
    }
    assert shown == expected


async def test_as_of__before_it_was_registered(changed: httpx.AsyncClient) -> None:
    refused = await changed.get(PATH, params={"as_of": "2026-02-28"})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:shuangfu:problem:not-registered-then")
    assert refused.json()["registered_on"] == "2026-03-01"


@pytest.mark.parametrize("day", ["2026", "gestern", "2026-02-30", ""])
async def test_as_of__that_is_no_day(changed: httpx.AsyncClient, day: str) -> None:
    refused = await changed.get(PATH, params={"as_of": day})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/as_of")


async def test_as_of__what_was_changed_before_history_was_kept(app: FastAPI, changed: httpx.AsyncClient) -> None:
    """As the version before leaves it: changed, and no version kept."""
    await put(changed, code(2), **FIRST)
    await put(changed, code(2), **{**FIRST, "full_members": 9, "as_of": "2026-04-01T09:00:00+08:00"})
    await rows(app, "UPDATE organizations SET version = version + 1 RETURNING 1")
    await put(changed, code(2), **{**FIRST, "full_members": 10, "as_of": "2026-06-01T09:00:00+08:00"})
    kept = await changed.get(f"/v1/organizations/{code(2)}", params={"as_of": "2026-05-31"})
    assert (kept.status_code, kept.json()["full_members"]) == (200, 9)
    await rows(app, "UPDATE organizations SET version = 9 WHERE uscc = :code RETURNING 1", code=code(1))
    await put(changed, code(3), **FIRST)
    await rows(app, "UPDATE organizations SET version = 2 WHERE uscc = :code RETURNING 1", code=code(3))
    lost = await changed.get(f"/v1/organizations/{code(3)}", params={"as_of": "2026-03-01"})
    assert (lost.status_code, lost.json()["type"]) == (404, "urn:shuangfu:problem:history-not-kept")
    assert (await changed.get(f"/v1/organizations/{code(3)}", params={"as_of": "2026-03-02"})).status_code == 200


async def test_as_of__a_correction_that_reaches_back_holds_from_there(changed: httpx.AsyncClient) -> None:
    body = {"fields": {"full_members": 8}, "as_of": "2026-03-10T00:00:00Z", "reason": "漏报"}
    assert (await changed.post(f"{PATH}/corrections", json=body)).status_code == 200
    assert (await then(changed, "2026-03-09"))["full_members"] == 4
    assert (await then(changed, "2026-03-20"))["full_members"] == 8


async def test_as_of__with_what_covered_it_then(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    await deliver(app, formed(organization, formed_on=date(2026, 6, 1)))
    path = f"/v1/organizations/{organization}"
    shown = [(await client.get(path, params={"as_of": day})).json()["coverage"] for day in ("2026-05-31", "2026-06-01")]
    assert shown == ["uncovered", "standalone"]


async def test_history__lists_each_version_with_its_end(changed: httpx.AsyncClient) -> None:
    listed = (await changed.get(f"{PATH}/history")).json()["items"]
    assert [(one["version"], one["name"], one["division"], one["until"]) for one in listed] == [
        (1, FIRST["name"], "330106", "2026-04-01T01:00:00Z"),
        (2, SECOND["name"], "330106", "2026-05-01T01:00:00Z"),
    ]
    assert (await changed.get(f"/v1/organizations/{code(9)}/history")).status_code == 404


async def test_history__keeps_every_line_of_one_batch(app: FastAPI, client: httpx.AsyncClient) -> None:
    """One code three times in one list: each version is there, and none twice when the list is sent again."""
    lines = b"\n".join(orjson.dumps({"uscc": code(1), **registration(**one)}) for one in (FIRST, SECOND, MOVED))
    for _ in range(2):
        await client.post("/v1/civil-affairs/registrations:batch", content=lines)
    kept = await rows(app, "SELECT version, division FROM organization_versions ORDER BY version")
    assert kept == [{"version": 1, "division": "330105"}, {"version": 2, "division": "330105"}]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("青禾", True),
        ("麦穗", True),
        ("青禾 文三路", True),
        ("文三路", True),
        ("古荡路", False),
        ("9", True),
        ("乙", False),
    ],
)
async def test_search__former_names_and_the_address(changed: httpx.AsyncClient, q: str, found: bool) -> None:
    listed = (await changed.get("/v1/organizations", params={"q": q})).json()["items"]
    assert [one["uscc"] for one in listed] == [code(1)] * found


async def test_search__a_name_that_was_corrected_was_never_its_name(client: httpx.AsyncClient) -> None:
    await put(client, code(1), **FIRST)
    body = {"fields": {"name": "西湖区清河社工中心"}, "as_of": FIRST["as_of"], "reason": "录入错误"}
    corrected = await client.post(f"{PATH}/corrections", json=body)
    assert (corrected.status_code, corrected.json()["former_names"]) == (200, [])
    assert (await client.get("/v1/organizations", params={"q": "青禾"})).json()["items"] == []


@pytest.mark.parametrize("mark", ['"', "\\", "%", "_"])
async def test_search__marks_mean_themselves_in_former_names_too(client: httpx.AsyncClient, mark: str) -> None:
    await put(client, code(1), **{**FIRST, "name": f"青禾{mark}中心"})
    await put(client, code(1), **SECOND)
    await put(client, code(2), **FIRST)
    await put(client, code(2), **SECOND)
    listed = (await client.get("/v1/organizations", params={"q": f"禾{mark}中"})).json()["items"]
    assert [one["uscc"] for one in listed] == [code(1)]


async def test_list__by_street_type_and_affiliation(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1), evaluation_type="T03")
    await put(client, code(2), street="北山街道")
    asked = {"street": "北山街道", "evaluation_type": "T03"}
    found = {
        name: [one["uscc"] for one in (await client.get("/v1/organizations", params={name: value})).json()["items"]]
        for name, value in asked.items()
    }
    assert found == {"street": [code(2)], "evaluation_type": [code(1)]}
    organization = (await put(client, code(3))).json()["id"]
    await deliver(app, formed(organization))
    [party] = (await client.get("/v1/party-organizations", params={"organization": organization})).json()["items"]
    await rows(
        app,
        "INSERT INTO bodies (id, code, names, level, kind, division, since, version) VALUES (gen_random_uuid(), "
        "'WEST', '[]', 'district', 'industry_committee', '330106', '2020-01-01', 1) RETURNING 1",
    )
    await rows(
        app,
        "INSERT INTO affiliations (id, party_organization_id, division, body, kind, since, by_default, reasons, "
        "set_by, recorded_at) VALUES (gen_random_uuid(), :party, '330106', 'WEST', 'territory', '2026-03-01', false, "
        "'[]', 'test', now()) RETURNING 1",
        party=party["id"],
    )
    for body, expected in (("WEST", [organization]), ("EAST", [])):
        listed = (await client.get("/v1/organizations", params={"affiliation": body})).json()["items"]
        assert [one["id"] for one in listed] == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"as_of": "2026-02-28"}, []),
        ({"as_of": "2026-03-31"}, [(1, "330106", 1), (2, "330106", 1)]),
        ({"as_of": "2026-04-30", "division": "330106"}, [(1, "330106", 2), (2, "330106", 1)]),
        ({"as_of": "2026-05-01", "division": "330106"}, [(2, "330106", 1)]),
        ({"as_of": "2026-05-01", "division": "330105"}, [(1, "330105", 3)]),
        ({"as_of": "2026-04-30", "division": "330105"}, []),
        ({"as_of": "2026-04-30", "street": "米市巷街道"}, []),
        ({"as_of": "2026-11-01", "street": "米市巷街道", "status": "registered"}, [(1, "330105", 3)]),
        ({"as_of": "2026-04-30", "evaluation_type": "T03"}, [(2, "330106", 1)]),
        ({"as_of": "2026-04-30", "kind": "foundation"}, []),
    ],
)
async def test_list_as_of__what_they_were_under_filters_of_what_they_were(
    changed: httpx.AsyncClient, query: dict[str, str], found: list[tuple[int, str, int]]
) -> None:
    await put(changed, code(2), **{**FIRST, "evaluation_type": "T03"})
    listed = (await changed.get("/v1/organizations", params=query)).json()["items"]
    numbers = {code(1): 1, code(2): 2}
    assert [(numbers[one["uscc"]], one["division"], one["version"]) for one in listed] == found


async def test_list_as_of__is_paged_and_has_no_filters_of_today(changed: httpx.AsyncClient) -> None:
    await put(changed, code(2), **FIRST)
    first = (await changed.get("/v1/organizations", params={"as_of": "2026-03-31", "limit": "1"})).json()
    rest = {"as_of": "2026-03-31", "limit": "1", "cursor": first["next_cursor"]}
    second = (await changed.get("/v1/organizations", params=rest)).json()
    assert [one["items"][0]["name"] for one in (first, second)] == [FIRST["name"]] * 2
    assert second["next_cursor"] is None
    refused = await changed.get("/v1/organizations", params={"as_of": "2026-03-31", "q": "青禾", "coverage": "joint"})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/query/coverage", "/query/q"]


@pytest.mark.parametrize("path", [PATH, "/v1/organizations"])
async def test_history__of_a_day_to_come_is_refused(changed: httpx.AsyncClient, path: str) -> None:
    refused = await changed.get(path, params={"as_of": "2999-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/as_of")
    assert (await changed.get(path, params={"as_of": china_day(utc_now()).isoformat()})).status_code == 200
