"""An assessment grade as it is stored, and what is known of an organization when grades are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Self
from uuid import UUID

from services.registry.civil_years.policies import Grade, Outcome
from services.registry.organizations.organization import Content
from services.registry.published_standings.rating import Rating

Origin = Literal["assessment", "correction", "verification"]
Ending = Literal["correction", "adjustment", "revocation"]
Verdict = Literal["confirmed", "adjusted", "revoked"]
"""What a verification assessment comes to."""
State = Literal["upcoming", "in_force", "replaced", "expired", "ended", "corrected"]


@dataclass(frozen=True, slots=True)
class AssessmentGrade:
    """A grade (1A to 5A) and the days on which it holds; `follows` is the one that it took the place of."""

    id: UUID
    organization_id: UUID
    division: str
    grade: Grade
    announced_on: date
    valid_from: date
    valid_until: date
    origin: Origin
    follows: UUID | None
    ended_on: date | None
    ended_by: Ending | None
    measures: str
    policy: str
    reasons: list[Any]
    note: str | None
    recorded_by: str
    recorded_at: datetime
    version: int = 1

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The grade of a stored row."""
        return cls(**{name: row[name] for name in COLUMNS})

    def state_on(self, day: date) -> State:
        """Where it stands on a day by itself; `state_among` knows the others of its organization."""
        if self.ended_by == "correction":
            return "corrected"
        if self.ended_on is not None and self.ended_on <= day:
            return "ended"
        if day < self.valid_from:
            return "upcoming"
        return "in_force" if day <= self.valid_until else "expired"


COLUMNS = tuple(one.name for one in fields(AssessmentGrade))


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a verification assessment: the grade before, and after (None where it was revoked)."""

    outcome: Verdict
    before: Grade
    grade: Grade | None
    decided_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an organization as of a day."""

    content: Content
    day: date
    rating: Rating | None
    """The latest published one that was final (decision 3)."""
    covered: bool
    """Whether a Party organization covered it."""
    uncovered_since: date | None = None
    verification: Verification | None = None
    """The last that lowered a grade or took it away."""
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    """Of annual inspections, by year. What is not recorded was not missed: `not_filed` says that it was."""
    grade: AssessmentGrade | None = None
    """The one in force."""


class Why(NamedTuple):
    """A reason as rules give it: what a contract's `Reason` takes to build, ten thousand organizations have not.

    A tuple, as `Limit` is: seven a standing, they take a third of the time of a frozen dataclass to build.
    """

    rule: str
    outcome: str
    facts: Mapping[str, object]
    as_of: datetime

    def plain(self) -> dict[str, object]:
        """As it is stored."""
        return {"rule": self.rule, "outcome": self.outcome, "facts": self.facts, "as_of": self.as_of}


class Limit(NamedTuple):
    """What a rule allows at most (0: no grade at all, None: any), and why."""

    at_most: int | None
    reason: Why
    cause: str = ""
    """By what a review of a grade already given is opened; empty for what opens none."""


def grade_in_force(grades: Iterable[AssessmentGrade], day: date) -> AssessmentGrade | None:
    """The one in force on a day.

    A grade takes the place of the one before on its first day, for good: when it is revoked the organization
    has none, and the older one does not come back. A record that was corrected never held.
    """
    last = max((one for one in grades if _has_begun(one, day)), key=_order, default=None)
    return last if last is not None and last.state_on(day) == "in_force" else None


def lasting_on(grades: Sequence[AssessmentGrade], day: date) -> list[AssessmentGrade]:
    """Those that hold or will hold: the one in force on a day, and those that are to come."""
    in_force = grade_in_force(grades, day)
    return [one for one in grades if one is in_force or one.state_on(day) == "upcoming"]


def replaces(other: AssessmentGrade, grade: AssessmentGrade, day: date) -> bool:
    """Whether another grade had taken the place of one by a day."""
    return other.id != grade.id and _has_begun(other, day) and _order(other) > _order(grade)


def state_among(grade: AssessmentGrade, grades: Iterable[AssessmentGrade], day: date) -> State:
    """Where a grade stands on a day among those of its organization: at most one of them is in force."""
    state = grade.state_on(day)
    holds = state in ("upcoming", "in_force")
    return "replaced" if holds and any(replaces(other, grade, day) for other in grades) else state


def _has_begun(grade: AssessmentGrade, day: date) -> bool:
    if grade.ended_by == "correction" or day < grade.valid_from:
        return False
    return grade.ended_on is None or grade.ended_on >= grade.valid_from


def _order(grade: AssessmentGrade) -> tuple[date, datetime]:
    return grade.announced_on, grade.recorded_at
