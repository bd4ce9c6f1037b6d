"""Who rates follows the affiliation (H18): city departments theirs, committees of districts theirs. Pure."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.evaluation.bodies.body import Body
from services.evaluation.raters.errors import NotTheRatingBody
from shared.db.access import Access
from shared.field.policies import Policy
from shared.superiors.policies import AffiliationPolicy
from shared.superiors.ways import acts_for

RATED = ("committee", "bonuses", "vetoes")
"""What only who rates gives: the committee's sheet, and what the catalogue names."""


class FrozenPlace(BaseModel):
    """Bodies of a level, of any of these kinds; what a later version froze beside is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    level: str
    kinds: Sequence[str]


class FrozenRaters(BaseModel):
    """Who rates by the affiliation policy that was in force when the cycle opened."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    policy: str
    raters: Sequence[FrozenPlace]
    working_bodies: Sequence[FrozenPlace]


def freeze_raters(policy: Policy[AffiliationPolicy] | None) -> dict[str, Any] | None:
    """What a cycle freezes of an affiliation policy."""
    if policy is None:
        return None
    of = policy.parameters
    places = {"raters": of.raters, "working_bodies": of.working_bodies}
    frozen = {name: [place.model_dump(mode="json") for place in those] for name, those in places.items()}
    return {"policy": policy.id, **frozen}


def bar_rater(rater: Body | None, bodies: Collection[str], access: Access, today: date) -> NotTheRatingBody | None:
    """What keeps a caller from rating; None where nothing does, or where nobody is known to rate."""
    if rater is None or acts_for(rater, bodies, access):
        return None
    return NotTheRatingBody(body=rater.code, name=rater.name_on(today))
