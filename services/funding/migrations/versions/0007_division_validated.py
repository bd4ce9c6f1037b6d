"""Steps, postings and entries that were there have the division of what they belong to."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1
from shared.schema.scripts import run_script

revision = "funding_0007"
down_revision = "funding_0006"

VALIDATE = """
ALTER TABLE grant_steps VALIDATE CONSTRAINT fk_grant_steps_grant_id_division_grants;
ALTER TABLE ledger_transactions VALIDATE CONSTRAINT fk_ledger_transactions_grant_id_division_grants;
ALTER TABLE ledger_entries VALIDATE CONSTRAINT fk_ledger_entries_transaction_id_division_ledger_transactions;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (SEE_ALL_ROWS_V1, VALIDATE):
        run_script(op, script)
