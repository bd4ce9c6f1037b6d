"""Who is selected as "double-strong", and what a tier means: `policies/<region>/selection*.yaml` (H26-H30). Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.evaluation import ManagementLevel, ManagementMode, Tier

SELECTION_KIND = "selection"
Duty = Literal["recommendation", "visit", "assessment", "commendation"]


class TierRules(BaseModel):
    """What a tier asks for, and what it means for management."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: ManagementMode
    level: ManagementLevel
    demonstration_site: Annotated[bool, Field(strict=True)]
    stars_at_least: Annotated[int, Field(ge=0, le=5, strict=True)] | None = None
    """Of the latest completed rating; None: any, and none too."""
    seats: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    """A year, in the city or district that manages; None: as many as are assessed."""


class SelectionPolicy(BaseModel):
    """The parameters of an author's file; an unknown one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: Mapping[Tier, TierRules]
    ties: Literal["in", "out"]
    """Whether equal totals at the edge of the seats are all commended or all not (D2)."""
    visitors_min: Annotated[int, Field(ge=1, le=20, strict=True)]
    total_min: Annotated[int, Field(ge=0, le=100, strict=True)]
    quorum_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)]
    separate_steps: Sequence[Duty]

    @model_validator(mode="after")
    def _names_every_tier(self) -> Self:
        if set(self.tiers) != {"A", "B", "C"}:
            raise ValueError("tiers are A, B and C")
        return self
