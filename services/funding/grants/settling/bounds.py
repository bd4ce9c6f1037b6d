"""What an amendment may make of a grant: the bounds of the scheme that raised it hold for all that it gives. Pure."""

from dataclasses import dataclass

from services.funding.amount_rules import Listed, Project
from services.funding.grants.rules import Grant
from services.funding.grants.settling.errors import OUTSIDE_BOUNDS
from services.funding.policies import Schemes
from shared.problems.problems import FieldError


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that a scheme gives in one case, both included."""

    scheme: str
    least_fen: int
    most_fen: int


def bounds_of(schemes: Schemes, grant: Grant) -> Bounds | None:
    """The range or the cap of the scheme's version that raised a grant; None where it states neither.

    Where an amount follows from counts or a kind, an amendment corrects those: the rule bounds nothing.
    """
    rule = next((one.parameters.amount for one in schemes.policies if one.id == grant.policy), None)
    if isinstance(rule, Listed):
        return Bounds(grant.policy, rule.from_fen, rule.to_fen)
    if isinstance(rule, Project) and rule.cap_fen is not None:
        return Bounds(grant.policy, 1, rule.cap_fen)
    return None


def find_outside(bounds: Bounds | None, amount_fen: int, beside_fen: int) -> list[FieldError]:
    """What is wrong with an amount; `beside_fen` is what other grants of the same case give."""
    total = amount_fen + beside_fen
    if bounds is None or bounds.least_fen <= total <= bounds.most_fen:
        return []
    facts = (
        ("total", total),
        ("least", bounds.least_fen),
        ("most", bounds.most_fen),
        ("scheme", bounds.scheme),
    )
    return [FieldError("/amount_fen", OUTSIDE_BOUNDS, facts)]
