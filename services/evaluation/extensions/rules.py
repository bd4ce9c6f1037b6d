"""What becomes of an application for an extension, and which may be made. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from services.evaluation.deadlines.progress import Progress
from services.evaluation.deadlines.rules import StageDue
from services.evaluation.extensions import errors as e
from services.evaluation.stage_policies import ExtensionRules
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions

State = Literal["open", "granted", "refused"]
Step = Literal["granting", "refusal"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "extension", {("open", "granting"): "granted", ("open", "refusal"): "refused"}
)
"""Every move that an application can make."""


def check_application(
    rules: ExtensionRules | None,
    progress: Progress,
    stage: str,
    working_days: int,
    earlier: Sequence[State],
    today: date,
) -> StageDue:
    """The stage that would be extended; `earlier`: what became of applications for the same stage.

    Raises NoExtension, ExtensionTooLate, ExtensionExists (409), InvalidInput (422).
    """
    due = next((one for one in progress.dues if one.stage == stage), None)
    if rules is None or due is None:
        raise e.NoExtension(stage=stage)
    if working_days > rules.working_days:
        raise InvalidInput([FieldError("/working_days", e.TOO_MANY_DAYS, (("most", rules.working_days),))])
    if due.submitted_on is not None or today > due.due_on:
        raise e.ExtensionTooLate(stage=stage, due_on=due.due_on)
    granted = earlier.count("granted")
    if "open" in earlier or granted >= rules.times:
        raise e.ExtensionExists(stage=stage, times=granted)
    return due
