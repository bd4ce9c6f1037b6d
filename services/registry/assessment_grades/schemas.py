"""Assessment grades, their verifications and reviews, as clients send and see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from services.registry.assessment_grades.grade import AssessmentGrade, Ending, Origin, State, Verdict, state_among
from services.registry.assessment_grades.reviews.rules import ReviewState
from services.registry.civil_years.policies import Grade
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut

Grades = Mapping[UUID, Sequence[AssessmentGrade]]


class GradeBody(Body):
    """A grade as it was announced."""

    grade: Grade
    announced_on: Day
    note: Annotated[Prose | None, NoValueIsNone] = None


class GradeCorrection(Body):
    """What was recorded wrongly, and why: another grade or day, or that there was no such announcement."""

    grade: Grade | None = None
    announced_on: Day | None = None
    withdrawn: Annotated[bool, Field(strict=True)] = False
    reason: Prose

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.withdrawn == (self.grade is not None or self.announced_on is not None):
            raise PydanticCustomError(
                "correction_unclear",
                "{en}",
                {
                    "zh": "请给出正确的等级或公告日；登记有误、并无此公告的，只填 withdrawn。",
                    "en": "Give the right grade or day; where there was no such announcement, only `withdrawn`.",
                    "pointer": "/grade",
                },
            )
        return self


class VerificationBody(Body):
    """What a verification assessment came to: `grade` is the new one where it was adjusted; its day is today unless
    it is given."""

    outcome: Verdict
    grade: Grade | None = None
    decided_on: Day | None = None
    note: Annotated[Prose | None, NoValueIsNone] = None

    @model_validator(mode="after")
    def _has_a_grade(self) -> Self:
        if (self.grade is not None) != (self.outcome == "adjusted"):
            raise PydanticCustomError(
                "verification_grade",
                "{en}",
                {
                    "zh": "调整等级的须给出新等级；其他结论不带等级。",
                    "en": "An adjustment needs the new grade, any other outcome has none.",
                    "pointer": "/grade",
                },
            )
        return self


class GradeOut(BaseModel):
    """An assessment grade: the days on which it holds, where it stands today, and why it could be given."""

    id: UUID
    organization_id: UUID
    uscc: str
    name: str
    division: str
    grade: Grade
    announced_on: date
    valid_from: date
    valid_until: date
    state: State
    origin: Origin
    follows: UUID | None
    ended_on: date | None
    ended_by: Ending | None
    measures: str
    policy: str
    reasons: list[ReasonOut]
    note: str | None
    recorded_by: str
    recorded_at: AwareDatetime
    version: int


class VerificationOut(BaseModel):
    """A verification assessment: the grade before, and after where it was adjusted."""

    id: UUID
    organization_id: UUID
    grade_id: UUID
    review_id: UUID | None
    outcome: Verdict
    before: Grade
    grade: Grade | None
    decided_on: date
    note: str | None
    decided_by: str
    decided_at: AwareDatetime


class GradeReviewOut(BaseModel):
    """A grade that something later calls in question, for people to decide on; it stays what it is until then."""

    id: UUID
    organization_id: UUID
    uscc: str
    name: str
    division: str
    grade_id: UUID
    grade: Grade
    announced_on: date
    cause: str
    state: ReviewState
    reasons: list[ReasonOut]
    opened_at: AwareDatetime
    outcome: Verdict | None
    note: str | None
    decided_by: str | None
    decided_at: AwareDatetime | None
    version: int


def grade_out(row: Mapping[str, Any], given: Grades, today: date) -> GradeOut:
    """A stored grade, with its organization's code and name, among those `given` to each organization."""
    grades = given.get(row["organization_id"], ())
    return GradeOut.model_validate({**row, "state": state_among(AssessmentGrade.of(row), grades, today)})
