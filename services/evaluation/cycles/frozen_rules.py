"""What a cycle freezes when it opens, and how it is read again: leniently. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.evaluation.catalogues.policies import FrozenCatalogue
from services.evaluation.policies import EvaluationParameters, RatingParameters
from services.evaluation.raters.rules import FrozenRaters
from shared.field.policies import Policy


class FrozenPolicy(BaseModel):
    """The policy of a cycle; members that a later version froze beside these are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    parameters: RatingParameters
    catalogue: FrozenCatalogue | None = None
    """Bonuses and vetoes; a cycle that was opened before there was a catalogue has none."""
    working_days: Sequence[str] = ()
    """Those after the opening, where stages are due in working days."""
    raters: FrozenRaters | None = None
    """Who rates by affiliation (H18); a cycle that was opened before there was the rule has none."""


@dataclass(frozen=True, slots=True)
class FrozenRules:
    """What a cycle goes by: its policy, and the version of each type's system."""

    policy: FrozenPolicy
    versions: Mapping[str, str]


def to_snapshot(
    policy: Policy[EvaluationParameters],
    catalogue: Mapping[str, Any] | None = None,
    working_days: Sequence[str] = (),
    raters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A policy as a cycle stores it, with the frozen catalogue of bonuses and vetoes, working days, and raters."""
    return {
        "id": policy.id,
        "source": policy.source,
        "parameters": policy.parameters.model_dump(mode="json"),
        "catalogue": catalogue,
        "working_days": list(working_days),
        "raters": raters,
    }
