"""Annual inspections as clients send and see them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.registry.civil_years.policies import Outcome
from services.registry.inspections.inspection import is_late
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut

Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
WhyNot = Literal["due_not_built", "fewer_than_three_members", "no_members", "instructor_sent"]
"""Why there is no Party organization (D8)."""


class PartyBuildingIn(Body):
    """The section on Party building (S6): counts, no rosters."""

    established: Flag
    reason_not_established: WhyNot | None = None
    full_members: Count
    probationary_members: Count
    activities: Count | None = None
    """Meetings of the Party organization and other activities in the year."""
    instructor: Flag | None = None
    charter_clause: Flag | None = None
    note: Annotated[Prose | None, NoValueIsNone] = None


class InspectionBody(Body):
    """How a year's inspection ended, or its report; the day of the conclusion is today unless it is given."""

    outcome: Outcome
    party_building: PartyBuildingIn | None = None
    charity: Flag = False
    """Registered or recognised as a charity: its yearly report takes the inspection's place."""
    reported_on: Day | None = None
    concluded_on: Day | None = None
    note: Annotated[Prose | None, NoValueIsNone] = None

    def count_keys(self) -> int:
        """Those of the section too."""
        section = self.party_building
        return len(self.model_fields_set) + (0 if section is None else len(section.model_fields_set))


class InspectionLine(InspectionBody):
    """An inspection with the code of the organization and the year."""

    uscc: Annotated[str, Field(max_length=64)]
    year: Annotated[int, Field(strict=True, ge=1949, le=9999)]


class PartyBuildingOut(BaseModel):
    """The section on Party building."""

    established: bool
    reason_not_established: WhyNot | None
    full_members: int
    probationary_members: int
    activities: int | None
    instructor: bool | None
    charter_clause: bool | None
    note: str | None


class InspectionOut(BaseModel):
    """A year's inspection. `owed`: whether the organization had to file; `late`: whether it did so after the term."""

    id: UUID
    organization_id: UUID
    uscc: str
    name: str
    division: str
    year: int
    outcome: Outcome
    form: Literal["inspection", "report"]
    charity: bool
    owed: bool
    due_on: date
    late: bool
    party_building: PartyBuildingOut | None
    reported_on: date | None
    concluded_on: date
    note: str | None
    measures: str
    policy: str
    reasons: list[ReasonOut]
    recorded_by: str
    recorded_at: AwareDatetime
    version: int


class OutstandingOut(BaseModel):
    """An inspection or a report that is owed for a year and not recorded."""

    id: UUID
    """Of the organization."""
    uscc: str
    name: str
    kind: str
    division: str
    registered_on: date
    year: int
    form: Literal["inspection", "report"]
    measures: str
    policy: str
    competent_unit_due: date
    authority_due: date
    overdue: bool


class InspectionResult(BaseModel):
    """What became of one line; `line` counts from 1, `problem` is a problem document."""

    line: int
    uscc: str | None
    year: int | None
    status: int
    problem: dict[str, Any] | None


def inspection_out(row: Mapping[str, Any]) -> InspectionOut:
    """A stored inspection, with its organization's code and name."""
    return InspectionOut.model_validate({**row, "late": is_late(row["reported_on"], row["due_on"])})
