"""The mass satisfaction test in counts, and the points that the policy makes of them (D4)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.policies import SatisfactionRules
from services.evaluation.satisfaction.rules import Counts, work_out
from tests.evaluation.conftest import Round, pointers, slug, with_policy

NOW = datetime(2026, 12, 1, tzinfo=UTC)
RULES = {"good": "100", "fair": "60", "poor": "0", "returned_min_bp": 6000}
COUNTS = {"sent": 60, "returned": 55, "valid": 50, "good": 40, "fair": 8, "poor": 2}


async def put(a_round: Round, one: dict[str, Any], **changes: Any) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    return await a_round.client.put(f"{path}/satisfaction", json=COUNTS | changes, headers={"If-Match": version})


@pytest.mark.parametrize(
    ("counts", "points", "outcome"),
    [
        (Counts(60, 55, 50, 40, 8, 2), "89.60", "counted"),
        (Counts(60, 36, 3, 1, 1, 1), "53.33", "counted"),
        (Counts(60, 35, 30, 30, 0, 0), None, "too_few"),
        (Counts(60, 60, 0, 0, 0, 0), None, "too_few"),
    ],
    ids=["by hand", "60 % came back, rounded", "one below", "none is valid"],
)
def test_d4_points_by_hand(counts: Counts, points: str | None, outcome: str) -> None:
    found, reason = work_out(counts, SatisfactionRules.model_validate(RULES), NOW)
    assert (found, reason.outcome) == (None if points is None else Decimal(points), outcome)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50))
def test_d4_one_more_who_says_good_never_means_less(good: int, fair: int, poor: int) -> None:
    rules = SatisfactionRules.model_validate(RULES | {"returned_min_bp": 0})
    valid = good + fair + poor
    before, _ = work_out(Counts(200, valid, valid, good, fair, poor), rules, NOW)
    after, _ = work_out(Counts(200, valid, valid, good + 1, fair, poor - 1), rules, NOW)
    assert before is not None
    assert after is not None
    assert Decimal(0) <= before <= after <= Decimal(100)


async def test_d4_counts_are_kept_and_replaced(app: FastAPI, a_round: Round) -> None:
    with_policy(app, satisfaction=RULES)
    [one] = await a_round.scored(92)
    first = await put(a_round, one)
    assert first.status_code == 200, first.text
    shown = first.json()["satisfaction"]
    assert {name: shown[name] for name in COUNTS} == COUNTS
    assert (shown["points"], shown["reason"]["rule"]) == ("89.60", "R-satisfaction")
    again = await a_round.client.put(f"/v1/evaluations/{one['id']}/satisfaction", json=COUNTS)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"]), "the same changes nothing"
    blind = await a_round.client.put(f"/v1/evaluations/{one['id']}/satisfaction", json=COUNTS | {"sent": 61})
    assert (blind.status_code, slug(blind)) == (428, "precondition-required")
    assert (await put(a_round, one, sent=61)).json()["satisfaction"]["sent"] == 61
    completed = (await a_round.complete(one)).json()
    assert completed["total"] == "92.00", "it stands beside the total"
    assert slug(await put(a_round, one, sent=62)) == "illegal-transition"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"returned": 61}, "/returned"),
        ({"valid": 56, "good": 46}, "/valid"),
        ({"poor": 3}, "/valid"),
        ({"sent": 0}, "/sent"),
        ({"questions": [{"question": "作用发挥", "good": 49, "fair": 1, "poor": 1}]}, "/questions/0"),
        ({"questions": [{"question": "作用发挥", "good": 1, "fair": 0, "poor": 0}] * 2}, "/questions/1/question"),
        ({"questions": [{"question": " ", "good": 1, "fair": 0, "poor": 0}]}, "/questions/0/question"),
    ],
)
async def test_d4_what_no_test_can_have_counted_is_422(a_round: Round, changes: dict[str, Any], pointer: str) -> None:
    [one] = await a_round.scored(92)
    response = await put(a_round, one, **changes)
    assert (response.status_code, pointers(response)) == (422, [pointer])


async def test_d4_without_figures_there_are_counts_and_no_points(a_round: Round) -> None:
    [one] = await a_round.scored(92)
    shown = (await put(a_round, one)).json()["satisfaction"]
    assert (shown["points"], shown["reason"]["outcome"]) == (None, "no_points")


async def test_d4_answers_by_question_are_kept_with_their_points(app: FastAPI, a_round: Round) -> None:
    with_policy(app, satisfaction=RULES)
    [one] = await a_round.scored(92)
    answers = [
        {"question": "党组织作用发挥", "good": 30, "fair": 10, "poor": 9},
        {"question": "服务职工群众", "good": 0, "fair": 0, "poor": 0},
    ]
    first = (await put(a_round, one, questions=answers)).json()
    shown = first["satisfaction"]
    assert shown["points"] == "89.60", "all sheets together decide the points"
    assert shown["questions"] == [answers[0] | {"points": "73.47"}, answers[1] | {"points": None}]
    again = await a_round.client.put(f"/v1/evaluations/{one['id']}/satisfaction", json=COUNTS | {"questions": answers})
    assert (again.status_code, again.json()["version"]) == (200, first["version"]), "the same changes nothing"
    fewer = await put(a_round, one, questions=answers[:1], returned=35, valid=35, good=35, fair=0, poor=0)
    assert fewer.status_code == 422, "more answers than valid sheets"
