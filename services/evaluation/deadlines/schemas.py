"""How deadlines are shown."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel

from services.evaluation.deadlines.rules import StageDue
from services.evaluation.stage_policies import DueStage


class DeadlineOut(BaseModel):
    """By when a stage is due, and when it was submitted first."""

    stage: DueStage
    due_on: date
    first_due_on: date
    """Before it was extended."""
    submitted_on: date | None
    late: bool
    """Submitted after the day, or due no more and not submitted."""


def deadlines_out(dues: Sequence[StageDue], today: date) -> list[DeadlineOut]:
    """As clients see them, on a day."""
    return [
        DeadlineOut(
            stage=one.stage,
            due_on=one.due_on,
            first_due_on=one.first_due_on,
            submitted_on=one.submitted_on,
            late=one.is_late(today),
        )
        for one in dues
    ]
