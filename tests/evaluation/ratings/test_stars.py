"""Stars against a table written by hand: every boundary, veto, step, quota and tie (D1, D2, D14, H19)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.evaluation.policies import EvaluationParameters, RatingParameters
from services.evaluation.ratings.rules import rate
from services.evaluation.ratings.stars import Standing, award
from services.evaluation.sheets.rules import Bonus, Sheet, Veto
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.ratings.star_cases import LAGGARDS, ONE, TOGETHER
from tests.evaluation.ratings.test_rules import POLICY, VETO

AS_OF = datetime(2026, 12, 1, tzinfo=UTC)


def profile(name: str) -> EvaluationParameters:
    path = REPOSITORY_POLICIES / "examples" / name / "evaluation.yaml"
    return EvaluationParameters.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))["parameters"])


def with_(**changes: Any) -> EvaluationParameters:
    return EvaluationParameters.model_validate(POLICY.model_dump() | changes)


QUOTAS = {5: 1000, 4: 3000}
POLICIES = {
    "D": POLICY,
    "T": profile("tianjin-2016"),
    "S": profile("three-star"),
    "Z": with_(step_up_max=1),
    "Q": with_(quota_max_bp=QUOTAS),
    "I": with_(quota_max_bp=QUOTAS, ties="in"),
    "P": with_(quota_max_bp={5: 2000, 4: 2000, 3: 2000, 1: 0}),
}


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.strip()]


def standings(totals: str) -> list[Standing]:
    return [Standing(Decimal(one.rstrip("v")), vetoed=one.endswith("v")) for one in totals.split()]


def test_the_table_has_all_its_cases() -> None:
    assert len({*lines(ONE), *lines(TOGETHER), *lines(LAGGARDS)}) == 220


@pytest.mark.parametrize("line", lines(ONE))
def test_d1_h19_one_by_hand(line: str) -> None:
    policy, points, bonus, veto, before, star = line.split()
    sheet = Sheet(
        {"A1": Decimal(points)},
        (Bonus("示范点", Decimal(bonus)),) if bonus != "0" else (),
        (VETO,) if veto == "v" else (),
    )
    rating = rate(sheet, POLICIES[policy], AS_OF, before=None if before == "-" else int(before))
    assert rating.star == int(star)
    assert rating.reasons[-1].outcome == (f"star_{star}" if star != "0" else "no_star")


@pytest.mark.parametrize("line", lines(TOGETHER))
def test_d2_together_by_hand(line: str) -> None:
    policy, totals, stars = line.split("|")
    found = award(standings(totals), POLICIES[policy.strip()])
    assert [one.star for one in found] == list(map(int, stars.split()))


@pytest.mark.parametrize("line", lines(LAGGARDS))
def test_d14_laggards_by_hand(line: str) -> None:
    policy, totals, marks = line.split("|")
    found = award(standings(totals), POLICIES[policy.strip()])
    assert [one.laggard for one in found] == [mark == "x" for mark in marks.split()]


def test_d1_not_rated_is_not_zero() -> None:
    """Who was never rated rises to what it reaches; who had no star rises by one."""
    never, none = award([Standing(Decimal(95)), Standing(Decimal(95), before=0)], POLICIES["Z"])
    assert (never.star, none.star, none.stepped_down) == (5, 1, True)


def test_d1_honours_waive_the_step() -> None:
    [one] = award([Standing(Decimal(95), before=1, step_waived=True)], POLICIES["Z"])
    assert (one.star, one.stepped_down) == (5, False)


def test_d1_who_may_not_hold_five_stars_takes_no_place_of_the_quota() -> None:
    policy = with_(step_up_max=1, quota_max_bp={5: 1000})
    rated = [Standing(Decimal(99), before=1), Standing(Decimal(91)), *[Standing(Decimal(75))] * 8]
    assert [one.star for one in award(rated, policy)][:2] == [2, 5]


def test_d2_who_falls_by_a_quota_is_named_with_the_star() -> None:
    found = award(standings("95 95 95 79 79"), POLICIES["P"])
    assert [one.fell for one in found] == [(5, 4, 3)] * 3 + [(3,)] * 2
    assert found[0].reached == 5


def test_d1_the_step_has_its_reason() -> None:
    rating = rate(Sheet({"A1": Decimal(95)}, (), ()), POLICIES["Z"], AS_OF, before=2)
    reason = next(one for one in rating.reasons if one.outcome == "one_step_a_year")
    assert reason.facts == {"star_by_total": 5, "star_before": 2, "step_up_max": 1, "star": 3}


rated_together = st.lists(
    st.builds(
        Standing,
        total=st.integers(0, 200).map(lambda n: Decimal(n) / 2),
        vetoed=st.booleans(),
        before=st.none() | st.integers(0, 5),
        step_waived=st.booleans(),
    ),
    max_size=40,
)
policies = st.builds(
    lambda quotas, ties, step, laggards: with_(
        quota_max_bp=quotas, ties=ties, step_up_max=step, laggards_min_bp=laggards
    ),
    st.dictionaries(st.integers(1, 5), st.integers(0, 10_000)),
    st.sampled_from(["in", "out"]),
    st.none() | st.integers(1, 5),
    st.integers(0, 10_000),
)
WITHOUT = RatingParameters.model_validate(POLICY.model_dump())


@given(rated_together, policies)
def test_d2_quotas_never_promote_and_veto_dominates(rated: list[Standing], policy: EvaluationParameters) -> None:
    alone, found = award(rated, WITHOUT), award(rated, policy)
    assert all(one.star <= before.star for one, before in zip(found, alone, strict=True))
    assert all(one.star == 0 and one.laggard for one, given in zip(found, rated, strict=True) if given.vetoed)


@given(rated_together, policies, st.randoms())
def test_d2_nothing_is_decided_by_order(rated: list[Standing], policy: EvaluationParameters, chance: Any) -> None:
    places = list(range(len(rated)))
    chance.shuffle(places)
    shuffled = award([rated[place] for place in places], policy)
    straight = award(rated, policy)
    assert shuffled == [straight[place] for place in places]


@given(rated_together, policies)
def test_d2_quotas_hold_where_ties_are_out(rated: list[Standing], policy: EvaluationParameters) -> None:
    found = award(rated, policy)
    for star, share in policy.quota_max_bp.items():
        if policy.ties == "out":
            assert sum(one.star == star for one in found) * 10_000 <= share * len(rated)
    assert sum(one.laggard for one in found) * 10_000 >= policy.laggards_min_bp * len(rated)


@given(rated_together, policies, st.integers(0, 39))
def test_d1_more_points_never_mean_fewer_stars(rated: list[Standing], policy: EvaluationParameters, at: int) -> None:
    if not rated:
        return
    place = at % len(rated)
    one = rated[place]
    better = Standing(one.total + 5, vetoed=one.vetoed, before=one.before, step_waived=one.step_waived)
    after = award([*rated[:place], better, *rated[place + 1 :]], policy)
    if policy.ties == "in" or not any(other.total == better.total for other in rated):
        assert after[place].star >= award(rated, policy)[place].star


THREE = [{"star": n, "at_least": str(n * 10)} for n in (3, 2, 1)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"appeal_days": 15}, "Extra inputs are not permitted"),
        ({"cadence_years": 6}, "less than or equal to 5"),
        ({"cutoffs": [{"star": 5, "at_least": "90"}]}, "cutoffs name each star from 1 to 5 once"),
        ({"scale": 3}, "cutoffs name each star from 1 to 3 once"),
        ({"cutoffs": []}, "cutoffs name each star from 1 to 1 once"),
        ({"cutoffs": [{"star": n, "at_least": str(n * 10)} for n in (1, 2, 2)]}, "each star from 1 to 2 once"),
        ({"cutoffs": THREE, "quota_max_bp": {4: 100}}, "quotas of stars beyond the scale"),
        (
            {"cutoffs": [{"star": n, "at_least": str(100 - n * 10)} for n in range(1, 6)]},
            "a higher star has a higher cut-off",
        ),
        ({"total_cap": "80"}, "nobody reaches 90"),
        ({"quota_max_bp": {6: 100}}, "less than or equal to 5"),
        ({"quota_max_bp": {5: 10_001}}, "less than or equal to 10000"),
        ({"ties": "by_id"}, "'in' or 'out'"),
        ({"step_up_max": 0}, "greater than or equal to 1"),
        ({"laggards_min_bp": -1}, "greater than or equal to 0"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        with_(**changes)


def test_d1_the_scale_is_that_of_the_cutoffs_where_none_is_named() -> None:
    policy = with_(cutoffs=THREE)
    rating = rate(Sheet({"A1": Decimal(30)}, (), ()), policy, AS_OF)
    assert (policy.scale, rating.star) == (None, 3)
    assert with_(cutoffs=THREE, quota_max_bp={3: 100}).quota_max_bp == {3: 100}


def test_a_veto_has_its_evidence() -> None:
    rating = rate(Sheet({"A1": Decimal(95)}, (), (Veto("V1", "材料不实", "核查记录"),)), POLICY, AS_OF)
    assert (rating.star, rating.reasons[-1].facts["star_by_total"]) == (0, 5)


@given(rated_together, rated_together, policies, st.randoms())
def test_d2_who_was_decided_earlier_keeps_star_and_seat(
    rated: list[Standing], before: list[Standing], policy: EvaluationParameters, chance: Any
) -> None:
    """The others never rise above their total by that, and no seat is given twice."""
    held = [Standing(one.total, held=found.star) for one, found in zip(before, award(before, policy), strict=True)]
    together = [*held, *rated]
    chance.shuffle(together)
    found = award(together, policy)
    alone = award(rated, WITHOUT)
    by_standing = {one: alone[place].star for place, one in enumerate(rated)}
    for one, given_star in zip(together, found, strict=True):
        assert given_star.star == one.held if one.held is not None else given_star.star <= by_standing[one]
    for star, share in policy.quota_max_bp.items():
        new = sum(given.star == star and one.held is None for one, given in zip(together, found, strict=True))
        kept = sum(one.held == star for one in held)
        if policy.ties == "out":
            assert new <= max(0, share * len(together) // 10_000 - kept)


def test_d1_a_fall_names_rank_seats_and_competitors() -> None:
    found = award(standings("96 95 94 93 70"), with_(quota_max_bp={5: 4000}))
    [fall] = found[3].falls
    assert (fall.star, fall.rank, fall.competing, fall.seats, fall.rated, fall.tied) == (5, 4, 4, 2, 5, 0)
    tie = award(standings("96 95 95 70 60"), with_(quota_max_bp={5: 4000}))[1].falls[0]
    assert (tie.rank, tie.tied) == (2, 2)
