"""What a star means by a policy's parameters: asked by what derives consequences, and by what-ifs. Pure."""

from collections.abc import Iterable
from typing import Literal

from services.evaluation.consequences.deriving.policies import (
    EFFECTS,
    CeilingRule,
    ConsequenceParameters,
    Effect,
    ProcurementRule,
)

Opinion = Literal["rectification", "improvement"]


def is_low(star: int, rules: ConsequenceParameters) -> bool:
    """Whether the star itself asks for a rectification (H20)."""
    return rules.rectification is not None and star in rules.rectification.stars


def is_behind(rules: ConsequenceParameters, *, laggard: bool) -> bool:
    """Whether a laggard is listed and rectified, whatever the star (D14)."""
    return laggard and rules.rectification is not None and rules.rectification.laggards


def opinion_of(star: int, rules: ConsequenceParameters, *, laggard: bool) -> Opinion | None:
    """Which opinion is given (H20)."""
    if is_low(star, rules) or is_behind(rules, laggard=laggard):
        return "rectification"
    return "improvement" if rules.improvement is not None and star in rules.improvement.stars else None


def is_talked_to(star: int, rules: ConsequenceParameters) -> bool:
    """Whether an admonition talk is held (H22)."""
    return rules.talk is not None and star in rules.talk.stars


def is_nominated(star: int, rules: ConsequenceParameters) -> bool:
    """Whether the star is the main basis of a nomination (H21)."""
    return rules.nomination is not None and star in rules.nomination.stars


def ceiling_of(star: int, ceilings: Iterable[CeilingRule]) -> str | None:
    """The highest assessment grade that is left (H24)."""
    limits = [
        rule.grade_at_most
        for rule in ceilings
        if rule.when == "star" and rule.stars_at_most is not None and star <= rule.stars_at_most
    ]
    return min((limit for limit in limits if limit is not None), default=None)


def procurement_of(star: int, rules: Iterable[ProcurementRule]) -> Effect:
    """The strictest effect in government procurement (H25)."""
    found = [EFFECTS.index(rule.effect) for rule in rules if rule.when == "star" and star in rule.stars]
    return EFFECTS[max(found, default=0)]
