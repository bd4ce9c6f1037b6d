"""Who makes the industry's first check: the body that the Party organization belongs to (H18, D4). Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from services.evaluation.first_checks.errors import NoFirstCheck, NotTheIndustryBody
from services.evaluation.stage_policies import FirstCheckRules
from shared.problems.problems import Problem

STAGE = "first_check"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """The superior body of a Party organization: its code, by which kind of affiliation, its name; None: none known."""

    body: str | None
    kind: str | None
    name: str | None


def bar_first_check(rules: FirstCheckRules | None, affiliation: Affiliation, bodies: Collection[str]) -> Problem | None:
    """What keeps a caller who acts for these bodies from the first check; None where nothing does.

    A token that names no body acts for none here: evaluation knows no bodies, and cannot tell which are of a division.
    """
    if rules is None or affiliation.body is None or not rules.concerns(affiliation.kind):
        return NoFirstCheck(affiliated_as=affiliation.kind or "-")
    if affiliation.body not in bodies:
        return NotTheIndustryBody(body=affiliation.body, name=affiliation.name or affiliation.body)
    return None
