"""What was recorded by a catalogue, in the star rule: bonus is capped, a veto dominates, a ceiling holds (D5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.catalogues.rules import Barring, CountedBonus, Recorded
from services.evaluation.ratings.rules import Rating, rate
from services.evaluation.ratings.stars import Standing, award
from services.evaluation.ratings.together import Candidate, decide_together
from services.evaluation.sheets.rules import Bonus, Sheet
from tests.evaluation.ratings.test_rules import AS_OF, POLICY, VETO, outcomes
from tests.evaluation.ratings.test_together import SYSTEM


def rated(base: str, *points: str, by_sheet: str | None = None, ceilings: tuple[int, ...] = ()) -> Rating:
    bonus = (Bonus("示范点", Decimal(by_sheet)),) if by_sheet else ()
    recorded = Recorded(
        tuple(CountedBonus(f"bonus_{n}", Decimal(one)) for n, one in enumerate(points)),
        tuple(Barring(f"veto_{n}", most) for n, most in enumerate(ceilings)),
    )
    return rate(Sheet({"A1": Decimal(base)}, bonus, ()), POLICY, AS_OF, recorded=recorded)


@pytest.mark.parametrize(
    ("base", "points", "by_sheet", "total", "star"),
    [
        ("80", ("3", "2"), None, "85.00", 4),
        ("80", ("3", "2"), "5", "90.00", 5),
        ("80", ("3", "2"), "5.01", "90.00", 5),
        ("79.99", ("10",), None, "89.99", 4),
        ("79.99", ("10",), "3", "89.99", 4),
        ("95", ("10",), None, "100.00", 5),
    ],
)
def test_d5_bonus__of_sheet_and_catalogue_together_up_to_the_cap(
    base: str, points: tuple[str, ...], by_sheet: str | None, total: str, star: int
) -> None:
    rating = rated(base, *points, by_sheet=by_sheet)
    assert (str(rating.total), rating.star) == (total, star)


def test_d5_bonus__its_reason_names_the_items() -> None:
    [reason] = [one for one in rated("80", "3", "8").reasons if one.outcome == "bonus_capped"]
    assert reason.facts == {
        "claimed": "11.00",
        "counted": "10.00",
        "cap": "10",
        "items": 2,
        "codes": ["bonus_0", "bonus_1"],
    }


@pytest.mark.parametrize(
    ("base", "ceilings", "star", "outcome"),
    [
        ("95", (2,), 2, "ceiling"),
        ("95", (3, 1), 1, "ceiling"),
        ("55", (2,), 1, "ceiling_not_reached"),
        ("60", (2,), 2, "ceiling_not_reached"),
        ("95", (0,), 0, None),
        ("95", (2, 0), 0, "ceiling"),
    ],
)
def test_d5_veto__leaves_no_star_or_its_ceiling(
    base: str, ceilings: tuple[int, ...], star: int, outcome: str | None
) -> None:
    rating = rated(base, ceilings=ceilings)
    assert rating.star == star
    assert str(rating.total) == f"{base}.00", "the total stays"
    assert [one for _, one in outcomes(rating) if one.startswith("ceiling")] == ([outcome] if outcome else [])
    assert ("R-rating", "veto" if 0 in ceilings else "no_veto") in outcomes(rating)


def test_d5_veto__of_the_sheet_and_of_the_catalogue_are_named_together() -> None:
    rating = rate(Sheet({"A1": Decimal(95)}, (), (VETO,)), POLICY, AS_OF, recorded=Recorded((), (Barring("fire", 0),)))
    [reason] = [one for one in rating.reasons if one.outcome == "veto"]
    assert (rating.star, reason.facts["vetoes"]) == (0, ["V1", "fire"])


@given(st.integers(0, 10_000), st.lists(st.integers(0, 1000), max_size=4), st.lists(st.integers(0, 5), max_size=3))
def test_d5_a_veto_dominates_whatever_the_points(base: int, points: list[int], ceilings: list[int]) -> None:
    given_points = [f"{n / 100:.2f}" for n in points]
    free = rated(f"{base / 100:.2f}", *given_points)
    barred = rated(f"{base / 100:.2f}", *given_points, ceilings=tuple(ceilings))
    assert barred.star == min([free.star, *ceilings])
    assert barred.total == free.total


def test_d5_stars_together__a_ceiling_comes_before_the_quotas() -> None:
    policy = POLICY.model_copy(update={"quota_max_bp": {5: 5000}})
    awards = award([Standing(Decimal(99), star_max=2), Standing(Decimal(95))], policy)
    assert [(one.reached, one.star, one.stepped_down) for one in awards] == [(5, 2, False), (5, 5, False)]


@pytest.mark.parametrize(
    ("code", "before", "star", "outcome"),
    [
        ("city_honour", 2, 5, "step_waived"),
        ("other", 2, 3, "one_step_a_year"),
        ("other", 4, 5, None),
        ("city_honour", 4, 5, None),
        ("city_honour", None, 5, None),
    ],
)
def test_d1_one_step_a_year__unless_an_honour_waives_it(
    code: str, before: int | None, star: int, outcome: str | None
) -> None:
    policy = POLICY.model_copy(update={"step_up_max": 1, "step_up_waived_by": ("city_honour",)})
    recorded = Recorded((CountedBonus(code, Decimal(1)),), ())
    sheet = Sheet({"A1": Decimal(92)}, (), ())
    rating = rate(sheet, policy, AS_OF, before=before, recorded=recorded)
    assert rating.star == star
    found = [why.outcome for why in rating.reasons if why.outcome in ("step_waived", "one_step_a_year")]
    assert found == ([outcome] if outcome else [])
    candidate = Candidate(sheet, SYSTEM, before=before, recorded=recorded)
    [together] = decide_together([candidate], [], policy, AS_OF, scope="2026 3301")
    assert together.rating.star == star
