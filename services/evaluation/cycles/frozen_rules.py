"""What a cycle freezes when it opens, and how it is read again: leniently. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.evaluation.catalogues.policies import FrozenCatalogue
from services.evaluation.policies import EvaluationParameters, RatingParameters
from shared.field.policies import Policy


class FrozenPolicy(BaseModel):
    """The policy of a cycle; members that a later version froze beside these are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    parameters: RatingParameters
    catalogue: FrozenCatalogue | None = None
    """Bonuses and vetoes; a cycle that was opened before there was a catalogue has none."""


@dataclass(frozen=True, slots=True)
class FrozenRules:
    """What a cycle goes by: its policy, and the version of each type's system."""

    policy: FrozenPolicy
    versions: Mapping[str, str]


def to_snapshot(policy: Policy[EvaluationParameters], catalogue: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A policy as a cycle stores it, with the frozen catalogue of bonuses and vetoes."""
    parameters = policy.parameters.model_dump(mode="json")
    return {"id": policy.id, "source": policy.source, "parameters": parameters, "catalogue": catalogue}
