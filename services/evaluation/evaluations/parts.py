"""What an evaluation is shown with beside its sheets: decision, satisfaction, divergences, returns, earlier ratings."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.policies import Stage
from shared.problems.reasons import ReasonOut


class DecisionOut(BaseModel):
    """What a session decided, until and beside the completion: the star among all who are rated together."""

    session_id: UUID
    held_on: date
    total: str
    star: int
    fell: list[int]
    """The stars that it lost by a quota, from the highest."""
    laggard: bool
    recused: int
    """How many members stayed away because of an interest."""
    reasons: list[ReasonOut]


class QuestionOut(BaseModel):
    """The answers to one question of the test, and the points that the policy makes of them."""

    question: str
    good: int
    fair: int
    poor: int
    points: str | None


class SatisfactionOut(BaseModel):
    """The mass satisfaction test in counts (D4), and the points that the policy makes of them."""

    sent: int
    returned: int
    valid: int
    good: int
    fair: int
    poor: int
    points: str | None
    questions: list[QuestionOut] = []
    """By question, as far as they were put; the total counts above decide the points."""
    reason: ReasonOut
    put_at: datetime
    by: str


class DivergenceOut(BaseModel):
    """Two stages that are further apart than the policy's bound; `word`: why, as the later one says."""

    earlier: Stage
    later: Stage
    earlier_total: str
    later_total: str
    bound: str
    word: str | None


class ReturnedOut(BaseModel):
    """What is to be supplemented: a stage's sheet, and why; gone once that is put again."""

    stage: Stage
    reason: str
    at: datetime
    by: str
    due_on: date | None = None


class EarlierOut(BaseModel):
    """A rating that was completed and reopened."""

    total: str
    star: int
    completed_at: datetime
    reopened_at: datetime
    reopened_by: str
    reason: str
