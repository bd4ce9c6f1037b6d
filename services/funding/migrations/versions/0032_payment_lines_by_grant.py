"""The lines of a grant in all of its payment orders, settled ones too: what one returns may reopen another."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0032"
down_revision = "funding_0031"

INDEX = "CREATE INDEX ix_payment_order_lines_grant_id ON payment_order_lines (grant_id);"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, INDEX):
        run_script(op, script)
