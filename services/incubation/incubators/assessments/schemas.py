"""Assessments as clients send and see them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.problems.inputs import Body, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut
from shared.web.steps import NextStepOut, StepOut

Score = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Scores = Annotated[Mapping[Annotated[str, Field(max_length=8)], Score], Field(min_length=1, max_length=60)]
AssessmentState = Literal["put", "completed"]


class AssessmentSheet(Body):
    """The incubator's own scores, by the code of the indicator: all of them."""

    scores: Scores

    def count_keys(self) -> int:
        """Those inside too."""
        return 1 + len(self.scores)


class AssessmentCompletion(Body):
    """The scores that hold, where they differ from the incubator's own, and why."""

    scores: Scores | None = None
    note: Annotated[Prose | None, NoValueIsNone] = None

    def count_keys(self) -> int:
        """Those inside too."""
        return len(self.model_fields_set) + len(self.scores or {})


class AssessmentIndicatorOut(BaseModel):
    """An indicator as the policy had it, with its points and what was scored."""

    code: str
    what: dict[str, str]
    how: dict[str, str]
    degree: dict[str, str]
    points: str
    score: str | None


class AssessmentOut(BaseModel):
    """The assessment of one year: `total` and `grade` are null until it is completed."""

    id: UUID
    incubator_id: UUID
    division: str
    year: int
    state: AssessmentState
    total: str | None
    grade: str | None
    policy: str
    version: int


class AssessmentDetailOut(AssessmentOut):
    """The same with its indicators, frozen when it was first put, and its history."""

    indicators: list[AssessmentIndicatorOut]
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]


def shown_indicators(basis: Mapping[str, Any], scores: Mapping[str, str]) -> list[dict[str, Any]]:
    """The frozen indicators, each with its score."""
    return [{**one, "score": scores.get(one["code"])} for one in basis["indicators"]]
