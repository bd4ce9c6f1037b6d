"""What rules read of an incubator. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.incubation.incubating.policies import Grade
from shared.problems.transitions import Transitions

IncubatorState = Literal["preparing", "active", "closed"]
IncubatorStep = Literal["activation", "closing"]
TRANSITIONS: Transitions[IncubatorState, IncubatorStep] = Transitions(
    "incubator",
    {
        ("preparing", "activation"): "active",
        ("active", "closing"): "closed",
        # One that is closed may be founded again.
        ("closed", "activation"): "active",
    },
)


@dataclass(frozen=True, slots=True)
class Incubator:
    """An incubator; `committee` is the code of its Party organization among the superior bodies."""

    id: UUID
    code: str
    name: str
    division: str
    street: str | None
    state: IncubatorState
    committee: str | None
    operator: Mapping[str, Any] | None
    premises: Mapping[str, Any] | None
    capacity: int
    social_workers: int
    party_social_workers: int
    activated_on: date | None
    closed_on: date | None
    version: int

    @property
    def area_m2(self) -> int | None:
        """The area of its premises."""
        return None if self.premises is None else self.premises["area_m2"]

    @property
    def outside_grade(self) -> tuple[bool, Grade | None]:
        """Whether somebody from outside operates it, and the operator's assessment grade."""
        return (False, None) if self.operator is None else (self.operator["outside"], self.operator["grade"])
