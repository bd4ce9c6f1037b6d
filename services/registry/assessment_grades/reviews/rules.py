"""When a grade already given is to be reviewed: what bars it now came after it (H24, decision 3). Pure: no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.registry.assessment_grades.grade import AssessmentGrade, Limit, Verdict
from services.registry.assessment_grades.rules import barring
from shared.field.calendar import china_day
from shared.problems.transitions import Transitions

ReviewState = Literal["open", "decided", "lapsed"]
ReviewStep = Literal["decision", "lapse", "opening"]
TRANSITIONS: Transitions[ReviewState, ReviewStep] = Transitions(
    "grade review",
    {("open", "decision"): "decided", ("open", "lapse"): "lapsed", ("lapsed", "opening"): "open"},
)


@dataclass(frozen=True, slots=True)
class Due:
    """A review that is due: of which grade, by what cause."""

    grade: AssessmentGrade
    limit: Limit

    @property
    def key(self) -> tuple[str, str]:
        """What makes two of them one."""
        return str(self.grade.id), self.limit.cause


def due_reviews(grades: Iterable[AssessmentGrade], limits: Sequence[Limit]) -> list[Due]:
    """For each grade that holds or will hold, a review for each cause by which it could not be given now."""
    return [Due(grade, limit) for grade in grades for limit in barring(limits, grade.grade) if limit.cause]


def answered(reviews: Iterable[Mapping[str, Any]], outcome: Verdict, day: date) -> list[UUID]:
    """The open ones that a verification of a day decides; it confirms nothing against what came up after it."""
    return [
        one["id"]
        for one in reviews
        if one["state"] == "open" and (outcome != "confirmed" or china_day(one["opened_at"]) <= day)
    ]


def lapsing(reviews: Iterable[Mapping[str, object]], due: Iterable[Due]) -> list[Mapping[str, object]]:
    """The open ones whose cause is gone."""
    wanted = {one.key for one in due}
    return [
        one for one in reviews if one["state"] == "open" and (str(one["grade_id"]), str(one["cause"])) not in wanted
    ]
