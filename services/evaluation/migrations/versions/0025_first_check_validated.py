"""Checks that the stages of all sheets are known."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0025"
down_revision = "evaluation_0024"

VALIDATE = """
ALTER TABLE evaluation_scores VALIDATE CONSTRAINT ck_evaluation_scores_stage;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (SEE_ALL_ROWS_V1, VALIDATE):
        run_script(op, script)
