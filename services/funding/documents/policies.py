"""How a year's grants are evaluated, per region and day: `policies/<region>/performance*.yaml`."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.field.policies import PolicyBook, read_or_shipped

PERFORMANCE_KIND = "performance"
Points = Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)]


class PerformanceParameters(BaseModel):
    """The points of the budget's execution, and those that the weights of all indicators add up to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    execution_points: Points
    indicator_points: Points


PerformancePolicies = PolicyBook[PerformanceParameters]


def read_performance_policies(folder: Path, shipped: Path) -> PerformancePolicies:
    """Every policy on performance of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, PERFORMANCE_KIND, PerformanceParameters)
