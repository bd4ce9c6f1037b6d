"""Whom a task is assigned to."""

from alembic import op

from shared.schema.operations import TASK_ASSIGNMENTS_V1
from shared.schema.scripts import run_script

revision = "funding_0015"
down_revision = "funding_0014"


def upgrade() -> None:
    """Forward only."""
    run_script(op, TASK_ASSIGNMENTS_V1)
