"""Payment orders that were taken back before the bank took their file."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0028"
down_revision = "funding_0027"

# The version before withdraws none.
STATES = """
ALTER TABLE payment_orders DROP CONSTRAINT ck_payment_orders_state;
ALTER TABLE payment_orders ADD CONSTRAINT ck_payment_orders_state
    CHECK (state IN ('ordered', 'settled', 'withdrawn')) NOT VALID;
ALTER TABLE payment_order_lines DROP CONSTRAINT ck_payment_order_lines_state;
ALTER TABLE payment_order_lines ADD CONSTRAINT ck_payment_order_lines_state
    CHECK (state IN ('ordered', 'paid', 'failed', 'withdrawn')) NOT VALID;
DROP INDEX uq_payment_order_lines_grant_id;
CREATE UNIQUE INDEX uq_payment_order_lines_grant_id ON payment_order_lines (grant_id)
    WHERE state NOT IN ('failed', 'withdrawn');
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, STATES):
        run_script(op, script)
