"""From which number on a figure is shown to who sees figures alone (`policies/<region>/statistics.yaml`)."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.field.policies import PolicyBook, read_or_shipped

STATISTICS_KIND = "statistics"


class StatisticsPolicy(BaseModel):
    """Read from authors' files only: no row keeps a copy of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    show_from: Annotated[int, Field(ge=1, le=1000, strict=True)]
    """The least figure that is shown beside 0; 1 shows all."""


StatisticsPolicies = PolicyBook[StatisticsPolicy]


def read_statistics_policies(folder: Path, shipped: Path) -> StatisticsPolicies:
    """Every one of the active folder; for a folder from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, STATISTICS_KIND, StatisticsPolicy)


def least_shown(policies: StatisticsPolicies, prefix: str, on: date) -> int:
    """The least figure that is shown of a division, given as a prefix, and of all inside it: the strictest of
    those in force there.

    1 without a policy.
    """
    regions = {prefix, *(one.region for one in policies.policies if one.region.startswith(prefix))}
    found = [policies.in_force(region, on) for region in regions]
    return max((one.parameters.show_from for one in found if one is not None), default=1)
