"""What a rating means for an organization: star, score, ceiling, procurement effect, each with its reasons (H23–H25).

Pure: no I/O.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.registry.assessment_grades.grade import Facts, Limit, Why
from services.registry.assessment_grades.rules import ceiling_of, ceiling_word, limits_of
from services.registry.civil_years.policies import (
    EFFECTS,
    AssessmentPolicy,
    Effect,
    ProcurementRule,
    StandingPolicy,
    Weight,
    rank,
)
from shared.field.policies import Policy

_CENT = Decimal("0.01")
_FULL = 100


class Procurement(NamedTuple):
    """What follows for government procurement: the strictest of all that apply."""

    effect: Effect
    reasons: Sequence[Why]


class Standing(NamedTuple):
    """An organization's standing on a day, by the policies of its region."""

    facts: Facts
    star: Why
    score: Decimal | None
    ceiling: str | None
    limits: Sequence[Limit]
    procurement: Procurement
    assessment: Policy[AssessmentPolicy] | None
    policy: Policy[StandingPolicy] | None


def standing_of(
    facts: Facts, assessment: Policy[AssessmentPolicy] | None, policy: Policy[StandingPolicy] | None, now: datetime
) -> Standing:
    """The standing of an organization; where no policy is in force nothing is weighted, limited or advised."""
    limits = [] if assessment is None else limits_of(assessment.parameters, facts, now)
    rules = () if policy is None else policy.parameters.procurement
    return Standing(
        facts=facts,
        star=_star(facts, now),
        score=None
        if policy is None or facts.rating is None
        else points_of(policy.parameters.score, facts.rating.total),
        ceiling=ceiling_word(ceiling_of(limits)),
        limits=limits,
        procurement=procurement_of(rules, facts, now),
        assessment=assessment,
        policy=policy,
    )


def points_of(weight: Weight, total: Decimal | None) -> Decimal | None:
    """What a total out of 100 counts in the assessment, rounded half up to two decimals (H23)."""
    if total is None:
        return None
    return (total * weight.points / _FULL).quantize(_CENT, ROUND_HALF_UP)


def _star(facts: Facts, now: datetime) -> Why:
    """Decision 4: the star is that of the Party organization that covered it on 31 December of the rated year."""
    if facts.rating is None:
        return Why("R-star-covers", "not_rated", {}, now)
    given = facts.rating.facts()
    return Why("R-star-covers", f"star_{facts.rating.star}", given, now)


def procurement_of(rules: Sequence[ProcurementRule], facts: Facts, now: datetime) -> Procurement:
    """The conjunction of the recorded reasons: each rule says what follows from it, and the strictest counts."""
    found = [_consequence(rule, facts, now) for rule in rules]
    strictest = max((EFFECTS.index(effect) for effect, _ in found), default=0)
    return Procurement(EFFECTS[strictest], [reason for _, reason in found])


def _consequence(rule: ProcurementRule, facts: Facts, now: datetime) -> tuple[Effect, Why]:
    effect: Effect = "inform"
    given: dict[str, object]
    outcome: str
    # By the word, as for ceilings.
    if rule.when == "star":
        given = {} if facts.rating is None else facts.rating.facts()
        if facts.rating is not None and facts.rating.star in rule.stars:
            effect = rule.effect
        outcome = "not_rated" if facts.rating is None else effect
    elif rule.when == "inspection":
        year = max(facts.outcomes, default=None)
        given = {} if year is None else {"year": year, "outcome": facts.outcomes[year]}
        if year is not None and facts.outcomes[year] in rule.outcomes:
            effect = rule.effect
        outcome = "not_recorded" if year is None else effect
    else:
        grade = facts.grade
        given = {} if grade is None else {"grade": grade.grade, "valid_until": grade.valid_until}
        prior = grade is not None and rank(grade.grade) >= rank(rule.grade_at_least)
        outcome = "no_grade_in_force" if grade is None else "priority" if prior else effect
    return effect, Why(rule.rule, outcome, given, now)
