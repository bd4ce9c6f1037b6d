"""D7: a round is locked and reopened."""

from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.registry.surveys import queries
from shared.db.session import Record, Transaction
from tests.registry.helpers import code, rows
from tests.registry.surveys.helpers import (
    COUNTS,
    PATH,
    confirm,
    enter,
    enter_many,
    lock,
    open_round,
    read,
    register,
    slug,
    step,
)

NONE = {"due": 0, "missing": 0, "entered": 0, "confirmed": 0, "jump": 0}


async def test_d7_locking__missing_ones_need_a_word_and_then_nothing_changes(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await register(client, 1, 2, 3)
    survey = await open_round(client)
    for number in (1, 2):
        await enter(client, survey, number)
    await confirm(client, survey, 1)
    refused = await step(client, survey, "locking")
    assert (refused.status_code, slug(refused)) == (409, "survey-incomplete")
    expected = {"due": 3, "missing": 1, "entered": 1, "confirmed": 1, "jump": 0}
    assert {name: refused.json()[name] for name in expected} == expected
    [missing] = (await read(client, survey, "/returns", state="missing"))["items"]
    assert missing["uscc"] == code(3)
    locked = await lock(client, survey, word="一家失联，一家已电话核实")
    assert (locked["state"], locked["counts"], locked["totals"]["full_members"]) == ("locked", expected, 20)
    [locking] = locked["lockings"]
    assert (locking["number"], locking["word"], locking["entered_all"]) == (1, "一家失联，一家已电话核实", False)
    assert [(one["rule"], one["outcome"]) for one in locking["reasons"]] == [("R-survey-locking", "with_word")]
    assert all(one["text"] for one in locking["reasons"])
    for response in (
        await enter(client, survey, 3),
        await enter(client, survey, 2, 1, applicants=3),
        await confirm(client, survey, 2),
        await step(client, survey, "locking", word="再锁"),
    ):
        assert (response.status_code, slug(response)) == (409, "illegal-transition")
    [line] = await enter_many(client, survey, [{"uscc": code(3), **COUNTS}])
    assert line["status"] == 409
    assert await rows(app, "SELECT count(*) AS n FROM survey_returns") == [{"n": 2}]
    # Whoever is registered late, or ends, changes nothing of what was locked.
    await register(client, 4)
    assert (await read(client, survey))["counts"] == expected
    assert len((await read(client, survey, "/returns"))["items"]) == 3
    registered = (await client.get(f"/v1/organizations/{code(1)}")).json()
    assert (registered["full_members"], registered["version"]) == (4, 1), "a registration is not overwritten"


async def test_d7_reopening__keeps_what_was_locked_before(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    survey = await open_round(client)
    early = await step(client, survey, "reopening", reason="错报")
    assert (early.status_code, slug(early)) == (409, "illegal-transition")
    await enter(client, survey, 1)
    await confirm(client, survey, 1)
    locked = await lock(client, survey)
    assert locked["lockings"][0]["reasons"][0]["outcome"] == "complete"
    assert (await step(client, survey, "reopening")).status_code == 422, "why?"
    stale = await client.post(f"{PATH}/{survey['id']}/reopening", json={"reason": "错报"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    reopened = (await step(client, survey, "reopening", reason="错报")).json()
    assert (reopened["state"], reopened["lockings"][0]["reopening_reason"]) == ("open", "错报")
    await register(client, 2)
    assert (await enter(client, survey, 1, 2, full_members=12)).status_code == 200
    await enter(client, survey, 2)
    again = await lock(client, survey, word="已核")
    assert [(one["number"], one["totals"]["full_members"]) for one in again["lockings"]] == [(1, 10), (2, 22)]
    first, second = [(await read(client, survey, f"/lockings/{number}/returns"))["items"] for number in (1, 2)]
    assert [(one["uscc"], one["full_members"], one["return_version"]) for one in first] == [(code(1), 10, 2)]
    assert {one["uscc"]: one["full_members"] for one in second} == {code(1): 12, code(2): 10}
    assert [one["step"] for one in again["history"]] == ["opening", "locking", "reopening", "locking"]


async def test_d7_locking__counts_what_it_keeps(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(client, 1)
    survey = await open_round(client)
    keep = queries.keep

    async def keep_once_another_has_come(tx: Transaction, row: Record, locking: UUID) -> None:
        await register(client, 2)
        await keep(tx, row, locking)

    monkeypatch.setattr(queries, "keep", keep_once_another_has_come)
    locked = await lock(client, survey, word="尚未收齐")
    assert await rows(app, "SELECT count(*) AS n FROM survey_locked_returns") == [{"n": 2}]
    assert locked["counts"] == NONE | {"due": 2, "missing": 2}
    assert locked["lockings"][0]["reasons"][0]["facts"]["due"] == 2
