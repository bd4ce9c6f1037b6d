"""A cycle opens once: rules are frozen, everybody is enrolled once a year (H17)."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.indicator_systems.rules import SystemBook
from shared.db.base import new_id
from shared.field.policies import PolicyBook
from tests.evaluation.conftest import Round, covered, dissolved, established, received, slug, with_policy


async def test_opening_enrols_those_of_the_division_whose_form_is_rated(a_round: Round) -> None:
    joint = established(form="joint", division="330108", covers=[covered("T07"), covered(None)])
    await a_round.project(
        received(established()),
        received(joint),
        received(established(form="functional")),
        received(established(form="area")),
        received(established(form="temporary", division="330199")),
        received(established(division="330206")),
        received(established(division="310101", form="area")),
    )
    cycle = await a_round.open("3301")
    assert (cycle["state"], cycle["enrolled"], cycle["not_rated"], cycle["version"]) == ("open", 3, 2, 2)
    assert len(await a_round.evaluations(cycle=cycle["id"])) == 3
    one = await a_round.evaluation_of(joint.id)
    assert (one["state"], one["type"], one["star"], one["total"], one["version"]) == ("enrolled", "T07", None, None, 1)
    assert one["stages"] == {"self": None, "group": None, "first_check": None, "committee": None}
    assert [(reason["rule"], reason["outcome"]) for reason in one["reasons"]] == [("H16", "T07")]
    assert one["reasons"][0]["facts"]["votes"] == {"T07": 1, "T11": 1}
    assert one["reasons"][0]["facts"]["policy"] == cycle["policy"] == "default-evaluation"


async def test_opening_leaves_out_the_dissolved(a_round: Round) -> None:
    gone = established()
    await a_round.project(received(gone), received(dissolved(gone.id), 2))
    assert (await a_round.open())["enrolled"] == 0


async def test_opening_twice_is_409(client: httpx.AsyncClient, a_round: Round) -> None:
    cycle = await a_round.open()
    again = await client.post(f"/v1/cycles/{cycle['id']}/opening")
    assert (again.status_code, slug(again)) == (409, "illegal-transition")


async def test_opening_repeated_with_its_key_gets_the_stored_answer(client: httpx.AsyncClient, a_round: Round) -> None:
    cycle = await a_round.draft()
    path, headers = f"/v1/cycles/{cycle['id']}/opening", {"Idempotency-Key": "open-1"}
    first = await client.post(path, json={"note": "按通知开启"}, headers=headers)
    again = await client.post(path, json={"note": "按通知开启"}, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["note"] == "按通知开启"
    other = await client.post(path, json={"note": "另"}, headers=headers)
    assert slug(other) == "idempotency-key-reused"


async def test_opening_honours_if_match(client: httpx.AsyncClient, a_round: Round) -> None:
    cycle = await a_round.draft()
    path = f"/v1/cycles/{cycle['id']}/opening"
    assert (await client.post(path, headers={"If-Match": '"7"'})).status_code == 412
    assert (await client.post(path, headers={"If-Match": '"1"'})).status_code == 200


async def test_opening_an_unknown_cycle_is_404(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"/v1/cycles/{new_id()}/opening")).status_code == 404


@pytest.mark.parametrize("note", ["a\0", "a\ud800"])
async def test_a_note_that_cannot_be_stored_is_422(client: httpx.AsyncClient, a_round: Round, note: str) -> None:
    cycle = await a_round.draft()
    response = await client.post(
        f"/v1/cycles/{cycle['id']}/opening",
        content=json.dumps({"note": note}),
        headers={"Content-Type": "application/json"},
    )
    assert (response.status_code, slug(response)) == (422, "invalid-input")


async def test_openings_at_once_open_once(client: httpx.AsyncClient, a_round: Round) -> None:
    await a_round.project(received(established()))
    cycle = await a_round.draft()
    answers = await asyncio.gather(*(client.post(f"/v1/cycles/{cycle['id']}/opening") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert len(await a_round.evaluations()) == 1


async def test_h17_nobody_is_enrolled_twice_a_year(a_round: Round) -> None:
    one = established(division="330106", established_on="2025-06-01")
    await a_round.project(received(one))
    city = await a_round.open("3301")
    enrolled = await a_round.evaluation_of(one.id)
    district = await a_round.open("330106")
    assert (city["enrolled"], district["enrolled"]) == (1, 1)
    again = await a_round.evaluation_of(one.id)
    assert (again["id"], again["cycle_id"]) == (enrolled["id"], district["id"])
    assert (await a_round.open("3301", 2025))["enrolled"] == 1


async def test_an_opening_freezes_policy_and_systems(client: httpx.AsyncClient, app: FastAPI, a_round: Round) -> None:
    one = await a_round.enrolled()
    marks = await a_round.full_marks("T10")
    system = app.state.indicator_systems.get("T10", 2026)
    policy = app.state.evaluation_policies.get("3301", date(2026, 1, 1))
    harder = policy.parameters.model_copy(update={"total_cap": policy.parameters.total_cap / 2})
    app.state.evaluation_policies = PolicyBook(
        [type(policy)("new", "", policy.effective_from, None, policy.source, harder)]
    )
    app.state.indicator_systems = SystemBook([system.model_copy(update={"levels": system.levels[:1]})])
    assert (await a_round.put(one, scores=marks)).status_code == 200
    body = (await a_round.complete(one)).json()
    assert (body["total"], body["star"], body["basis"]["policy"]) == ("100.00", 5, "default-evaluation")


@pytest.mark.parametrize("what", ["evaluation_policies", "indicator_systems"])
async def test_a_year_without_rules_cannot_open(
    client: httpx.AsyncClient, app: FastAPI, a_round: Round, what: str
) -> None:
    cycle = await a_round.draft()
    setattr(app.state, what, PolicyBook([]) if what == "evaluation_policies" else SystemBook([]))
    response = await client.post(f"/v1/cycles/{cycle['id']}/opening")
    assert (response.status_code, slug(response)) == (409, "no-rules-for-year")
    assert (await client.get(f"/v1/cycles/{cycle['id']}")).json()["state"] == "drafted"


@pytest.mark.parametrize("shares", [{"quota_max_bp": {5: 1000}}, {"laggards_min_bp": 500}])
async def test_d1_d14_a_cycle_with_quotas_or_laggards_is_opened_and_waits_for_a_session(
    app: FastAPI, a_round: Round, shares: dict[str, Any]
) -> None:
    with_policy(app, **shares)
    [one] = await a_round.scored(95)
    response = await a_round.complete(one)
    assert (response.status_code, slug(response)) == (409, "session-first")


async def test_d1_one_star_up_a_year_where_the_policy_says_so(app: FastAPI, a_round: Round) -> None:
    policies = app.state.evaluation_policies
    [policy] = policies.policies
    stepwise = policy.parameters.model_copy(update={"step_up_max": 1})
    app.state.evaluation_policies = PolicyBook([replace(policy, parameters=stepwise)])
    organization = established(established_on="2024-01-01", covers=[covered("T10")])
    await a_round.project(received(organization))
    stars = []
    for year, share in ((2025, 0), (2026, 1)):
        cycle = await a_round.open(year=year)
        [one] = await a_round.evaluations(cycle=cycle["id"])
        marks = await a_round.full_marks("T10", year=year)
        await a_round.put(one, scores=marks if share else dict.fromkeys(marks, "0"))
        stars.append((await a_round.complete(one)).json()["star"])
    assert stars == [0, 1]
