"""What follows from which star, by policy data alone; what a correction changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.consequences.deriving.policies import ConsequencePolicies, Measures, read_consequence_policies
from services.evaluation.consequences.deriving.rules import Due, FinalRating, Stored, correct, derive
from shared.db.base import new_id
from shared.settings import REPOSITORY_POLICIES

BOOKS: ConsequencePolicies = read_consequence_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)


def rating(star: int, total: str = "45", **changes: Any) -> FinalRating:
    values: dict[str, Any] = {
        "evaluation_id": new_id(),
        "cycle_id": new_id(),
        "year": 2026,
        "party_organization_id": new_id(),
        "party_organization_name": "示例党支部",
        "form": "standalone",
        "division": "330106",
        "total": Decimal(total),
        "star": star,
        "laggard": False,
        "published_on": date(2027, 2, 1),
        "final_on": date(2027, 2, 10),
        "completed_at": datetime(2027, 2, 10, tzinfo=UTC),
        "sequence": 1,
        "corrects": None,
    }
    return FinalRating(**values | changes)


def measures(division: str = "330106") -> Measures:
    return BOOKS.measures(division, 2026, date(2027, 2, 10))


def due(one: FinalRating, *kinds: str | None) -> dict[str, Due]:
    found = derive(one, measures(), kinds or ("social_group",))
    assert len({each.kind for each in found}) == len(found)
    return {each.kind: each for each in found}


LOW = {"rectification", "talk", "ceiling", "score_letter", "procurement"}
MIDDLE = {"improvement", "score_letter", "procurement"}


@pytest.mark.parametrize(
    ("star", "kinds"), [(0, LOW), (1, LOW), (2, MIDDLE), (3, MIDDLE), (4, MIDDLE), (5, MIDDLE | {"nomination"})]
)
def test_h20_h21_h22_h24_each_star_has_what_follows_from_it(star: int, kinds: set[str]) -> None:
    assert {*due(rating(star))} == kinds


def test_h23_score__counts_by_the_weight_of_the_policy_rounded_half_up() -> None:
    effect = due(rating(3, "77.25"))["score_letter"].effect
    assert (effect["total"], effect["points"], effect["of"]) == ("77.25", "7.73", "100")


def test_h24_ceiling__is_that_of_the_assessment_policy() -> None:
    assert due(rating(1))["ceiling"].effect["grade_at_most"] == "2A"
    assert "ceiling" not in due(rating(2))


@pytest.mark.parametrize(("star", "effect"), [(0, "deprioritize"), (1, "deprioritize"), (2, "inform"), (5, "inform")])
def test_h25_procurement__the_effect_is_that_of_the_policy(star: int, effect: str) -> None:
    assert due(rating(star))["procurement"].effect["effect"] == effect


def test_h25_procurement__the_strictest_of_a_region_counts() -> None:
    given = measures()
    assert given.standing is not None
    stricter = given.standing.parameters.model_copy(
        update={"procurement": [*given.standing.parameters.procurement, _rule("exclude"), _rule("inform")]}
    )
    found = derive(rating(0), replace(given, standing=replace(given.standing, parameters=stricter)), ["social_group"])
    [effect] = [one.effect["effect"] for one in found if one.kind == "procurement"]
    assert effect == "exclude"


def _rule(effect: str) -> Any:
    given = measures().standing
    assert given is not None
    return given.parameters.procurement[0].model_copy(update={"when": "star", "stars": [0], "effect": effect})


def test_decision_8_firms__have_no_ceiling_and_no_letter_but_everything_else() -> None:
    assert {*due(rating(0), "law_firm", "accounting_firm")} == LOW - {"ceiling", "score_letter"}
    both = due(rating(0), "law_firm", "social_group")
    assert {*both} == LOW
    assert (both["ceiling"].effect["organizations"], both["ceiling"].effect["by_civil_affairs"]) == (2, 1)


def test_decision_4_nobody_covered__concerns_the_party_organization_alone() -> None:
    assert {one.kind for one in derive(rating(0), measures(), [])} == {"rectification", "talk"}


def test_d14_laggard__is_listed_and_rectified_whatever_its_star() -> None:
    found = due(rating(3, "71", laggard=True))
    assert {*found} == {"rectification", "laggard", "score_letter", "procurement"}
    assert (found["rectification"].reason.rule, found["laggard"].reason.rule) == ("R-laggard", "R-laggard")
    assert due(rating(0, laggard=True))["rectification"].reason.rule == "H20"


def test_reasons__have_rule_facts_and_day() -> None:
    reason = due(rating(1))["rectification"].reason
    assert (reason.rule, reason.outcome, reason.as_of) == ("H20", "rectification", datetime(2027, 2, 10, tzinfo=UTC))
    assert reason.facts["star"] == 1
    assert reason.facts["final_on"] == "2027-02-10"


def stored(one: Due, state: str, **changes: Any) -> Stored:
    return Stored(new_id(), one.kind, state, {**one.effect, **changes})  # type: ignore[arg-type]


def changes_of(before: int, after: int, total: str, **states: str) -> tuple[dict[str, str], set[str]]:
    had = [stored(one, states.get(one.kind, "open")) for one in derive(rating(before), measures(), ["social_group"])]
    had = [replace(one, state="in_effect") if one.kind in ("ceiling", "procurement") else one for one in had]
    now = rating(after, total, sequence=2, corrects=1)
    found = correct(now, had, derive(now, measures(), ["social_group"]))
    assert all(reason.rule == "R-corrected" and reason.facts["corrects"] == 1 for _, _, reason in found.stored)
    return {one.kind: change for one, change, _ in found.stored}, {one.kind for one in found.new}


def test_correction__keeps_what_still_follows_and_supersedes_what_does_not() -> None:
    before, new = changes_of(0, 3, "75")
    assert before == {
        "rectification": "superseded",
        "talk": "superseded",
        "ceiling": "superseded",
        "score_letter": "kept",
        "procurement": "kept",
    }
    assert new == {"improvement"}


def test_correction__leaves_what_was_done_and_sends_another_letter() -> None:
    before, new = changes_of(0, 3, "75", rectification="closed", talk="closed", score_letter="sent")
    assert (before["rectification"], before["talk"], before["score_letter"]) == ("done", "done", "superseded")
    assert new == {"improvement", "score_letter"}
    before, new = changes_of(0, 1, "52", rectification="closed", talk="closed", score_letter="closed")
    assert (before["rectification"], before["talk"], before["score_letter"]) == ("kept", "kept", "superseded")
    assert new == {"score_letter"}


def test_correction__to_the_same_rating_changes_nothing() -> None:
    before, new = changes_of(0, 0, "45", score_letter="sent")
    assert {*before.values()} == {"kept"}
    assert new == set()


def test_policies__regions_may_ask_for_less() -> None:
    given = measures()
    assert given.consequences is not None
    none = given.consequences.parameters.model_copy(
        update={"talk": None, "rectification": None, "nomination": None, "score_letter": None}
    )
    other = replace(given, consequences=replace(given.consequences, parameters=none))
    assert {one.kind for one in derive(rating(0), other, ["social_group"])} == {"ceiling", "procurement"}
    empty = Measures(None, None, None)
    assert derive(rating(0), empty, ["social_group"]) == []
