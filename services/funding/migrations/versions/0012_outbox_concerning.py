"""The pull feed reads events that concern other divisions than their own."""

from alembic import op

from shared.schema.bus import OUTBOX_CONCERNING_V1
from shared.schema.scripts import run_script

revision = "funding_0012"
down_revision = "funding_0011"


def upgrade() -> None:
    """Forward only."""
    run_script(op, OUTBOX_CONCERNING_V1)
