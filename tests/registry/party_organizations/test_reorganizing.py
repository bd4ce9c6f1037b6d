"""Party organizations whose kind changes, or that are restored; and what came to nothing is answered."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    counts,
    coverage_by_number,
    declined,
    deliver,
    emitted,
    extended,
    formed,
    organizations,
    reorganized,
)

ENDED = {"status": "deregistered", "as_of": "2026-04-01T00:00:00Z"}
AGAIN = {"as_of": "2026-04-20T00:00:00Z"}


async def test_t04_change_of_kind__is_recorded_and_emitted(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    party = alone.data.party_organization_id
    event = reorganized(party, organization, kind="COMMITTEE", name="中共示例委员会")
    await deliver(app, event)
    await deliver(app, event)
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert (shown["kind"], shown["name"], shown["established_on"]) == ("COMMITTEE", "中共示例委员会", "2026-03-10")
    assert [cover["since"] for cover in shown["covers"]] == ["2026-03-10"], "the coverage is the one it had"
    sent = (await rows(app, PARTY_EVENTS))[1]
    assert (sent["data"]["kind"], sent["causation_id"]) == ("COMMITTEE", str(event.envelope.id))
    assert (await emitted(app))[:2] == [("established", str(party), 1), ("changed", str(party), 2)]


async def test_t04_change_of_kind__of_one_that_is_dissolved_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    await put(client, code(1), **ENDED)
    before = await emitted(app)
    await deliver(app, reorganized(alone.data.party_organization_id, organization))
    shown = (await client.get(f"/v1/party-organizations/{alone.data.party_organization_id}")).json()
    assert (shown["kind"], shown["dissolved_on"] is not None) == ("BRANCH", True)
    assert await emitted(app) == before


async def test_t01_restored__the_former_branch_covers_its_organization_again(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    [organization] = await organizations(client, 1)
    alone = formed(organization)
    await deliver(app, alone)
    party = alone.data.party_organization_id
    await put(client, code(1), **ENDED)
    await put(client, code(1), division="330105", street="米市巷街道", **AGAIN)
    await deliver(app, reorganized(party, organization, change="restored", kind="BRANCH", name="中共示例支部"))
    shown = (await client.get(f"/v1/party-organizations/{party}")).json()
    assert (shown["dissolved_on"], shown["established_on"]) == (None, "2026-03-10")
    assert (shown["division"], shown["name"]) == ("330105", "中共示例支部")
    assert [cover["uscc"] for cover in shown["covers"]] == [code(1)]
    assert (await emitted(app))[-2:] == [("dissolved", str(party), 2), ("changed", str(party), 3)]
    assert await coverage_by_number(client, [1]) == ["standalone"]
    assert await counts(client, "330105") == {
        "organizations": 1,
        "standalone": 1,
        "covered": 1,
        "covered_standalone": 1,
    }


async def test_t01_restored__of_one_that_was_never_formed_raises(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    with pytest.raises(LookupError):
        await deliver(app, reorganized(uuid4(), organization, change="restored"))


async def test_t08_declined__whatever_was_decided_of_an_organization_that_had_ended(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await organizations(client, 3)
    former, area = formed(ids[2]), formed(ids[1], form="area")
    await deliver(app, former, area)
    for number in (1, 3):
        await put(client, code(number), **ENDED)
    alone, joint = formed(ids[0]), formed(ids[0], ids[1], form="joint")
    more = extended(area.data.party_organization_id, ids[0])
    again = reorganized(former.data.party_organization_id, ids[2], change="restored")
    await deliver(app, alone, joint, more, again)
    expected: list[tuple[Any, str, bool]] = [
        (alone.data, ids[0], False),
        (joint.data, ids[0], True),
        (more.data, ids[0], True),
        (again.data, ids[2], True),
    ]
    answers = await declined(app)
    assert [
        (one["party_organization_id"], one["organization_ids"], one["decision_id"], one["recorded"]) for one in answers
    ] == [
        (str(data.party_organization_id), [gone], str(data.decision_id), recorded) for data, gone, recorded in expected
    ]
    sent = [row for row in await rows(app, PARTY_EVENTS) if ".declined." in row["type"]]
    assert [(row["key"], row["sequence"]) for row in sent] == [
        (str(data.party_organization_id), 1) for data, *_ in expected
    ]
    assert len({row["subject"] for row in sent}) == 4
    shown = (await client.get(f"/v1/party-organizations/{former.data.party_organization_id}")).json()
    assert shown["dissolved_on"] is not None, "nobody is there for it to cover"
