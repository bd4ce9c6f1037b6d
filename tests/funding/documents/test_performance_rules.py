"""Scores of a self-evaluation (issue 15 §10): the execution's points are proportional, the weights must fit."""

from decimal import Decimal
from typing import Any

import pytest

from services.funding.documents.performance_rules import bid_errors, evaluation_errors, evaluation_facts, score
from services.funding.documents.policies import PerformanceParameters, read_performance_policies
from shared.settings import REPOSITORY_POLICIES

[SHIPPED] = read_performance_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies
PARAMETERS = SHIPPED.parameters
FULL = {"category": "quantity", "name": "受补助党组织数", "target": "3个", "reached": "2个", "weight": "90"}


def indicators(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**FULL, "score": "60", **one} for one in changes]


@pytest.mark.parametrize(
    ("budget", "executed", "points"),
    [
        (1_000_000, 0, "0"),
        (1_000_000, 600_000, "6"),
        (900_000, 300_000, "3.33"),
        (900_000, 600_000, "6.67"),
        (2_000, 1_001, "5.01"),  # 5.005, half up
        (1_000_000, 999_999, "10"),
        (1_000_000, 1_000_000, "10"),
        (1_000_000, 1_200_000, "10"),  # never above all of them
    ],
)
def test_execution__scores_in_proportion_of_ten_points(budget: int, executed: int, points: str) -> None:
    found = score(budget, executed, indicators({}), PARAMETERS)
    assert (found.execution, found.total) == (Decimal(points), Decimal(points) + 60)


def test_execution__scores_of_the_policys_points() -> None:
    parameters = PerformanceParameters(execution_points=Decimal(20), indicator_points=Decimal(80))
    assert score(900_000, 300_000, [], parameters).execution == Decimal("6.67")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ([{"weight": "90"}], []),
        ([{"weight": "60", "score": "60"}, {"weight": "29.5", "score": "0"}, {"weight": "0.5", "score": "0.5"}], []),
        ([{"weight": "90.01"}], ["/indicators"]),
        ([{"weight": "89.99"}], ["/indicators"]),
        ([{"score": "90.01"}], ["/indicators/0/score"]),
        ([{"weight": "45", "score": "45"}, {"weight": "44", "score": "45"}], ["/indicators/1/score", "/indicators"]),
    ],
)
def test_weights__add_up_to_ninety_and_bound_the_scores(changes: list[dict[str, Any]], pointers: list[str]) -> None:
    assert [one.pointer for one in evaluation_errors(indicators(*changes), PARAMETERS)] == pointers


def test_indicators__have_what_their_document_needs_and_no_more() -> None:
    aimed = {name: FULL[name] for name in ("category", "name", "target")}
    assert [one.pointer for one in evaluation_errors([*indicators({}), aimed], PARAMETERS)] == [
        "/indicators/1/reached",
        "/indicators/1/weight",
        "/indicators/1/score",
    ]
    assert bid_errors([aimed]) == []
    assert [one.pointer for one in bid_errors([aimed, FULL])] == ["/indicators/1/reached", "/indicators/1/weight"]


def test_evaluation__has_a_row_for_each_source_and_their_sum() -> None:
    rows = [
        {"source": "dues", "initial_fen": 0, "budget_fen": 0, "executed_fen": 0},
        {"source": "fiscal", "initial_fen": 500_000, "budget_fen": 900_000, "executed_fen": 300_000},
    ]
    facts = evaluation_facts(rows, indicators({}), PARAMETERS, {"fiscal": "财政拨款"}, "annual")
    assert facts["budgets"].split("\n") == [
        "dues\t¥0.00\t¥0.00\t¥0.00\t—",
        "财政拨款\t¥5,000.00\t¥9,000.00\t¥3,000.00\t33.33%",
        "合计\t¥5,000.00\t¥9,000.00\t¥3,000.00\t33.33%",
    ]
    assert facts["indicators"] == "数量指标\t受补助党组织数\t3个\t2个\t90\t60"
    assert (facts["purpose"], facts["total"], facts["points"]) == ("党建工作经费", "63.33", "100")
