"""From a sheet to a star (H19, decision 1)."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.policies import EvaluationParameters
from services.evaluation.ratings.rules import Rating, missing_indicators, rate
from services.evaluation.sheets.rules import Bonus, Sheet, Veto
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES

AS_OF = datetime(2026, 12, 1, tzinfo=UTC)
POLICY = (
    read_policies(Path(REPOSITORY_POLICIES), "evaluation", EvaluationParameters).get("330106", AS_OF.date()).parameters
)
VETO = Veto("V1", "材料不实", "核查记录 3 号")


def rated(*scores: str, bonus: str | None = None, vetoes: tuple[Veto, ...] = ()) -> Rating:
    sheet = Sheet(
        {f"A{place}": Decimal(points) for place, points in enumerate(scores)},
        (Bonus("示范点", Decimal(bonus)),) if bonus else (),
        vetoes,
    )
    return rate(sheet, POLICY, AS_OF)


def outcomes(rating: Rating) -> list[tuple[str, str]]:
    return [(reason.rule, reason.outcome) for reason in rating.reasons]


@pytest.mark.parametrize(
    ("total", "star"),
    [
        ("100", 5),
        ("90", 5),
        ("89.99", 4),
        ("80", 4),
        ("79.99", 3),
        ("70", 3),
        ("69.99", 2),
        ("60", 2),
        ("59.99", 1),
        ("50", 1),
        ("49.99", 0),
        ("0", 0),
    ],
)
def test_h19_each_cutoff_is_inclusive(total: str, star: int) -> None:
    assert rated(total).star == star


def test_h19_five_stars_at_exactly_90() -> None:
    assert rated("45.5", "44.5").star == 5


@pytest.mark.parametrize(("points", "total"), [("89.995", "90.00"), ("89.994", "89.99"), ("2.675", "2.68")])
def test_decision_1_total_is_rounded_half_up_before_the_cutoff(points: str, total: str) -> None:
    rating = rated(points)
    assert str(rating.total) == total
    assert rating.star == (5 if total == "90.00" else 4 if total == "89.99" else 0)


def test_decision_1_rounding_comes_after_the_sum() -> None:
    assert str(rated("1.005", "1.005").total) == "2.01"


def test_decision_1_bonus_is_capped_at_10() -> None:
    rating = rated("79", bonus="10.01")
    assert (str(rating.total), rating.star) == ("89.00", 4)
    assert ("R-rating", "bonus_capped") in outcomes(rating)
    [reason] = [reason for reason in rating.reasons if reason.outcome == "bonus_capped"]
    assert reason.facts == {"claimed": "10.01", "counted": "10.00", "cap": "10", "items": 1}


def test_decision_1_bonus_of_exactly_10_counts() -> None:
    rating = rated("80", bonus="10")
    assert (str(rating.total), rating.star) == ("90.00", 5)
    assert ("R-rating", "bonus_counted") in outcomes(rating)


def test_decision_1_total_is_capped_at_100() -> None:
    rating = rated("95", bonus="10")
    assert str(rating.total) == "100.00"
    assert ("R-rating", "total_capped") in outcomes(rating)


def test_decision_1_a_veto_forces_no_star_and_leaves_the_total() -> None:
    rating = rated("95.5", vetoes=(VETO,))
    assert (str(rating.total), rating.star) == ("95.50", 0)
    assert outcomes(rating)[-2:] == [("R-rating", "veto"), ("H19", "no_star")]
    assert rating.reasons[-1].facts["star_by_total"] == 5


def test_reasons_travel_without_the_evidence_of_a_veto() -> None:
    told = "".join(reason.model_dump_json() for reason in rated("95", vetoes=(VETO,)).reasons)
    assert '"V1"' in told
    assert VETO.reason not in told
    assert VETO.evidence not in told


def test_every_step_gives_its_reason_with_json_facts() -> None:
    rating = rated("80.5", bonus="3")
    assert outcomes(rating) == [
        ("H16", "base"),
        ("R-rating", "bonus_counted"),
        ("R-rating", "total"),
        ("R-rating", "no_veto"),
        ("H19", "star_4"),
    ]
    assert {reason.as_of for reason in rating.reasons} == {AS_OF}
    assert rating.reasons[-1].facts == {"total": "83.50", "at_least": "80", "star_by_total": 4, "star": 4}


def test_policy_cutoffs_are_data_whatever_their_order() -> None:
    policy = POLICY.model_copy(update={"cutoffs": tuple(reversed(POLICY.cutoffs))})
    assert rate(Sheet({"A1": Decimal("85")}, (), ()), policy, AS_OF).star == 4


def test_paragraph_7_nothing_is_silently_zero() -> None:
    system = read_indicator_systems(REPOSITORY_POLICIES).get("T10", 2026)
    assert system is not None
    codes = list(system.points())
    zeros = dict.fromkeys(codes, Decimal(0))
    assert missing_indicators(system, zeros) == []
    without = {code: points for code, points in zeros.items() if code not in codes[1:3]}
    assert missing_indicators(system, without) == codes[1:3]


hundredths = st.integers(0, 1500)


@given(st.lists(hundredths, max_size=12), st.integers(0, 2000))
def test_total_is_the_capped_sum_in_integer_hundredths(scores: list[int], bonus: int) -> None:
    rating = rated(*(f"{n / 100:.2f}" for n in scores), bonus=f"{bonus / 100:.2f}")
    assert int(rating.total * 100) == min(sum(scores) + min(bonus, 1000), 10_000)


@given(st.lists(hundredths, min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 500))
def test_more_points_never_mean_fewer_stars(scores: list[int], place: int, more: int) -> None:
    better = list(scores)
    better[place % len(scores)] += more
    before = rated(*(f"{n / 100:.2f}" for n in scores))
    after = rated(*(f"{n / 100:.2f}" for n in better))
    assert after.total >= before.total
    assert after.star >= before.star
