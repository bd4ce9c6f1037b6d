"""Score sheets and frozen indicator systems that were there have the division of what they belong to."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0007"
down_revision = "evaluation_0006"

VALIDATE = """
ALTER TABLE cycle_indicator_systems VALIDATE CONSTRAINT fk_cycle_indicator_systems_cycle_id_division_cycles;
ALTER TABLE evaluation_scores VALIDATE CONSTRAINT fk_evaluation_scores_evaluation_id_division_evaluations;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (SEE_ALL_ROWS_V1, VALIDATE):
        run_script(op, script)
