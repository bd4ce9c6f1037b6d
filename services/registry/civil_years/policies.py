"""Policies of civil affairs' years: who is inspected when (`inspection.yaml`), how assessment grades are given and what
bars them (`assessment.yaml`), what a rating counts in assessment and procurement (`standing.yaml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, field_validator

from services.registry.civil_years.month_days import MonthDay
from shared.field.policies import Policy, PolicyBook, read_or_shipped

INSPECTION_KIND = "inspection"
ASSESSMENT_KIND = "assessment"
STANDING_KIND = "standing"
INSPECTED = frozenset({"social_group", "foundation", "social_service_institution", "other"})
"""Kinds of organizations that civil affairs registers."""
Grade = Literal["1A", "2A", "3A", "4A", "5A"]
Outcome = Literal["qualified", "basically_qualified", "unqualified", "report_filed", "not_filed"]
"""How an annual inspection ended; `report_filed` of charities, whose yearly report takes its place."""
Effect = Literal["inform", "deprioritize", "exclude"]
EFFECTS: tuple[Effect, ...] = ("inform", "deprioritize", "exclude")
"""What follows for government procurement, the mildest first."""
Star = Annotated[int, Field(ge=0, le=5)]
RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{0,60}$")]
Sources = Annotated[frozenset[str], Field(min_length=1)]


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InspectionTerms(_Parameters):
    """What organizations of a kind owe for a year, by which measures. Days are of the year after the inspected one."""

    measures: str
    form: Literal["inspection", "report"]
    set_up_by: MonthDay
    """Of the inspected year: who was set up later does not file."""
    competent_unit_due: MonthDay
    authority_due: MonthDay
    party_building: Literal["required", "optional"]
    """Whether the form has a section on Party building (S6)."""


class InspectionPolicy(_Parameters):
    """The measures of a region by kind of organization; kinds without an entry are not inspected."""

    sources: Sources
    """Whose registrations are inspected."""
    kinds: Mapping[str, InspectionTerms]
    charities: InspectionTerms
    """Of a charity, whatever its kind."""

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: Mapping[str, InspectionTerms]) -> Mapping[str, InspectionTerms]:
        if unknown := sorted(kinds.keys() - INSPECTED):
            raise ValueError(f"civil affairs registers no {', '.join(unknown)}")
        return kinds


class InspectionBars(_Parameters):
    """Results of annual inspections that bar any grade."""

    not_filed: bool
    unqualified: bool
    basically_qualified_years: NonNegativeInt
    """How many years in a row; 0: they never bar."""


class Validity(_Parameters):
    """How long a grade holds: years from its announcement, or calendar years from the next one on."""

    begins: Literal["announcement", "next_year"]
    years: PositiveInt


class StarCeiling(_Parameters):
    """Stars up to `stars_at_most` allow grades up to `grade_at_most` (H24)."""

    when: Literal["star"]
    rule: RuleId
    stars_at_most: Star
    grade_at_most: Grade
    sources: Sources = frozenset({"civil_affairs"})
    """Whose registrations it concerns (decision 8)."""


class NoPartyOrganizationCeiling(_Parameters):
    """Without a Party organization, at most that grade (D13)."""

    when: Literal["no_party_organization"]
    rule: RuleId
    grade_at_most: Grade
    sources: Sources = frozenset({"civil_affairs"})


class VerificationCeiling(_Parameters):
    """A verification assessment that lowered a grade or took it away caps new ones for some `months` (D13)."""

    when: Literal["verification"]
    rule: RuleId
    months: PositiveInt


Ceiling = Annotated[StarCeiling | NoPartyOrganizationCeiling | VerificationCeiling, Field(discriminator="when")]


class AssessmentPolicy(_Parameters):
    """The measures by which assessment grades are given, by the day of their announcement."""

    measures: str
    validity: Validity
    min_registered_years: NonNegativeInt
    inspection_bars: InspectionBars | None
    verification: bool
    """Whether a grade in force can be verified, and adjusted by that."""
    ceilings: tuple[Ceiling, ...]


class Weight(_Parameters):
    """How much the Party-building score counts in the assessment: `points` of its points (H23)."""

    points: Annotated[Decimal, Field(ge=0)]
    of: Annotated[Decimal, Field(gt=0)]


class StarEffect(_Parameters):
    """What stars do in procurement (H25)."""

    when: Literal["star"]
    rule: RuleId
    stars: frozenset[Star]
    effect: Effect


class InspectionEffect(_Parameters):
    """What results of the last annual inspection do in procurement."""

    when: Literal["inspection"]
    rule: RuleId
    outcomes: frozenset[Outcome]
    effect: Effect


class GradeEffect(_Parameters):
    """From that grade on there is a reason for priority; it takes none of the others back."""

    when: Literal["grade"]
    rule: RuleId
    grade_at_least: Grade
    effect: Literal["inform"]


ProcurementRule = Annotated[StarEffect | InspectionEffect | GradeEffect, Field(discriminator="when")]


class StandingPolicy(_Parameters):
    """What a rating counts in the assessment, and what follows for procurement: the strictest of all that apply."""

    score: Weight
    inspection_years: PositiveInt
    """How many years back an annual inspection counts, for grades and in procurement."""
    procurement: tuple[ProcurementRule, ...]


@dataclass(frozen=True, slots=True)
class StandingPolicies:
    """The three kinds together."""

    inspections: PolicyBook[InspectionPolicy]
    assessments: PolicyBook[AssessmentPolicy]
    standings: PolicyBook[StandingPolicy]

    def measures_of(self, division: str, year: int) -> Policy[InspectionPolicy] | None:
        """The measures by which a year is inspected: those in force when its reports begin to be due."""
        return self.inspections.in_force(division, date(year + 1, 1, 1))

    @property
    def first_year(self) -> int:
        """The first year that any measures inspect."""
        first = min(policy.effective_from for policy in self.inspections.policies)
        return first.year - (first == date(first.year, 1, 1))

    def measures_by_region(self, year: int) -> list[Policy[InspectionPolicy]]:
        """The same of every region that has its own."""
        regions = sorted({policy.region for policy in self.inspections.policies})
        found = (self.measures_of(region, year) for region in regions)
        return list({one.region: one for one in found if one is not None}.values())


def read_standing_policies(folder: Path, shipped: Path) -> StandingPolicies:
    """Those of the active folder; of a kind that an older folder does not have, the shipped ones.

    Raises as `read_policies` does.
    """
    return StandingPolicies(
        read_or_shipped(folder, shipped, INSPECTION_KIND, InspectionPolicy),
        read_or_shipped(folder, shipped, ASSESSMENT_KIND, AssessmentPolicy),
        read_or_shipped(folder, shipped, STANDING_KIND, StandingPolicy),
    )


def rank(grade: Grade) -> int:
    """1A to 5A as a number."""
    return int(grade[0])


def grade_of(number: int) -> Grade:
    """The grade of a number from 1 to 5."""
    found: Grade = f"{number}A"  # type: ignore[assignment]
    return found
