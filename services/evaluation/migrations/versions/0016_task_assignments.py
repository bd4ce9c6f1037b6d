"""Whom a task is assigned to."""

from alembic import op

from shared.schema.operations import TASK_ASSIGNMENTS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0016"
down_revision = "evaluation_0015"


def upgrade() -> None:
    """Forward only."""
    run_script(op, TASK_ASSIGNMENTS_V1)
