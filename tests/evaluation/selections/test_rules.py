"""Seats of a tier, as a pure rule: no order decides, and equal totals at the edge share one fate (D1, D2)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.selections.policies import SelectionPolicy
from services.evaluation.selections.rules import TRANSITIONS, Rival, check_days, earlier_step, place, scope_of
from shared.problems.problems import IllegalTransition
from shared.problems.transitions import move

NOW = datetime(2026, 3, 30, tzinfo=UTC)
Ties = Literal["in", "out"]


def policy(seats: int | None = None, ties: Ties = "out", **changes: Any) -> SelectionPolicy:
    tiers = {
        "A": {"mode": "dual", "level": "city", "demonstration_site": True, "seats": seats},
        "B": {"mode": "direct", "level": "district", "demonstration_site": True},
        "C": {"mode": "dual", "level": "district", "demonstration_site": False},
    }
    base = {"ties": ties, "visitors_min": 2, "total_min": 0, "quorum_bp": 0, "separate_steps": ["visit", "assessment"]}
    return SelectionPolicy.model_validate({"tiers": tiers, **base, **changes})


def decide(totals: list[int], order: list[int], of: SelectionPolicy) -> list[bool]:
    """All of a round, one request after another in an order."""
    found: dict[int, bool] = {}
    for at in order:
        rivals = [Rival(Decimal(total), held=False) for n, total in enumerate(totals) if n != at]
        found[at], _ = place(Decimal(totals[at]), rivals, of, "p", "A", NOW)
    return [found[at] for at in range(len(totals))]


batches = st.lists(st.integers(80, 90), min_size=1, max_size=12)


@given(batches, st.integers(0, 12), st.sampled_from(("in", "out")), st.randoms())
def test_d2_property__no_order_of_requests_decides(totals: list[int], seats: int, ties: Ties, chance: Any) -> None:
    of, order = policy(seats, ties), list(range(len(totals)))
    expected = decide(totals, order, of)
    chance.shuffle(order)
    assert decide(totals, order, of) == expected
    fates: dict[int, set[bool]] = {}
    for total, one in zip(totals, expected, strict=True):
        fates.setdefault(total, set()).add(one)
    assert all(len(fate) == 1 for fate in fates.values()), "equal totals share one fate"
    inside = sorted((total for total, one in zip(totals, expected, strict=True) if one), reverse=True)
    assert inside == sorted(totals, reverse=True)[: len(inside)], "nobody is passed over for a lower total"
    assert len(inside) <= seats if ties == "out" else len(inside) >= min(seats, len(totals))


def test_d1_place__who_was_commended_before_a_late_one_was_recommended_keeps_the_seat() -> None:
    for held, expected in ((True, False), (False, True)):
        inside, reasons = place(Decimal(99), [Rival(Decimal(85), held)], policy(1), "p", "A", NOW)
        assert (inside, reasons[0].facts["held"]) == (expected, int(held))


def test_d1_place__without_seats_everybody_and_below_the_total_nobody() -> None:
    assert decide([60, 70, 80], [0, 1, 2], policy()) == [True, True, True]
    assert decide([60, 70, 80], [0, 1, 2], policy(total_min=70)) == [False, True, True]
    assert decide([60, 70, 80], [0, 1, 2], policy(0)) == [False, False, False]


@pytest.mark.parametrize("state", ["recommended", "visited", "assessed", "commended", "passed_over", "withdrawn"])
@pytest.mark.parametrize("step", ["visit", "assessment", "commendation", "passing_over", "withdrawal", "publicity"])
def test_h26_transitions__are_these_and_no_others(state: Any, step: Any) -> None:
    allowed = {
        ("recommended", "visit"),
        ("visited", "assessment"),
        ("assessed", "commendation"),
        ("assessed", "passing_over"),
        ("recommended", "withdrawal"),
        ("visited", "withdrawal"),
        ("assessed", "withdrawal"),
        ("commended", "publicity"),
    }
    if (state, step) in allowed:
        assert move(TRANSITIONS, state, step)
    else:
        with pytest.raises(IllegalTransition):
            move(TRANSITIONS, state, step)


def test_scope__is_the_citys_or_the_districts() -> None:
    assert [scope_of(policy(), tier, "330106") for tier in ("A", "B", "C")] == ["3301", "330106", "330106"]


def test_days__follow_each_other_and_are_none_to_come() -> None:
    first, second, today = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 2)
    assert check_days(("/a", first), ("/b", first), today=today) == []
    assert check_days(("/a", first), ("/b", second), today=today) == []
    assert [one.pointer for one in check_days(("/a", second), ("/b", first), today=today)] == ["/b"]
    assert [one.pointer for one in check_days(("/b", second), today=first)] == ["/b"]


def test_earlier_step__bars_only_the_steps_that_the_policy_keeps_apart() -> None:
    steps = [{"step": "recommendation", "by": "甲"}, {"step": "visit", "by": "乙"}]
    assert earlier_step("assessment", steps, "乙", ["visit", "assessment"]) == "visit"
    assert earlier_step("assessment", steps, "甲", ["visit", "assessment"]) is None
    assert earlier_step("commendation", steps, "乙", ["visit", "assessment"]) is None
    again = [*steps, {"step": "withdrawal", "by": "甲"}, {"step": "recommendation", "by": "丙"}]
    assert earlier_step("assessment", again, "乙", ["recommendation", "visit", "assessment"]) is None
    assert earlier_step("assessment", again, "丙", ["recommendation", "visit", "assessment"]) == "recommendation"


def test_policy__names_every_tier() -> None:
    with pytest.raises(ValueError, match="tiers are A, B and C"):
        SelectionPolicy.model_validate(policy().model_dump() | {"tiers": {}})
