"""More time for a stage: applied for by the unit's side, decided by somebody else, with reasons."""

from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, dissolved, established, pointers, received, slug, with_policy
from tests.evaluation.deadlines.test_deadlines import due, full, kinds, late, pass_by, today

POLICY: dict[str, Any] = {
    "deadlines": {"self": {"working_days": 5, "missing": "goes_on", "missing_deducts": "3"}},
    "extension": {"working_days": 10},
}


async def apply(a_round: Round, one: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = changes.pop("headers", {})
    body = {"stage": "self", "working_days": 4, "ground": "书记换届", **changes}
    return await a_round.client.post(f"/v1/evaluations/{one['id']}/extensions", json=body, headers=headers)


async def decide(
    a_round: Round, extension: dict[str, Any], *, granted: bool = True, headers: dict[str, str] | None = None
) -> httpx.Response:
    path = f"/v1/evaluations/{extension['evaluation_id']}/extensions/{extension['id']}/answer"
    return await a_round.client.post(path, json={"granted": granted, "reason": "情况属实"}, headers=headers)


async def test_extension__moves_the_day_once_it_is_granted(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    response = await apply(a_round, one)
    assert response.status_code == 201, response.text
    extension = response.json()
    assert (extension["state"], extension["due_on"], extension["extended_to"], extension["applied_as"]) == (
        "open",
        due(app, 5),
        due(app, 9),
        "division",
    )
    assert (await a_round.get(one))["deadlines"][0]["due_on"] == due(app, 5), "not before it is granted"
    assert (await kinds(a_round))["evaluation.extension"] == due(app, 5)
    granted = await decide(a_round, extension)
    assert (granted.status_code, granted.json()["state"], granted.json()["reason"]) == (200, "granted", "情况属实")
    shown = await a_round.get(one)
    assert (shown["deadlines"][0]["due_on"], shown["deadlines"][0]["first_due_on"]) == (due(app, 9), due(app, 5))
    assert [step["step"] for step in shown["history"]] == ["enrolment", "application", "extension"]
    assert (await kinds(a_round))["evaluation.self"] == due(app, 9)
    assert slug(await decide(a_round, extension)) == "illegal-transition"


async def test_extension__refused_leaves_the_day_and_may_be_applied_for_again(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    refused = await decide(a_round, (await apply(a_round, one)).json(), granted=False)
    assert refused.json()["state"] == "refused"
    assert (await a_round.get(one))["deadlines"][0]["due_on"] == due(app, 5)
    assert (await apply(a_round, one)).status_code == 201
    twice = await apply(a_round, one)
    assert (twice.status_code, slug(twice)) == (409, "extension-exists")


async def test_extension__as_often_and_as_long_as_the_policy_lets_it(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    long = await apply(a_round, one, working_days=11)
    assert (long.status_code, pointers(long)) == (422, ["/working_days"])
    extension = (await apply(a_round, one, working_days=10)).json()
    assert (await decide(a_round, extension)).status_code == 200
    again = await apply(a_round, one)
    assert (again.status_code, slug(again), again.json()["times"]) == (409, "extension-exists", 1)


async def test_extension__is_decided_by_another_hand(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    same = {"Authorization": f"Bearer {token_for(['rater', 'street_officer'], ['33'], 'li')}"}
    extension = (await apply(a_round, one, headers=same)).json()
    barred = await decide(a_round, extension, headers=same)
    assert (barred.status_code, slug(barred)) == (403, "same-hand")
    other = {"Authorization": f"Bearer {token_for('rater', ['33'], 'wang')}"}
    interest = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=interest, headers=other)).status_code == 201
    conflict = await decide(a_round, extension, headers=other)
    assert (conflict.status_code, slug(conflict)) == (403, "conflict-of-interest")


async def test_extension__of_the_units_own_secretary(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    seat = token_for("secretary", ["330106"], "secretary", units=[one["party_organization_id"]])
    extension = (await apply(a_round, one, headers={"Authorization": f"Bearer {seat}"})).json()
    assert extension["applied_as"] == "unit"


async def test_extension__too_late_after_the_day_or_after_the_sheet(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    days = (app.state.working_days.at("330106", today()).add_working_days(today(), 5) - today()).days
    await pass_by(a_round, days)
    assert (await apply(a_round, one)).status_code == 201, "its last day belongs to it"
    await pass_by(a_round, 1)
    over = await apply(a_round, one)
    assert (over.status_code, slug(over)) == (409, "extension-too-late")
    assert (await a_round.put(one, "self", scores=await full(a_round, one))).status_code == 200
    assert slug(await apply(a_round, one)) == "extension-too-late"


async def test_extension__granted_after_the_day_has_the_committee_wait_again(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    extension = (await apply(a_round, one)).json()
    await pass_by(a_round)
    assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    assert len(await late(a_round)) == 1
    await a_round.run("UPDATE extensions SET due_on = due_on - 30, extended_to = :day", day=today() + timedelta(days=3))
    assert (await decide(a_round, extension)).status_code == 200
    assert await late(a_round) == []
    waits = await a_round.complete(one)
    assert (waits.status_code, slug(waits)) == (409, "stage-first")


async def test_extension__not_without_a_rule_or_a_deadline(app: FastAPI, a_round: Round) -> None:
    with_policy(app, deadlines=POLICY["deadlines"])
    one = await a_round.enrolled()
    assert slug(await apply(a_round, one)) == "no-extension"


async def test_extension__not_of_a_stage_without_a_deadline(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled()
    assert slug(await apply(a_round, one, stage="group")) == "no-extension"


async def test_extension__ends_with_the_cycle_and_with_the_party_organization(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    parties = [established(), established()]
    await a_round.project(*map(received, parties))
    cycle = await a_round.open()
    one, other = [await a_round.evaluation_of(party.id) for party in parties]
    extension = (await apply(a_round, one)).json()
    await a_round.project(received(dissolved(parties[0].id), 2))
    assert slug(await decide(a_round, extension)) == "illegal-transition"
    assert "evaluation.extension" not in await kinds(a_round)
    extension = (await apply(a_round, other)).json()
    assert (await a_round.client.post(f"/v1/cycles/{cycle['id']}/closing")).status_code == 200
    assert slug(await decide(a_round, extension)) == "cycle-not-open"
    listed = (await a_round.client.get("/v1/extensions", params={"evaluation": other["id"]})).json()["items"]
    assert [each["id"] for each in listed] == [extension["id"]]
