"""Which data source precedes which, for each part of an organization (`policies/<region>/precedence.yaml`)."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.registry.claim_terms.parts import PARTS, SAYERS, Part, Sayer
from shared.field.policies import PolicyBook, read_or_shipped

PRECEDENCE_KIND = "precedence"


class Order(BaseModel):
    """The sources of one part, the strongest first; of those in one list the later one holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: tuple[tuple[Sayer, ...], ...]
    holds_days: Annotated[int, Field(ge=1, le=36_500, strict=True)] | None
    """After how many days what a stronger source said no longer stands against a weaker one; null: it always does."""

    def rank(self, sayer: Sayer) -> int:
        """Its place, 0 for the strongest."""
        return next(place for place, equal in enumerate(self.order) if sayer in equal)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        found = Counter(one for equal in self.order for one in equal)
        wrong = [one for one in SAYERS if found[one] != 1]
        if wrong:
            raise ValueError(f"named once each: {', '.join(wrong)}")
        return self


class PrecedencePolicy(BaseModel):
    """Read from authors' files only: a conflict keeps who said what, not the policy."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: Mapping[Part, Order]

    @model_validator(mode="after")
    def _all(self) -> Self:
        missing = [part for part in PARTS if part not in self.parts]
        if missing:
            raise ValueError(f"parts without an order: {', '.join(missing)}")
        return self


PrecedencePolicies = PolicyBook[PrecedencePolicy]


def read_precedence_policies(folder: Path, shipped: Path) -> PrecedencePolicies:
    """Every one of the active folder; for a folder from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, PRECEDENCE_KIND, PrecedencePolicy)
