"""T30: a Party organization that covers very many: events carry what changed, answers are pages."""

from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.party_organizations import announcing
from shared.bus.sending.outbox_rows import MAX_EVENT_BYTES
from shared.contracts.registry import MAX_STATED, PartyOrganizationChangedV2, PartyOrganizationEstablished
from tests.registry.conftest import registration
from tests.registry.helpers import all_items, code, put, rows
from tests.registry.party_organizations.helpers import deliver, extended, formed

LATER = "2026-04-01T09:00:00+08:00"
EVENTS = "SELECT type, sequence, data, length(data::text) AS size FROM outbox WHERE subject = :party ORDER BY seq"


async def registered(client: httpx.AsyncClient, first: int, count: int, division: str = "330106") -> list[str]:
    lines = [orjson.dumps({"uscc": code(n), **registration(division=division)}) for n in range(first, first + count)]
    answer = await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    assert answer.text.count('"status":201') == count
    found = await all_items(client, "/v1/organizations", 500)
    wanted = {code(n) for n in range(first, first + count)}
    return [one["id"] for one in found if one["uscc"] in wanted]


async def said(app: FastAPI, party: UUID) -> list[tuple[str, int, int, int]]:
    """(what happened with its version, sequence, how many are covered (besides), how many no more) of each event."""
    found = []
    for row in await rows(app, EVENTS, party=str(party)):
        assert row["size"] < MAX_EVENT_BYTES / 2
        data = row["data"]
        listed = data.get("covers", data.get("added", []))
        found.append(
            (
                row["type"].partition("party_organization.")[2],
                row["sequence"],
                len(listed),
                len(data.get("removed", [])),
            )
        )
    return found


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """At most three organizations in an event."""
    monkeypatch.setattr(announcing, "MAX_STATED", 3)
    return 3


async def test_t30_many__are_established_in_parts_and_changes_carry_what_changed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await registered(client, 1, 2 * MAX_STATED + 201)
    first = formed(*ids[:-1], form="area")
    party = first.data.party_organization_id
    await deliver(app, first)
    assert await said(app, party) == [
        ("established.v1", 1, MAX_STATED, 0),
        ("changed.v2", 2, MAX_STATED, 0),
        ("changed.v2", 3, 200, 0),
    ]
    await deliver(app, extended(party, ids[-1]))
    assert (await said(app, party))[3:] == [("changed.v2", 4, 1, 0)]
    [row] = (await rows(app, EVENTS, party=str(party)))[3:]
    assert row["size"] < 1000, "one approval states one organization"
    assert [one["organization_id"] for one in row["data"]["added"]] == [ids[-1]]

    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert (len(shown["covers"]), shown["version"]) == (500, 4)
    rest = await client.get(
        f"/v1/party-organizations/{party}/covers", params={"cursor": shown["covers_cursor"], "limit": 500}
    )
    pages = shown["covers"] + rest.json()["items"]
    last = await client.get(f"/v1/party-organizations/{party}/covers", params={"cursor": rest.json()["next_cursor"]})
    pages += last.json()["items"]
    assert last.json()["next_cursor"] is None
    assert sorted(one["organization_id"] for one in pages) == sorted(ids), "each once, none missing"
    [listed] = (await client.get("/v1/party-organizations")).json()["items"]
    assert len(listed["covers"]) == 50
    assert listed["covers_cursor"] is not None


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("count", "kind"), [(3, "v1"), (4, "v2")])
async def test_t30_bound__up_to_it_the_whole_list_is_stated(
    app: FastAPI, client: httpx.AsyncClient, count: int, kind: str
) -> None:
    ids = await registered(client, 1, count)
    first = formed(ids[0], form="area")
    await deliver(app, first)
    for sequence, organization in enumerate(ids[1:], start=2):
        await deliver(app, extended(first.data.party_organization_id, organization, sequence=sequence))
    *_, last = await said(app, first.data.party_organization_id)
    assert last == (f"changed.{kind}", count, count if kind == "v1" else 1, 0)


@pytest.mark.usefixtures("few")
async def test_t30_many__that_lose_some_say_whom_and_are_whole_again_below_the_bound(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await registered(client, 1, 5)
    first = formed(*ids, form="area")
    party = first.data.party_organization_id
    await deliver(app, first)
    by_id = {row["id"]: row["uscc"] for row in await rows(app, "SELECT id, uscc FROM organizations")}
    for organization in ids[:2]:
        ended = await put(client, by_id[UUID(organization)], status="deregistered", as_of=LATER)
        assert ended.status_code == 200
    assert (await said(app, party))[2:] == [("changed.v2", 3, 0, 1), ("changed.v1", 4, 3, 0)]
    [_, _, row, _] = await rows(app, EVENTS, party=str(party))
    assert row["data"]["removed"] == [{"organization_id": ids[0], "uscc": by_id[UUID(ids[0])], "division": "330106"}]


@pytest.mark.usefixtures("few")
async def test_t30_many__one_that_takes_from_another_is_reported_by_both(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await registered(client, 1, 9)
    area, branch = formed(*ids, form="area"), formed(*ids[:4], form="joint")
    await deliver(app, area)
    await deliver(app, branch)
    assert (await said(app, area.data.party_organization_id))[3:] == [
        ("changed.v2", 4, 0, 3),
        ("changed.v2", 5, 0, 1),
    ], "four left, three to an event"
    assert await said(app, branch.data.party_organization_id) == [("established.v1", 1, 3, 0), ("changed.v2", 2, 1, 0)]


@pytest.mark.usefixtures("few")
async def test_t30_many__one_that_moves_is_stated_in_its_new_division(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await registered(client, 1, 5)
    first = formed(*ids, form="area")
    await deliver(app, first)
    assert (await put(client, code(1), division="330105", as_of=LATER)).status_code == 200
    *_, row = await rows(app, EVENTS, party=str(first.data.party_organization_id))
    data: dict[str, Any] = row["data"]
    assert [(one["organization_id"], one["division"]) for one in data["added"]] == [
        (data["removed"][0]["organization_id"], "330105")
    ]
    assert [one["division"] for one in data["removed"]] == ["330106"]


def test_t30_contracts__are_the_old_ones_and_one_beside() -> None:
    assert PartyOrganizationEstablished.TYPE.endswith(".v1")
    assert set(PartyOrganizationChangedV2.model_fields) - set(PartyOrganizationEstablished.model_fields) == {
        "added",
        "removed",
    }
