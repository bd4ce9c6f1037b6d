"""The formation policy's parameters (policies/<region>/formation.yaml)."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.incubation.territory.policies import AREAS_KIND, AreaPolicies, AreaPolicy
from shared.contracts.base import PartyOrganizationKind
from shared.field.policies import Policy, PolicyBook, read_or_shipped, read_policies
from shared.field.working_days import WorkingDaysBook, read_working_days
from shared.superiors.policies import AffiliationPolicies, read_affiliation_policies

FORMATION_KIND = "formation"
Count = Annotated[int, Field(gt=0, strict=True)]


class KindThresholds(BaseModel):
    """Members from which a general branch, a committee is due (domain 4.3, inclusive); which, `kind_counts` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    general: Count
    committee: Count

    def kind(self, members: int) -> PartyOrganizationKind:
        """The kind of a Party organization with `members` members that count."""
        if members >= self.committee:
            return "COMMITTEE"
        return "GENERAL" if members >= self.general else "BRANCH"


class Reminders(BaseModel):
    """How many working days before the due date, and beyond it, a case comes to mind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[Count, ...] = ()
    after: tuple[Count, ...] = ()


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
    joint_mend_days: Count | None = None
    """Within how many days a joint branch that has become too small is planned again, merged or dissolved; None where
    the region sets no such day."""
    neighbour_distance_m: Count
    joint_other_sector_m: Annotated[int, Field(ge=0, strict=True)] = 0
    """The metres by which a unit of another kind than its centre's counts as farther away: a preference."""
    case_due_days: Count
    kind_thresholds: KindThresholds
    kind_counts: Literal["total", "full"] = "total"
    """Whether all members count for the kind, or full members only (D6)."""
    area_instructor_required: StrictBool
    work_group_offered: StrictBool = False
    """Whether an organization none of whose full members counts is offered a work group among them (S21)."""
    deferral_requires: tuple[Literal["until", "instructor"], ...] = ()
    """What putting a case off needs."""
    deferral_max_months: Count | None = None
    """By how many months from the day of the decision a case is put off at most; None where there is no bound."""
    deferrals_max: Count | None = None
    """How often one case is put off at most; None where there is no bound."""
    reminders: Reminders = Reminders()
    escalation_working_days: Count | None = None
    """By how many working days a case is overdue when it goes to the next body above; None where none does."""

    def kind_of(self, full_members: int, total_members: int) -> PartyOrganizationKind:
        """The kind of a Party organization with these members, full and in all, by those that count for it (D6)."""
        return self.kind_thresholds.kind(full_members if self.kind_counts == "full" else total_members)

    def kind_facts(self, full_members: int, total_members: int) -> dict[str, object]:
        """What a reason about the kind rests on: which members count, how many there are, and the thresholds."""
        return {
            "kind_counts": self.kind_counts,
            "full_members": full_members,
            "total_members": total_members,
            "general_from": self.kind_thresholds.general,
            "committee_from": self.kind_thresholds.committee,
        }

    def explains_kind(self, total_members: int) -> bool:
        """Whether the kind needs a reason: it is more than a branch, or would be if all members counted."""
        return self.kind_thresholds.kind(total_members) != "BRANCH"


@dataclass(frozen=True, slots=True)
class FormationPolicies(PolicyBook[FormationPolicy]):
    """The formation policies of every region, the working days that their terms end on, the policies on areas, and
    those on where a Party organization belongs."""

    working_days: WorkingDaysBook
    areas: AreaPolicies
    affiliations: AffiliationPolicies

    def case_due_on(self, policy: Policy[FormationPolicy], division: str, day: date) -> date:
        """When a case of a division is due that is opened on a day (D9)."""
        return self.working_days.at(division, day).due_date(day, policy.parameters.case_due_days)


def read_formation_policies(folder: Path, shipped: Path) -> FormationPolicies:
    """Every formation policy of the active folder. Raises as `read_policies` does."""
    policies = read_policies(folder, FORMATION_KIND, FormationPolicy).policies
    areas = read_or_shipped(folder, shipped, AREAS_KIND, AreaPolicy)
    affiliations = read_affiliation_policies(folder, shipped)
    return FormationPolicies(policies, read_working_days(folder, shipped), areas, affiliations)
