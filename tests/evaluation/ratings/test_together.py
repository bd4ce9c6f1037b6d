"""Ratings of all who are decided together: with reasons, none above its own total, in whatever order (D1, D2)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.catalogues.rules import Barring, CountedBonus, Recorded
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


def test_d5_together_a_recorded_veto_bars_and_a_ceiling_competes_where_it_ends() -> None:
    def recorded(points: str, *, bonus: str | None = None, star_max: int | None = None) -> Candidate:
        bonuses = (CountedBonus("site", Decimal(bonus)),) if bonus else ()
        vetoes = () if star_max is None else (Barring("accident", star_max),)
        return replace(candidate(points), recorded=Recorded(bonuses, vetoes))

    members = [recorded("89", bonus="2"), recorded("100", star_max=0), recorded("100", star_max=4), candidate("90")]
    found = decide(members, with_(quota_max_bp={5: 5000}), [])
    assert [one.rating.star for one in found] == [5, 0, 4, 5]
    assert found[0].rating.total == Decimal("91.00")
    outcomes = [one.outcome for one in found[2].rating.reasons]
    assert "ceiling" in outcomes
    assert "no_veto" in outcomes, "a ceiling bars no star by itself"
