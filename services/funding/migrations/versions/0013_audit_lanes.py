"""Several chains of audit for a division: its writers no longer wait for each other's commits (T57)."""

from alembic import op

from shared.schema.audit_lanes import AUDIT_LANES_V1
from shared.schema.scripts import run_script

revision = "funding_0013"
down_revision = "funding_0012"


def upgrade() -> None:
    """Forward only."""
    run_script(op, AUDIT_LANES_V1)
