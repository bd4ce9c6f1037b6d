"""Policies on incubators (`incubators.yaml`): what one needs before it may work (H5, H6, D15)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import PolicyBook, read_or_shipped

INCUBATORS_KIND = "incubators"
Count = Annotated[int, Field(gt=0, strict=True)]
Grade = Literal["1A", "2A", "3A", "4A", "5A"]
"""An assessment grade, from the lowest to the highest."""


class Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IncubatorPolicy(Parameters):
    """What an incubator needs before it is activated. None: there is no such standard in the region."""

    committee_structures: tuple[PartyOrganizationKind, ...] = Field(min_length=1)
    """What its Party organization may be (H5)."""
    civil_affairs: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    """The department that its Party organization is under (H5)."""
    party_social_workers_min: Count
    """Social workers who are Party members, charged with incubating Party organizations (H6)."""
    premises_min_m2: Count | None
    operator_grade_min: Grade | None
    """The lowest grade of an operator from outside (D15)."""


IncubatorPolicies = PolicyBook[IncubatorPolicy]


def read_incubator_policies(folder: Path, shipped: Path) -> IncubatorPolicies:
    """Every policy on incubators of the active folder; of an older folder, the shipped ones.

    Raises as `read_policies` does.
    """
    return read_or_shipped(folder, shipped, INCUBATORS_KIND, IncubatorPolicy)
