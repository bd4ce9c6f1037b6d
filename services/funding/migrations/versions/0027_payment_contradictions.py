"""How many lines of a payment order the bank's last word contradicts."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0027"
down_revision = "funding_0026"

# The version before counts none, and shows them in the returns alone.
COLUMN = "ALTER TABLE payment_orders ADD COLUMN contradicted integer NOT NULL DEFAULT 0;"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
