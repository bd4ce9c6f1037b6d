"""An outbox whose days were not made ahead goes on."""

from alembic import op

from shared.bus.ddl_outbox_days import OUTBOX_DAYS_V2
from shared.db.statements import run_script

revision = "funding_0004"
down_revision = "funding_0003"


def upgrade() -> None:
    """Forward only."""
    run_script(op, OUTBOX_DAYS_V2)
