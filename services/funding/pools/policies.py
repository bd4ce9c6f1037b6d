"""Award pools, per region and day: `policies/<region>/award_pools*.yaml` (H33)."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.field.policies import PolicyBook, read_or_shipped

POOLS_KIND = "award_pools"
Share = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class PoolParameters(BaseModel):
    """How much of the certified retained dues a pool may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share_min_bp: Share
    share_max_bp: Share

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.share_min_bp > self.share_max_bp:
            raise ValueError("share_min_bp is above share_max_bp")
        return self


PoolPolicies = PolicyBook[PoolParameters]


def read_pool_policies(folder: Path, shipped: Path) -> PoolPolicies:
    """Every policy on award pools of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, POOLS_KIND, PoolParameters)
