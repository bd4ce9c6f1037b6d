"""Several chains of audit for a division: its writers no longer wait for each other's commits (T57)."""

from alembic import op

from shared.schema.audit_lanes import AUDIT_LANES_V1
from shared.schema.scripts import run_script

revision = "evaluation_0014"
down_revision = "evaluation_0013"


def upgrade() -> None:
    """Forward only."""
    run_script(op, AUDIT_LANES_V1)
