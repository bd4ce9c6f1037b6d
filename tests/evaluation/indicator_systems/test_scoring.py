"""Whom an indicator is for, and scaling what remains to the full points (H14)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.indicator_systems.reading import read_indicator_systems
from services.evaluation.indicator_systems.scoring import AppliesTo, Rated, ScoringSystem, scale
from shared.settings import REPOSITORY_POLICIES

BOOK = read_indicator_systems(REPOSITORY_POLICIES)
STANDALONE = Rated("standalone", "BRANCH", 1)


@pytest.mark.parametrize(
    ("applies", "rated", "included"),
    [
        (AppliesTo(forms=["joint"]), STANDALONE, False),
        (AppliesTo(forms=["standalone"]), STANDALONE, True),
        (AppliesTo(kinds=["COMMITTEE"]), STANDALONE, False),
        (AppliesTo(kinds=["BRANCH"]), STANDALONE, True),
        (AppliesTo(units_min=2), STANDALONE, False),
        (AppliesTo(units_min=2), Rated("joint", "BRANCH", 2), True),
        (AppliesTo(units_max=4), Rated("joint", "BRANCH", 5), False),
        (AppliesTo(units_max=4), Rated("joint", "BRANCH", 4), True),
        (AppliesTo(forms=["joint"], units_min=2), Rated("joint", "BRANCH", 1), False),
        (AppliesTo(units_min=2), Rated("joint", "BRANCH", None), True),
    ],
)
def test_h14_whom_an_indicator_is_for(applies: AppliesTo, rated: Rated, included: bool) -> None:
    assert applies.includes(rated) is included


def test_h14_a_joint_branch_of_five_tiny_units_is_not_judged_by_a_seat_in_the_council() -> None:
    system = BOOK.get("T10", 2026)
    assert system is not None
    assert system.not_for(Rated("joint", "BRANCH", 5)) == {"B1"}
    assert system.not_for(STANDALONE) == {"A4"}


def test_h14_what_remains_is_scaled_to_100() -> None:
    """By hand: of 100 points 5 do not apply; 76 earned of 95 are 80 of 100."""
    points = {"A1": Decimal(5), "B1": Decimal(55), "C1": Decimal(40)}
    base = scale(points, {"A1": Decimal(5), "B1": Decimal(44), "C1": Decimal(32)}, frozenset({"A1"}))
    assert (base.earned, base.of, base.full, base.points) == tuple(map(Decimal, (76, 95, 100, 80)))


def test_h14_without_anything_left_out_nothing_is_multiplied() -> None:
    points = {"A1": Decimal(30), "B1": Decimal(70)}
    assert scale(points, {"A1": Decimal("29.995")}, frozenset()).points == Decimal("29.995")


def test_h14_somebody_whom_nothing_concerns_has_no_base() -> None:
    with pytest.raises(ValueError, match="no indicator applies"):
        scale({"A1": Decimal(1)}, {}, frozenset({"A1"}))


@given(st.data())
def test_h14_all_points_are_100_whatever_is_left_out(data: st.DataObject) -> None:
    system = data.draw(st.sampled_from(BOOK.of_year(2026)))
    points = system.points()
    left_out = frozenset(data.draw(st.lists(st.sampled_from(sorted(points)), max_size=len(points) - 1)))
    if len(left_out) < len(points):
        assert scale(points, points, left_out).points == 100
        assert scale(points, dict.fromkeys(points, Decimal(0)), left_out).points == 0


@given(st.data())
def test_h14_scaled_points_are_monotone_in_each_score(data: st.DataObject) -> None:
    points = {f"A{n}": Decimal(data.draw(st.integers(1, 20))) for n in range(4)}
    scores = {code: Decimal(data.draw(st.integers(0, int(most) * 2))) / 2 for code, most in points.items()}
    left_out = frozenset(data.draw(st.sets(st.sampled_from(sorted(points)), max_size=3)))
    more = {**scores, "A0": points["A0"]}
    assert scale(points, more, left_out).points >= scale(points, scores, left_out).points


def test_a_method_of_a_later_release_is_read_as_none() -> None:
    system = ScoringSystem.model_validate(
        {
            "type": "T01",
            "version": "9",
            "levels": [{"indicators": [{"code": "A1", "points": "5", "method": {"kind": "auction", "figures": [1]}}]}],
            "vetoes": [],
        }
    )
    assert [one.method for one in system.indicators()] == [None]
