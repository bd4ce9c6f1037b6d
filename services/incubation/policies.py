"""The formation policy's parameters (policies/<region>/formation.yaml)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveInt

from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import PolicyBook


class KindThresholds(BaseModel):
    """Total members from which a general branch, a committee is due (domain 4.3, inclusive)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    general: PositiveInt
    committee: PositiveInt

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
    standalone_min_full_members: PositiveInt
    joint_min_full_members: PositiveInt
    joint_max_units: PositiveInt
    joint_max_members: PositiveInt | None = None
    """The most members, full and probationary, of a joint branch; None where the region has no limit."""
    neighbour_distance_m: PositiveInt
    case_due_days: PositiveInt
    kind_thresholds: KindThresholds
    area_instructor_required: bool


FormationPolicies = PolicyBook[FormationPolicy]
