"""An annual inspection as it is stored, and what was owed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from services.registry.civil_years.policies import InspectionTerms, Outcome
from shared.contracts.base import Reason

Form = Literal["inspection", "report"]


@dataclass(frozen=True, slots=True)
class Duty:
    """What an organization owed for a year, by which measures: whether it had to file, and until when."""

    year: int
    owed: bool
    terms: InspectionTerms
    policy: str
    set_up_by: date
    competent_unit_due: date
    authority_due: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """What is recorded of a year's inspection or report; another `recorded_at` with equal values is no change."""

    outcome: Outcome
    form: Form
    charity: bool
    owed: bool
    due_on: date
    party_building: Mapping[str, Any] | None
    reported_on: date | None
    concluded_on: date
    note: str | None
    measures: str
    policy: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """A year's inspection of an organization."""

    id: UUID
    organization_id: UUID
    division: str
    year: int
    found: Found
    reasons: list[Any]
    recorded_by: str
    recorded_at: datetime
    version: int = 1

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The inspection of a stored row."""
        found = Found(**{name: row[name] for name in FOUND})
        return cls(found=found, **{name: row[name] for name in cls.__slots__ if name != "found"})

    def revised(self, other: Self) -> Self:
        """The same inspection with what another record says of it."""
        return replace(other, id=self.id, version=self.version + 1)


FOUND = tuple(field.name for field in fields(Found))


def is_late(reported_on: date | None, due_on: date) -> bool:
    """Whether a report came after its term."""
    return reported_on is not None and reported_on > due_on
