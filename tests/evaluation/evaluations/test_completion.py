"""Completion: total, star and reasons are final, and published once."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.contracts.evaluation import EvaluationCompleted
from shared.db.base import new_id
from tests.evaluation.conftest import Round, covered, established, pointers, received, slug

VETO = {"code": "refused_rating", "reason": "拒绝参加", "evidence": "通知回执"}


async def scored(a_round: Round, **sheet: Any) -> dict[str, Any]:
    """An evaluation with full marks of the committee, and what else is given."""
    one = await a_round.enrolled()
    response = await a_round.put(one, scores=await a_round.full_marks("T10"), **sheet)
    assert response.status_code == 200, response.text
    return one


async def test_h19_a_completed_evaluation_has_total_star_and_reasons(a_round: Round) -> None:
    response = await a_round.complete(await scored(a_round, bonus=[{"reason": "示范点", "points": "3"}]))
    body = response.json()
    assert response.status_code == 200, response.text
    assert (body["state"], body["total"], body["star"], body["version"]) == ("completed", "100.00", 5, 3)
    assert [(reason["rule"], reason["outcome"]) for reason in body["reasons"]] == [
        ("H16", "T10"),
        ("H14", "scaled"),
        ("H16", "base"),
        ("R-rating", "bonus_counted"),
        ("R-rating", "total_capped"),
        ("R-rating", "no_veto"),
        ("H19", "star_5"),
    ]
    assert body["basis"]["scores"] == body["stages"]["committee"]["scores"]
    assert (body["basis"]["stage"], body["basis"]["system_version"]) == ("committee", "2")


async def test_h17_others_are_told(a_round: Round) -> None:
    one = await scored(a_round)
    body = (await a_round.complete(one, **{"X-Request-Id": "request-1"})).json()
    [event] = await a_round.outbox()
    assert (event["topic"], event["type"]) == ("evaluation.evaluations", EvaluationCompleted.TYPE)
    assert (event["subject"], event["sequence"]) == (one["id"], 1)
    assert event["key"] == one["party_organization_id"]
    assert (event["division"], event["causation_id"]) == ("330106", "request-1")
    told = EvaluationCompleted.model_validate(event["data"])
    assert (str(told.total), told.star, told.year, told.type) == ("100.00", 5, 2026, "T10")
    assert (told.party_organization_kind, told.form) == ("BRANCH", "standalone")
    assert told.party_organization_name == body["party_organization_name"]
    assert [reason.outcome for reason in told.reasons] == [reason["outcome"] for reason in body["reasons"]]


async def test_completed__the_trail_names_the_policy(a_round: Round) -> None:
    one = await scored(a_round)
    body = (await a_round.complete(one)).json()
    trail = await a_round.rows("SELECT object_type, object_id, diff, policy FROM audit_log WHERE policy IS NOT NULL")
    assert {(row["object_type"], row["policy"]) for row in trail} == {
        ("cycles", body["basis"]["policy"]),
        ("evaluations", body["basis"]["policy"]),
        ("consequences", "default-consequences"),
        ("consequences", "default-standing"),
    }
    [completion] = [row for row in trail if row["object_id"] == one["id"]]
    assert completion["diff"]["after"]["star"] == 5


async def test_what_another_version_wrote_into_reasons_and_basis_is_read_and_kept(a_round: Round) -> None:
    one = await scored(a_round)
    await a_round.run("""UPDATE evaluations SET reasons = jsonb_set(reasons, '{0,paragraph}', '"3"')""")
    completed = (await a_round.complete(one)).json()
    [stored] = await a_round.rows("SELECT reasons FROM evaluations")
    assert [reason.get("paragraph") for reason in stored["reasons"]] == ["3", *[None] * 6]
    [event] = await a_round.outbox()
    assert [reason["outcome"] for reason in event["data"]["reasons"]] == [
        reason["outcome"] for reason in stored["reasons"]
    ]
    await a_round.run("""UPDATE evaluations SET basis = basis || '{"appeal": {"until": "2026-12-31"}}'""")
    assert (await a_round.client.get(f"/v1/evaluations/{one['id']}")).json() == completed


async def test_decision_1_a_veto_forces_no_star(a_round: Round) -> None:
    body = (await a_round.complete(await scored(a_round, vetoes=[VETO]))).json()
    assert (body["total"], body["star"]) == ("100.00", 0)
    assert body["basis"]["vetoes"] == [{**VETO, "code": "V5"}]
    [event] = await a_round.outbox()
    assert event["data"]["star"] == 0
    assert VETO["evidence"] not in str(event["data"])


async def test_without_the_deciding_stage_scores_are_missing(a_round: Round) -> None:
    one = await a_round.enrolled()
    await a_round.put(one, "self", scores=await a_round.full_marks("T10"))
    response = await a_round.complete(one)
    assert (response.status_code, slug(response)) == (409, "scores-missing")
    assert response.json()["stage"] == "committee"
    assert pointers(response) == [f"/scores/{code}" for code in await a_round.full_marks("T10")]


async def test_paragraph_7_nothing_is_silently_zero(a_round: Round) -> None:
    one = await a_round.enrolled()
    marks = await a_round.full_marks("T10")
    await a_round.put(one, scores={code: points for code, points in marks.items() if code not in ("A1", "C2")})
    response = await a_round.complete(one)
    assert (response.status_code, slug(response)) == (409, "scores-missing")
    assert pointers(response) == ["/scores/A1", "/scores/C2"]
    assert await a_round.outbox() == []
    await a_round.put(one, scores={**marks, "A1": "0", "C2": "0"})
    assert (await a_round.complete(one)).status_code == 200


async def test_h19_no_star_is_0_and_not_rated_is_null(a_round: Round) -> None:
    one, other = established(), established(covers=[covered("T02")])
    await a_round.project(received(one), received(other))
    await a_round.open()
    evaluation = await a_round.evaluation_of(one.id)
    assert evaluation["star"] is None
    await a_round.put(evaluation, scores=dict.fromkeys(await a_round.full_marks("T10"), 0))
    body = (await a_round.complete(evaluation)).json()
    assert (body["total"], body["star"], body["reasons"][-1]["outcome"]) == ("0.00", 0, "no_star")
    assert [one["id"] for one in await a_round.evaluations(star=0)] == [body["id"]]


async def test_completing_twice_is_409_and_scores_are_final(a_round: Round) -> None:
    one = await scored(a_round)
    assert (await a_round.complete(one)).status_code == 200
    again = await a_round.complete(one)
    assert (again.status_code, slug(again)) == (409, "illegal-transition")
    late = await a_round.put(one, scores={"A1": "1"})
    assert (late.status_code, slug(late)) == (409, "illegal-transition")
    assert len(await a_round.outbox()) == 1


async def test_a_repeat_with_its_key_gets_the_stored_answer(a_round: Round) -> None:
    one = await scored(a_round)
    first = await a_round.complete(one, **{"Idempotency-Key": "complete-1"})
    again = await a_round.complete(one, **{"Idempotency-Key": "complete-1"})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert again.headers["etag"] == first.headers["etag"] == '"3"'
    assert len(await a_round.outbox()) == 1


async def test_completions_at_once_complete_once(a_round: Round) -> None:
    one = await scored(a_round)
    answers = await asyncio.gather(*(a_round.complete(one) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert len(await a_round.outbox()) == 1


async def test_a_stale_if_match_is_412(a_round: Round) -> None:
    one = await scored(a_round)
    assert (await a_round.complete(one, **{"If-Match": '"1"'})).status_code == 412
    assert (await a_round.complete(one, **{"If-Match": '"2"'})).status_code == 200


async def test_completing_what_is_not_there_is_404(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"/v1/evaluations/{new_id()}/completion")).status_code == 404


@pytest.mark.parametrize("form", ["joint", "functional"])
async def test_the_event_names_the_form(a_round: Round, form: str) -> None:
    one = await a_round.enrolled(form=form)
    await a_round.put(one, scores=await a_round.full_marks("T10", form))
    await a_round.complete(one)
    assert (await a_round.outbox())[0]["data"]["form"] == form


async def test_evaluations_are_listed_by_filter_and_page(client: httpx.AsyncClient, a_round: Round) -> None:
    one, other = established(), established(division="330108")
    await a_round.project(received(one), received(other), received(established()))
    cycle = await a_round.open()
    evaluation = await a_round.evaluation_of(one.id)
    await a_round.put(evaluation, scores=await a_round.full_marks("T10"))
    await a_round.complete(evaluation)
    assert [one["id"] for one in await a_round.evaluations(star=5, cycle=cycle["id"])] == [evaluation["id"]]
    assert len(await a_round.evaluations(state="enrolled")) == 2
    assert len(await a_round.evaluations(division="330108")) == 1
    assert len(await a_round.evaluations(cycle=str(new_id()))) == 0
    first = (await client.get("/v1/evaluations", params={"limit": 2})).json()
    rest = (await client.get("/v1/evaluations", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert (await client.get("/v1/evaluations", params={"cursor": "x"})).status_code == 422
