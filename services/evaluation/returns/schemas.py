"""What is sent to take an evaluation up again."""

from services.evaluation.policies import Stage
from shared.problems.inputs import Body, Prose


class ReturnBody(Body):
    """Which stage's sheet is to be supplemented, and why."""

    stage: Stage
    reason: Prose


class ReopeningBody(Body):
    """Why a completed rating is decided again."""

    reason: Prose
