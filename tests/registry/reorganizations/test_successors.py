"""D8: what becomes of whom: of thousands in one word, of nobody by silence, and never before the successor existed."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared.contracts.registry import MAX_STATED
from tests.conftest import SYSTEM
from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import code, rows
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    coverage_by_number,
    deliver,
    extended,
    formed,
    organizations,
)
from tests.registry.reorganizations.test_reorganizing import act, covers, form, shown
from tests.registry.take_overs.helpers import register
from tests.running.locks import until_waiting

MANY = MAX_STATED + 20
_COVERED = "SELECT count(*) AS n FROM coverages WHERE party_organization_id = :party AND until IS NULL"


async def area_of_many(app: FastAPI, client: httpx.AsyncClient) -> tuple[str, str]:
    """An area that covers more than an event lists, and another one that covers the last organization alone."""
    await register(client, *range(1, MANY + 2))
    ids = [str(one["id"]) for one in await rows(app, "SELECT id FROM organizations ORDER BY uscc")]
    event = formed(*ids[:400], form="area")
    await deliver(app, event)
    await deliver(app, extended(event.data.party_organization_id, *ids[400:MANY]))
    other = await form(app, ids[MANY], name="文新街道片区党支部", kind="area", street="文新街道")
    return str(event.data.party_organization_id), other


async def stated(app: FastAPI, party: str) -> set[str]:
    """Whom the events since the last whole list state as covered by one."""
    covered: set[str] = set()
    for one in await rows(app, PARTY_EVENTS):
        if one["subject"] == party and ".dissolved." not in one["type"]:
            data = one["data"]
            if "covers" in data:
                covered = {cover["uscc"] for cover in data["covers"]}
            else:
                assert max(len(data["added"]), len(data["removed"])) <= MAX_STATED
                covered |= {cover["uscc"] for cover in data["added"]}
    return covered


async def test_d8_dissolution__of_more_than_a_request_names_says_what_becomes_of_all_others(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ending, other = await area_of_many(app, client)
    silent = await act(client, ending, "dissolution", successors=[])
    assert pointers(silent) == ["/successors"]
    assert f"{MANY}" in silent.json()["errors"][0]["detail"]
    assert len(silent.text) < 4000, "a refusal does not list thousands"
    taken = await act(
        client,
        ending,
        "dissolution",
        successors=[{"organization": code(1), "to": "none", "why": "fewer_than_three"}],
        others={"to": "party_organization", "party_organization_id": other},
    )
    assert taken.status_code == 200, taken.text
    details = taken.json()["details"]
    assert [one["uscc"] for one in details["successors"]] == [code(1)]
    assert (details["others"]["party_organization_id"], len(details["others"]["uscc"])) == (other, MANY - 1)
    assert await rows(app, _COVERED, party=other) == [{"n": MANY}]
    assert await rows(app, _COVERED, party=ending) == [{"n": 0}]
    assert await stated(app, other) == {code(n) for n in range(2, MANY + 2)}
    assert await coverage_by_number(client, [1, 2]) == ["uncovered", "area"]


@pytest.mark.parametrize(
    ("others", "pointer"),
    [
        ({"to": "none"}, "/others/why"),
        ({"to": "area"}, "/others/to"),
        ({"to": "area", "why": "other"}, "/others/why"),
        ({"to": "party_organization"}, "/others/party_organization_id"),
        ({"to": "somewhere"}, "/others/to"),
    ],
)
async def test_d8_dissolution__what_cannot_become_of_all_others_is_named_once(
    app: FastAPI, client: httpx.AsyncClient, others: dict[str, Any], pointer: str
) -> None:
    party = await form(app, *await organizations(client, 3))
    refused = await act(client, party, "dissolution", successors=[], others=others)
    assert pointers(refused).count(pointer) == 1
    assert await coverage_by_number(client, [1, 2, 3]) == ["joint"] * 3


async def test_d8_dissolution__all_others_go_to_the_area_of_their_street(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = await organizations(client, 4)
    party, area = await form(app, *ids[:3]), await form(app, ids[3], kind="area")
    taken = await act(client, party, "dissolution", successors=[], others={"to": "area"})
    assert taken.status_code == 200, taken.text
    assert set(covers(await shown(client, area))) == {code(n) for n in (1, 2, 3, 4)}


async def test_merger__of_more_than_an_event_lists_states_each_of_them(app: FastAPI, client: httpx.AsyncClient) -> None:
    ending, other = await area_of_many(app, client)
    taken = await act(client, ending, "merger", into=other)
    assert taken.status_code == 200, taken.text
    assert await rows(app, _COVERED, party=other) == [{"n": MANY + 1}]
    assert await stated(app, other) == {code(n) for n in range(1, MANY + 2)}


@pytest.mark.parametrize("step", ["dissolution", "merger"])
async def test_d8_a_successor_that_did_not_exist_on_that_day_is_refused(
    app: FastAPI, client: httpx.AsyncClient, step: str
) -> None:
    ids = await organizations(client, 2)
    party = await form(app, ids[0])
    later = await form(app, ids[1], formed_on=date(2026, 6, 2), name="中共示例联合支部")
    to = {"to": "party_organization", "party_organization_id": later}
    how: dict[str, Any] = {"into": later} if step == "merger" else {"successors": [{"organization": code(1), **to}]}
    assert pointers(await act(client, party, step, on="2026-06-01", **how)) == ["/on"]
    assert (await act(client, party, step, on="2026-06-02", **how)).status_code == 200


async def test_merger__waits_for_the_organization_of_the_one_it_makes_joint_before_anything_else(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    """Organizations are locked before Party organizations, here as everywhere: else two wait for each other."""
    ids = await organizations(client, 2)
    small, big = await form(app, ids[0]), await form(app, ids[1], kind="standalone")
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.rows(text("SELECT FROM organizations WHERE id = :id FOR UPDATE"), {"id": ids[1]})
        merging = asyncio.create_task(act(client, small, "merger", into=big))
        await until_waiting(tx, 1)
        await tx.rows(text("SELECT FROM party_organizations WHERE id = :id FOR UPDATE NOWAIT"), {"id": big})
    assert (await merging).status_code == 200
    assert await coverage_by_number(client, [1, 2]) == ["joint", "joint"]
