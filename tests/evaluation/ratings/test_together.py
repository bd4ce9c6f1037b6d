"""Ratings of all who are decided together: with reasons, none above its own total, in whatever order (D1, D2)."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import EvaluationParameters
from services.evaluation.ratings.rules import rate
from services.evaluation.ratings.together import Candidate, Decided, Held, decide_together
from services.evaluation.sheets.rules import Sheet
from tests.evaluation.ratings.test_rules import VETO
from tests.evaluation.ratings.test_stars import AS_OF, policies, with_

SYSTEM = ScoringSystem.model_validate(
    {
        "type": "T10",
        "version": "1",
        "levels": [{"code": "A", "indicators": [{"code": "A1", "points": "100"}]}],
        "vetoes": [],
    }
)


def candidate(points: str, *, vetoed: bool = False) -> Candidate:
    return Candidate(Sheet({"A1": Decimal(points)}, (), (VETO,) if vetoed else ()), SYSTEM)


def decide(candidates: list[Candidate], policy: EvaluationParameters, held: list[Held]) -> list[Decided]:
    return decide_together(candidates, held, policy, AS_OF, scope="2026 3301")


candidates = st.lists(
    st.builds(lambda n, vetoed: candidate(f"{Decimal(n) / 2}", vetoed=vetoed), st.integers(0, 200), st.booleans()),
    max_size=20,
)
earlier = st.lists(st.builds(Held, st.integers(0, 100).map(Decimal), st.integers(0, 5)), max_size=10)


@given(candidates, earlier, policies, st.randoms())
def test_d2_together_nobody_rises_and_order_decides_nothing(
    members: list[Candidate], held: list[Held], policy: EvaluationParameters, chance: Any
) -> None:
    places = list(range(len(members)))
    chance.shuffle(places)
    straight = decide(members, policy, held)
    assert decide([members[place] for place in places], policy, held) == [straight[place] for place in places]
    for one, found in zip(members, straight, strict=True):
        alone = rate(one.sheet, policy, AS_OF, system=SYSTEM)
        assert found.rating.star <= alone.star
        assert found.rating.total == alone.total
        assert found.rating.reasons[-1].facts["star"] == found.rating.star
        falls = [one for one in found.rating.reasons if one.outcome.startswith("fell_")]
        assert len(falls) == len(found.fell) == alone.star - found.rating.star


def test_d1_ranks_count_those_decided_earlier() -> None:
    found = decide([candidate("91"), candidate("70")], with_(quota_max_bp={5: 5000}), [Held(Decimal(95), 5)] * 2)
    assert [one.rating.star for one in found] == [4, 3]
    together = [reason for reason in found[0].rating.reasons if reason.outcome == "rated_together"]
    assert [reason.facts for reason in together] == [{"scope": "2026 3301", "rated": 4, "rank": 3}]
