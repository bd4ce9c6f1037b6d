"""Writing goes on when the outbox's daily partitions were not created ahead."""

from alembic import op

from shared.schema.outbox_days import OUTBOX_DAYS_V2
from shared.schema.scripts import run_script

revision = "evaluation_0004"
down_revision = "evaluation_0003"


def upgrade() -> None:
    """Forward only."""
    run_script(op, OUTBOX_DAYS_V2)
