"""Party organizations that incubation formed: recorded, extended, dissolved; an organization counts once (S13)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.consumers import HANDLERS
from services.registry.party_organizations.rules import coverage_of
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.base import Payload
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from tests.conftest import SYSTEM, TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import all_items, code, put, rows

PARTY_EVENTS = """
SELECT type, subject, sequence, key, causation_id, data FROM outbox WHERE type LIKE '%.party_o%' ORDER BY seq
"""
FORMED_ON = date(2026, 3, 10)


def received(data: Payload, subject: UUID, sequence: int) -> Received[Any]:
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/incubation",
        subject=str(subject),
        sequence=sequence,
        time=datetime.now(UTC),
        key=str(subject),
    )
    return Received(envelope, data)


def formed(*organizations: str, form: str = "standalone", **changes: Any) -> Received[PartyOrganizationFormed]:
    party_id = changes.pop("party_organization_id", uuid4())
    data = PartyOrganizationFormed.model_validate(
        {
            "party_organization_id": party_id,
            "name": "中共西湖区示例支部",
            "kind": "BRANCH",
            "form": form,
            "division": "330106",
            "street": "翠苑街道",
            "organization_ids": organizations,
            "formed_on": FORMED_ON,
            "decided_by": "formation_case",
            "decision_id": uuid4(),
            "reasons": [],
            **changes,
        }
    )
    return received(data, party_id, 1)


def extended(party: UUID, *organizations: str, sequence: int = 2) -> Received[PartyOrganizationExtended]:
    data = PartyOrganizationExtended.model_validate(
        {
            "party_organization_id": party,
            "division": "330106",
            "organization_ids": organizations,
            "since": date(2026, 3, 12),
            "decision_id": uuid4(),
            "reasons": [],
        }
    )
    return received(data, party, sequence)


async def deliver(app: FastAPI, *events: Received[Any]) -> None:
    """Hand events to the handlers in one transaction, as the consumer does."""
    async with app.state.database.transaction(SYSTEM) as tx:
        for handler, run in HANDLERS.runs(events):
            await handler(tx, run)


async def organizations(client: httpx.AsyncClient, count: int) -> list[str]:
    """Ids of so many new organizations."""
    return [str((await put(client, code(n))).json()["id"]) for n in range(1, count + 1)]


async def coverage_by_number(client: httpx.AsyncClient, numbers: Sequence[int]) -> list[str]:
    return [(await client.get(f"/v1/organizations/{code(n)}")).json()["coverage"] for n in numbers]


async def told(app: FastAPI) -> list[tuple[str, str, int]]:
    """(what happened, to which Party organization, version)."""
    prefix = "shuangfu.registry.party_organization."
    found = await rows(app, PARTY_EVENTS)
    return [(row["type"].removeprefix(prefix).removesuffix(".v1"), row["subject"], row["sequence"]) for row in found]


async def counts(client: httpx.AsyncClient, division: str = "330106") -> dict[str, int]:
    found: dict[str, int] = (await client.get("/v1/coverage", params={"division": division})).json()
    return {name: value for name, value in found.items() if name != "division" and value}


async def test_establish__is_recorded_shown_and_told(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
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
    assert await told(app) == [("established", str(event.data.party_organization_id), 1)]
    assert len(await rows(app, "SELECT * FROM coverages")) == 1


async def test_establish__the_same_twice_in_one_list_is_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event, event)
    assert await told(app) == [("established", str(event.data.party_organization_id), 1)]


async def test_establish__a_list_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 5)
    events = [formed(ids[0]), formed(ids[1], ids[2], form="joint"), formed(ids[3], form="area", kind="BRANCH")]
    await deliver(app, *events)
    assert await coverage_by_number(client, range(1, 6)) == ["standalone", "joint", "joint", "area", "uncovered"]
    assert sorted(kind for kind, *_ in await told(app)) == ["established"] * 3
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
    assert await told(app) == [("established", str(half.data.party_organization_id), 1)]
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
    assert await told(app) == [("established", str(party), 1)], "one list, one event"
    more = await organizations(client, 6)
    await deliver(app, extended(party, more[4], sequence=4), extended(party, more[5], ids[1], sequence=5))
    assert (await told(app))[1:] == [("changed", str(party), 2)], "one list, one change"
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert ([cover["uscc"] for cover in shown["covers"]], shown["version"]) == ([code(n) for n in range(1, 7)], 2)


async def test_extend__of_an_unknown_one_raises_and_changes_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    with pytest.raises(LookupError):
        await deliver(app, extended(uuid4(), organization))
    assert await told(app) == []
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
    assert await told(app) == [("dissolved", str(party), 1)], "it covers nobody yet"
    await deliver(app, extended(party, ids[1]))
    assert (await client.get(f"/v1/party-organizations/{party}")).json()["dissolved_on"] is not None
    await deliver(app, extended(party, ids[2], sequence=3))
    assert (await told(app))[1:] == [("changed", str(party), 2)]
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert [cover["uscc"] for cover in shown["covers"]] == [code(3)]
    assert (shown["dissolved_on"], shown["version"]) == (None, 2)


async def test_deregistered__what_covers_nobody_any_more_is_dissolved(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 3)
    alone, joint = formed(ids[0]), formed(ids[1], ids[2], form="joint")
    await deliver(app, alone, joint)
    one, two = str(alone.data.party_organization_id), str(joint.data.party_organization_id)
    before = len(await told(app))
    for number in (1, 2):
        await put(client, code(number), status="deregistered", as_of="2026-04-01T00:00:00Z")
    assert (await told(app))[before:] == [("dissolved", one, 2), ("changed", two, 2)]
    ended = (await client.get(f"/v1/party-organizations/{one}")).json()
    assert (ended["covers"], ended["dissolved_on"] is not None, ended["version"]) == ([], True, 2)
    listed = (await client.get("/v1/party-organizations")).json()["items"]
    assert [party["id"] for party in listed] == [two]
    assert [cover["uscc"] for cover in listed[0]["covers"]] == [code(3)]
    assert await counts(client) == {"organizations": 1, "joint": 1, "covered": 1, "covered_joint": 1}
    await put(client, code(3), status="deregistered", as_of="2026-04-01T00:00:00Z")
    assert (await told(app))[-1] == ("dissolved", two, 3)
    assert await counts(client) == {}
    # Once dissolved it stays so, whoever comes back.
    await put(client, code(1), as_of="2026-05-01T00:00:00Z")
    assert await coverage_by_number(client, [1]) == ["uncovered"]
    assert len(await told(app)) == before + 3


async def test_deregistered__by_a_batch_too(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 2)
    joint = formed(*ids, form="joint")
    await deliver(app, joint)
    ended = {**registration(), "status": "deregistered", "as_of": "2026-04-01T00:00:00Z"}
    lines = [orjson.dumps({"uscc": code(n), **ended}) for n in (1, 2)]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    party = str(joint.data.party_organization_id)
    assert await told(app) == [("established", party, 1), ("dissolved", party, 2)]


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
    assert (await told(app))[-1] == ("changed", party, 2)
    await end(2, "330105")
    assert (await told(app))[-1] == ("changed", party, 3)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert ([cover["uscc"] for cover in shown["covers"]], shown["dissolved_on"]) == ([code(3)], None)
    await end(3, "330105")
    assert (await told(app))[-1] == ("dissolved", party, 4)
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
    assert (await told(app))[-1] == ("dissolved", str(alone.data.party_organization_id), 2)


async def test_s13_an_organization_counts_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    """From joint to standalone, then back under an area: one coverage at any time, and each move is told."""
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
    assert set((await told(app))[1:]) == {("changed", party, 2), ("established", other, 1)}
    area = formed(*ids, form="area")
    await deliver(app, area)
    assert await counts(client) == {"organizations": 3, "areas": 1, "covered": 3, "covered_area": 3}
    assert set((await told(app))[3:]) == {
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


def test_s21_a_functional_one_gives_no_coverage() -> None:
    forms = ("standalone", "temporary", "joint", "area", "functional")
    assert [coverage_of(form) for form in forms] == ["standalone", "standalone", "joint", "area", None]


async def test_list__filters_and_pages(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 6)
    made = [
        formed(ids[0]),
        formed(ids[1], kind="COMMITTEE"),
        formed(ids[2], kind="GENERAL", division="330105"),
        formed(ids[3], form="joint"),
        formed(ids[4], form="area", division="310101"),
    ]
    await deliver(app, *made)
    place = {str(event.data.party_organization_id): n for n, event in enumerate(made)}

    async def ask(**query: str) -> set[int]:
        response = await client.get("/v1/party-organizations", params=query)
        assert response.status_code == 200, response.text
        return {place[party["id"]] for party in response.json()["items"]}

    assert await ask() == {0, 1, 2, 3, 4}
    assert await ask(division="33") == {0, 1, 2, 3}
    assert await ask(division="330106") == {0, 1, 3}
    assert await ask(kind="COMMITTEE") == {1}
    assert await ask(form="joint") == {3}
    assert await ask(form="standalone", division="3301") == {0, 1, 2}
    for query in ({"kind": "branch"}, {"form": "single"}, {"division": "x"}, {"limit": "0"}):
        assert (await client.get("/v1/party-organizations", params=query)).status_code == 422, query
    found = [party["id"] for party in await all_items(client, "/v1/party-organizations", 2)]
    assert sorted(found) == sorted(place)
    assert (await client.get(f"/v1/party-organizations/{uuid4()}")).status_code == 404
    assert (await client.get("/v1/party-organizations/1")).status_code == 422
