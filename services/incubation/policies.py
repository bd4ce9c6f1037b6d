"""The formation policy's parameters (policies/<region>/formation.yaml)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import PolicyBook

Count = Annotated[int, Field(gt=0, strict=True)]


class KindThresholds(BaseModel):
    """Total members from which a general branch, a committee is due (domain 4.3, inclusive)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    general: Count
    committee: Count

    def kind(self, total_members: int) -> PartyOrganizationKind:
        """The kind of a Party organization with `total_members` members."""
        if total_members >= self.committee:
            return "COMMITTEE"
        return "GENERAL" if total_members >= self.general else "BRANCH"


class FormationPolicy(BaseModel):
    """Which members count and from how many on; the limits of joint branches; when a case is due.

    Read from authors' files only: no row keeps a copy of it, a check keeps the policy's id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    counted: Literal["full_members", "full_members_full_time"]
    standalone_min_full_members: Count
    joint_min_full_members: Count
    joint_max_units: Count
    joint_max_members: Count | None = None
    """The most members, full and probationary, of a joint branch; None where the region has no limit."""
    neighbour_distance_m: Count
    case_due_days: Count
    kind_thresholds: KindThresholds
    area_instructor_required: StrictBool


FormationPolicies = PolicyBook[FormationPolicy]
