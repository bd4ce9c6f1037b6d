"""What rules read of an incubator. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.incubation.incubating.policies import Grade
from shared.problems.language import Text
from shared.problems.problems import FieldError
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


_NOT_AT_WORK = Text(zh="{day} 该孵化器未在运行。", en="The incubator did not work on {day}.")
WORKED = "worked"
"""What a step of the history has that activates a closed incubator: the first day of its work before, and the day from
which on it was closed."""


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


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods in which an incubator worked, each from a day to the day of its closing (None: until further notice).

    `complete`: none is missing that lies before the first; what was activated again before they were kept has lost one.
    """

    spans: tuple[tuple[date, date | None], ...]
    complete: bool

    def meet(self, first: date, last: date) -> bool:
        """Whether it worked on one of the days from the first to the last, as far as is known."""
        if any(since <= last and (until is None or until >= first) for since, until in self.spans):
            return True
        return not self.complete and all(first < since for since, _ in self.spans)

    def faults_of(self, name: str, day: date) -> list[FieldError]:
        """What is wrong with the day of something that it did."""
        return [] if self.meet(day, day) else [FieldError(f"/{name}", _NOT_AT_WORK, (("day", day),))]


def periods_of(row: Mapping[str, Any]) -> Periods:
    """Those of a stored incubator."""
    kept = [one[WORKED] for one in row["steps"] if WORKED in one]
    spans: list[tuple[date, date | None]] = [
        (date.fromisoformat(since), date.fromisoformat(end)) for since, end in kept
    ]
    if row["activated_on"] is not None:
        spans.append((row["activated_on"], row["closed_on"]))
    return Periods(tuple(spans), len(spans) >= sum(one["step"] == "activation" for one in row["steps"]))


def worked_before(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the step says that activates an incubator again."""
    days = row["activated_on"], row["closed_on"]
    return {} if None in days else {WORKED: [day.isoformat() for day in days]}
