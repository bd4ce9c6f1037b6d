"""A stage's sheet is returned to be supplemented; a completed rating is reopened and corrected."""

from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.evaluation.reconciliation import RECONCILIATION
from shared.contracts.evaluation import EvaluationCompleted
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, changed, pointers, received, slug, with_policy


async def send(a_round: Round, one: dict[str, Any], step: str, **body: Any) -> httpx.Response:
    return await a_round.client.post(f"/v1/evaluations/{one['id']}/{step}", json={"reason": "材料不全", **body})


async def test_paragraph_7_a_sheet_is_returned_and_supplemented(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    nothing = await send(a_round, one, "return", stage="self")
    assert (nothing.status_code, slug(nothing)) == (409, "nothing-to-return")
    await a_round.put(one, "self", scores={"A1": "1"})
    returned = await send(a_round, one, "return", stage="self")
    assert returned.status_code == 200, returned.text
    body = returned.json()
    assert (body["state"], body["returned"]["stage"], body["returned"]["reason"]) == ("scoring", "self", "材料不全")
    assert body["history"][-1]["step"] == "return"
    kinds = [task["kind"] for task in (await a_round.client.get("/v1/tasks")).json()["items"]]
    assert "evaluation.supplement" in kinds
    await a_round.put(one, "committee", scores=await a_round.share(100))
    assert (await a_round.get(one))["returned"] is not None, "another stage supplements nothing"
    await a_round.put(one, "self", scores={"A1": "2"})
    assert (await a_round.get(one))["returned"] is None


async def test_return__is_not_by_who_assessed_the_unit(a_round: Round, token_for: TokenFor) -> None:
    [one] = await a_round.scored(92)
    path, both = f"/v1/evaluations/{one['id']}", {"Authorization": f"Bearer {token_for('rater', ['3301'], 'assessor')}"}
    put = await a_round.client.put(f"{path}/scores/self", json={"scores": {"A1": "1"}}, headers=both)
    assert put.status_code == 200, put.text
    for stage in ("self", "committee"):
        body = {"stage": stage, "reason": "材料不全"}
        returned = await a_round.client.post(f"{path}/return", json=body, headers=both)
        assert (returned.status_code, slug(returned)) == (403, "same-hand")


async def test_paragraph_7_the_same_sheet_again_answers_a_return(a_round: Round) -> None:
    """Nothing is to be added: that is an answer too."""
    [one] = await a_round.scored(92)
    await a_round.put(one, "self", scores={"A1": "1"})
    assert (await send(a_round, one, "return", stage="self")).status_code == 200
    assert (await a_round.put(one, "self", scores={"A1": "1"})).status_code == 200
    shown = await a_round.get(one)
    assert (shown["returned"], shown["history"][-1]["step"]) == (None, "self")
    version = shown["version"]
    await a_round.put(one, "self", scores={"A1": "1"})
    assert (await a_round.get(one))["version"] == version, "the same once more changes nothing"


async def test_paragraph_7_a_return_that_nobody_answered_ends_with_the_decision(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(92)
    await a_round.put(one, "self", scores={"A1": "1"})
    assert (await send(a_round, one, "return", stage="self")).status_code == 200

    async def waits() -> bool:
        tasks = (await a_round.client.get("/v1/tasks")).json()["items"]
        return "evaluation.supplement" in {task["kind"] for task in tasks}

    assert await waits()
    assert (await a_round.session(count=1)).status_code == 201
    assert not await waits()
    assert (await a_round.complete(one)).json()["returned"] is None


async def test_paragraph_7_nothing_is_decided_on_a_sheet_that_is_to_be_supplemented(
    app: FastAPI, a_round: Round
) -> None:
    """The deciding stage's in any case, another one's until its last day has passed."""
    with_policy(app, session={}, deadlines={"supplement": {"working_days": 5}})
    [one] = await a_round.scored(92)
    marks = await a_round.share(92)
    await a_round.put(one, "self", scores={"A1": "1"})

    async def waits() -> bool:
        tasks = {task["kind"] for task in (await a_round.client.get("/v1/tasks")).json()["items"]}
        found = slug(answered) == "session-differs" if (answered := await a_round.session(count=1)).is_error else False
        assert ("cycle.session" in tasks) == (not found)
        return found

    async def pass_by() -> None:
        await a_round.run('UPDATE evaluations SET returned = returned || \'{"due_on": "2026-01-05"}\'')

    assert (await send(a_round, one, "return", stage="committee")).status_code == 200
    assert await waits()
    await pass_by()
    assert await waits(), "nobody decides on what the committee itself is to supplement"
    assert "evaluation.scoring" in {task["kind"] for task in (await a_round.client.get("/v1/tasks")).json()["items"]}
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await send(a_round, one, "return", stage="self")).status_code == 200
    assert await waits()
    await pass_by()
    assert not await waits()
    assert (await a_round.complete(one)).json()["total"] == "92.00"


async def test_paragraph_7_one_by_one_a_completion_waits_for_it_as_well(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    assert (await send(a_round, one, "return", stage="committee")).status_code == 200
    refused = await a_round.complete(one)
    assert (refused.status_code, slug(refused)) == (409, "supplement-first")
    assert (refused.json()["stage"], refused.json()["due_on"]) == ("committee", "-")
    steps = {step["step"]: step["problem"] for step in (await a_round.get(one))["next_steps"]}
    assert steps["completion"] in ("supplement-first", "same-hand")
    assert (await a_round.put(one, scores=await a_round.share(92))).status_code == 200
    assert (await a_round.complete(one)).json()["star"] == 5


async def test_paragraph_7_who_does_not_supplement_in_time_has_shown_nothing(app: FastAPI, a_round: Round) -> None:
    with_policy(app, deadlines={"supplement": {"working_days": 5}})
    [one] = await a_round.scored(92)
    await a_round.put(one, "self", scores={"A1": "1"})
    assert (await send(a_round, one, "return", stage="self")).status_code == 200
    path = f"/v1/evaluations/{one['id']}"

    async def put() -> httpx.Response:
        headers = {"If-Match": (await a_round.client.get(path)).headers["ETag"]}
        facts = {"F2": {"value": "no_evidence", "evidence": "退回后未补充"}}
        return await a_round.client.put(f"{path}/facts/committee", json=facts, headers=headers)

    early = await put()
    assert (early.status_code, pointers(early)) == (422, ["/F2/value"])
    await a_round.run('UPDATE evaluations SET returned = returned || \'{"due_on": "2026-01-05"}\'')
    late = await put()
    assert late.status_code == 200, late.text
    assert late.json()["stages"]["committee"]["scores"] == {"F2": "0"}


async def test_return__takes_back_what_is_not_published(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(92)
    assert (await a_round.session(count=1)).status_code == 201
    returned = (await send(a_round, one, "return", stage="committee")).json()
    assert (returned["state"], returned["decision"]) == ("scoring", None)
    assert slug(await a_round.complete(one)) == "session-first"
    await a_round.put(one, scores=await a_round.share(100))
    assert (await a_round.session(count=1)).status_code == 201
    assert (await a_round.complete(one)).json()["total"] == "100.00"
    late = await send(a_round, one, "return", stage="committee")
    assert (late.status_code, slug(late)) == (409, "illegal-transition")


async def test_reopening__keeps_what_was_and_the_next_completion_corrects_it(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    first = (await a_round.complete(one)).json()
    reopened = await send(a_round, one, "reopening", reason="核查发现计分有误")
    assert reopened.status_code == 200, reopened.text
    body = reopened.json()
    assert (body["state"], body["total"], body["star"], body["basis"]) == ("scoring", None, None, None)
    assert body["version"] == first["version"] + 1
    [earlier] = body["earlier"]
    assert (earlier["total"], earlier["star"], earlier["reason"]) == ("92.00", 5, "核查发现计分有误")
    assert [(reason["rule"], reason["outcome"]) for reason in body["reasons"]] == [
        ("H16", "T10"),
        ("R-reopened", "reopened"),
    ]
    assert len(await a_round.outbox()) == 1, "nothing is published of it"
    assert (await a_round.put(one, scores=await a_round.share(50))).status_code == 200
    second = (await a_round.complete(one)).json()
    assert second["star"] == 1
    outcomes = [reason["outcome"] for reason in second["reasons"]]
    assert (outcomes.count("star_5"), outcomes.count("star_1")) == (0, 1)
    published = [EvaluationCompleted.model_validate(event["data"]) for event in await a_round.outbox()]
    assert [(event.star, event.corrects) for event in published] == [(5, None), (1, 1)]
    assert [event["sequence"] for event in await a_round.outbox()] == [1, 2]
    assert slug(await a_round.complete(one)) == "illegal-transition"
    assert len(await a_round.outbox()) == 2, "one event for each final completion"


async def test_reopening__leaves_what_was_published_standing_until_the_correction(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    await a_round.complete(one)
    published = RECONCILIATION.published["completed_evaluations"]
    before = await a_round.rows(published)
    assert (await send(a_round, one, "reopening")).status_code == 200
    assert await a_round.rows(published) == before
    moved = changed(id=UUID(one["party_organization_id"]), division="330108")
    await a_round.project(received(moved, 2))
    assert (await a_round.get(one))["division"] == "330106", "it is corrected where it was decided"
    await a_round.put(one, scores=await a_round.share(50))
    await a_round.complete(one)
    assert [row["star"] for row in await a_round.rows(published)] == [1]


async def test_reopening__in_a_closed_cycle_is_scored_and_completed(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    await a_round.complete(one)
    closed = await a_round.client.post(f"/v1/cycles/{a_round.cycle['id']}/closing")
    assert closed.status_code == 200, closed.text
    assert (await send(a_round, one, "reopening")).status_code == 200
    assert (await a_round.put(one, scores=await a_round.share(100))).status_code == 200
    assert (await a_round.complete(one)).json()["total"] == "100.00"


async def test_reopening__is_by_who_neither_completed_nor_has_an_interest(a_round: Round, token_for: TokenFor) -> None:
    [one] = await a_round.scored(92)
    assert slug(await send(a_round, one, "reopening")) == "illegal-transition"
    completed = (await a_round.complete(one)).json()
    path = f"/v1/evaluations/{one['id']}/reopening"
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['33'], completed['history'][-1]['by'])}"}
    refused = await a_round.client.post(path, json={"reason": "复核"}, headers=headers)
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    both = token_for(["district_officer", "rater"], ["33"], "officer-b")
    headers = {"Authorization": f"Bearer {both}"}
    interest = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=interest, headers=headers)).status_code == 201
    refused = await a_round.client.post(path, json={"reason": "复核"}, headers=headers)
    assert (refused.status_code, slug(refused)) == (403, "conflict-of-interest")


async def test_reopening__goes_through_session_and_competes_for_the_seats_that_are_left(
    app: FastAPI, a_round: Round
) -> None:
    with_policy(app, quota_max_bp={5: 5000})
    one, other = await a_round.scored(92, 95)
    assert (await a_round.session(count=2)).status_code == 201
    assert [(await a_round.complete(each)).json()["star"] for each in (one, other)] == [4, 5]
    assert (await send(a_round, one, "reopening")).status_code == 200
    assert slug(await a_round.complete(one)) == "session-first"
    await a_round.put(one, scores=await a_round.share(100))
    assert (await a_round.session(count=1)).status_code == 201
    corrected = (await a_round.complete(one)).json()
    assert (corrected["total"], corrected["star"]) == ("100.00", 4), "the seat is the other's"
