"""The split of a pool (H33): to the fen, by weight, whatever the order of the list."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.funding.pools.policies import read_pool_policies
from services.funding.pools.rules import amount_of, split
from shared.problems.problems import InvalidInput
from shared.settings import REPOSITORY_POLICIES

NOW = datetime(2027, 1, 10, tzinfo=UTC)
POLICY = read_pool_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).get("330106", date(2027, 1, 10))
WEIGHTS = st.dictionaries(st.uuids(version=4), st.integers(1, 1_000_000), min_size=1, max_size=12)


def check_split(amount: int, weights: dict[UUID, int], chance: Random) -> None:
    """Whatever a pool is, and whoever has a share of it."""
    parts = split(amount, weights, "lot")
    assert sum(parts.values()) == amount
    whole = sum(weights.values())
    for one, weight in weights.items():
        assert amount * weight // whole <= parts[one] <= amount * weight // whole + 1
    ordered = sorted(weights, key=lambda one: (weights[one], parts[one]))
    assert [parts[one] for one in ordered] == sorted(parts.values()), "more weight never gets less"
    turned = list(weights.items())
    chance.shuffle(turned)
    assert split(amount, dict(turned), "lot") == parts


@settings(max_examples=1_000, deadline=None)
@given(st.integers(0, 10**15), WEIGHTS, st.randoms(use_true_random=False))
def test_h33_a_pool_splits_exactly(amount: int, weights: dict[UUID, int], chance: Random) -> None:
    check_split(amount, weights, chance)


@pytest.mark.parametrize("most_weight", [3, 1_000, 1_000_000])
@pytest.mark.parametrize("most_fen", [12, 100_000, 10**15])
def test_h33_many_pools_split_exactly(most_fen: int, most_weight: int) -> None:
    """Equal weights, equal remainders and less than a fen each are frequent among small figures."""
    chance = Random(f"{most_fen}/{most_weight}")
    for _ in range(1_500):
        recipients = [UUID(int=chance.getrandbits(128), version=4) for _ in range(chance.randint(1, 12))]
        weights = {one: chance.randint(1, most_weight) for one in recipients}
        check_split(chance.randint(0, most_fen), weights, chance)


def test_h33_ties_are_drawn_by_lot_and_not_by_age() -> None:
    recipients = [UUID(int=n) for n in range(1, 4)]
    first = Counter(
        next(one for one, part in split(1, dict.fromkeys(recipients, 1), f"pool/{n}").items() if part)
        for n in range(300)
    )
    assert set(first) == set(recipients)
    assert min(first.values()) > 50


def test_h33_the_larger_weight_comes_first_of_equal_remainders() -> None:
    small, large = UUID(int=1), UUID(int=2)
    # 5 fen by 1 and 3: quotas 1.25 and 3.75; 2 by 1 and 3: 0.5 and 1.5, so the remainders are equal.
    assert split(2, {small: 1, large: 3}, "lot") == {small: 0, large: 2}


@pytest.mark.parametrize(("share", "amount"), [(500, 50), (750, 75), (1000, 100)])
def test_h33_a_pool_is_five_to_ten_percent(share: int, amount: int) -> None:
    found, reason = amount_of(1_000, share, POLICY, NOW)
    assert (found, reason.rule, reason.facts["base_fen"]) == (amount, "H33", 1_000)


@pytest.mark.parametrize("share", [499, 1001, 0])
def test_h33_any_other_share_is_refused(share: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        amount_of(1_000, share, POLICY, NOW)
    assert refused.value.errors[0].pointer == "/share_bp"


def test_h33_rounding_never_goes_above_ten_percent() -> None:
    assert amount_of(1_005, 1_000, POLICY, NOW)[0] == 100
    assert amount_of(1_010, 500, POLICY, NOW)[0] == 51
    with pytest.raises(InvalidInput):
        amount_of(9, 1_000, POLICY, NOW)
