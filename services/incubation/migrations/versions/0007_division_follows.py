"""The proposals of a joint plan have its division."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "incubation_0007"
down_revision = "incubation_0006"

# This implies the foreign key on the id alone, which stays: no constraint goes while the version before runs.
FOREIGN_KEYS = """
CREATE UNIQUE INDEX uq_joint_plans_id_division ON joint_plans (id, division);
ALTER TABLE joint_proposals ADD CONSTRAINT fk_joint_proposals_plan_id_division_joint_plans
    FOREIGN KEY (plan_id, division) REFERENCES joint_plans (id, division) ON UPDATE CASCADE NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, FOREIGN_KEYS):
        run_script(op, script)
