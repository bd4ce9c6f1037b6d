"""Budgets, per region and day: `policies/<region>/budgets*.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.funding.policies import Channel, Source
from shared.field.policies import PolicyBook, read_or_shipped

BUDGETS_KIND = "budgets"


class BudgetParameters(BaseModel):
    """Of which sources grants need an appropriation, when an answer warns, and what goes on at the year's end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    required_sources: tuple[Source, ...]
    warn_from_bp: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    source_of_channel: Mapping[Channel, Source]
    carried_sources: tuple[Source, ...]


BudgetPolicies = PolicyBook[BudgetParameters]


def read_budget_policies(folder: Path, shipped: Path) -> BudgetPolicies:
    """Every policy on budgets of the active folder; of an older folder, the shipped ones."""
    return read_or_shipped(folder, shipped, BUDGETS_KIND, BudgetParameters)
