"""Claims and pools whose grants were reversed: a year is claimed again, and a pool gives again what came back."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0033"
down_revision = "funding_0032"

# The version before makes first claims alone, and pools of which nothing came back.
CLAIMS = """
ALTER TABLE dues_refunds ADD COLUMN number integer NOT NULL DEFAULT 1;
ALTER TABLE dues_refunds DROP CONSTRAINT uq_dues_refunds_dues_id;
CREATE UNIQUE INDEX uq_dues_refunds_dues_id_number ON dues_refunds (dues_id, number);
"""
POOLS = """
ALTER TABLE award_pools ADD COLUMN reversed_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE award_pools DROP CONSTRAINT ck_award_pools_distributed;
ALTER TABLE award_pools ADD CONSTRAINT ck_award_pools_distributed CHECK (
    distributed_fen >= 0 AND reversed_fen >= 0 AND distributed_fen - reversed_fen <= amount_fen) NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, CLAIMS, POOLS):
        run_script(op, script)
