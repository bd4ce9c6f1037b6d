"""Proposals that were there have the division of their joint plan."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1
from shared.schema.scripts import run_script

revision = "incubation_0008"
down_revision = "incubation_0007"

VALIDATE = """
ALTER TABLE joint_proposals VALIDATE CONSTRAINT fk_joint_proposals_plan_id_division_joint_plans;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (SEE_ALL_ROWS_V1, VALIDATE):
        run_script(op, script)
