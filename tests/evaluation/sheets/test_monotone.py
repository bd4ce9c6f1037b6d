"""From facts to the total: a better fact at any indicator never lowers it, all best facts are 100 (H14)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.indicator_systems.methods import Graded, Method
from services.evaluation.indicator_systems.scoring import Rated
from services.evaluation.ratings.rules import Rating, rate
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import NOT_APPLICABLE
from tests.evaluation.ratings.test_rules import AS_OF, POLICY
from tests.evaluation.sheets.test_facts import everything, system

TYPES = [f"T{n:02}" for n in range(1, 12)]
RATED = st.builds(
    Rated,
    st.sampled_from(["standalone", "joint", "functional"]),
    st.sampled_from(["BRANCH", "GENERAL", "COMMITTEE"]),
    st.sampled_from([None, 1, 2, 5, 12]),
)


def ladder(method: Method) -> list[Any]:
    """Facts from the worst to the best."""
    match method.kind:
        case "graded":
            assert isinstance(method, Graded)
            return [grade.code for grade in reversed(method.grades)]
        case "yes_no":
            return [False, True]
        case "counted":
            return list(range(15))
        case "deduction":
            return list(range(14, -1, -1))
    return [{"part": part, "whole": 12} for part in range(13)]


def total(code: str, rated: Rated, facts: dict[str, Any]) -> Rating:
    found = system(code)
    given_facts = {name: {"value": value, "evidence": "甲"} for name, value in facts.items()}
    sheet, errors = read_facts(given_facts, found, rated, bonus=(), vetoes=())
    assert errors == []
    return rate(sheet, POLICY, AS_OF, system=found, not_for=found.not_for(rated))


@settings(deadline=None, max_examples=200)
@given(st.data(), st.sampled_from(TYPES), RATED)
def test_h14_a_better_fact_at_any_indicator_never_lowers_the_total(
    data: st.DataObject, code: str, rated: Rated
) -> None:
    found = system(code)
    indicators = [one for one in found.indicators() if one.code not in found.not_for(rated)]
    facts: dict[str, Any] = {}
    for one in indicators:
        assert one.method is not None
        facts[one.code] = data.draw(st.sampled_from(ladder(one.method)))
        if one.absent_when is not None and data.draw(st.booleans()):
            facts[one.code] = NOT_APPLICABLE
    chosen = data.draw(st.sampled_from([one for one in indicators if facts[one.code] != NOT_APPLICABLE]))
    assert chosen.method is not None
    steps = ladder(chosen.method)
    better = data.draw(st.sampled_from(steps[steps.index(facts[chosen.code]) :]))
    before, after = total(code, rated, facts), total(code, rated, facts | {chosen.code: better})
    assert after.total >= before.total
    assert after.star >= before.star


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(TYPES), RATED)
def test_h14_the_best_facts_are_100_whatever_does_not_apply(data: st.DataObject, code: str, rated: Rated) -> None:
    found = system(code)
    facts = everything(code, rated)
    absent = [one.code for one in found.indicators() if one.absent_when is not None and one.code in facts]
    left = data.draw(st.lists(st.sampled_from(absent), unique=True)) if absent else []
    rating = total(code, rated, facts | dict.fromkeys(left, NOT_APPLICABLE))
    assert (str(rating.total), rating.star) == ("100.00", 5)
    scaled = [one.facts for one in rating.reasons if one.outcome == "scaled"]
    left_out = bool(left) or bool(found.not_for(rated))
    assert [(one["absent"], one["not_for_them"]) for one in scaled] == (
        [(sorted(left), sorted(found.not_for(rated)))] if left_out else []
    ), "what was left out is shown"
