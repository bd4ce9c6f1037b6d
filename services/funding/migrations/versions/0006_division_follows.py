"""Steps and postings have the division of their grant, and entries that of their transaction."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0006"
down_revision = "funding_0005"

# These imply the foreign keys on the id alone, which stay: no constraint goes while the version before runs. The ledger
# is append-only, so nothing of it follows: a grant that has postings keeps its division.
FOREIGN_KEYS = """
CREATE UNIQUE INDEX uq_grants_id_division ON grants (id, division);
ALTER TABLE grant_steps ADD CONSTRAINT fk_grant_steps_grant_id_division_grants
    FOREIGN KEY (grant_id, division) REFERENCES grants (id, division) ON UPDATE CASCADE NOT VALID;
ALTER TABLE ledger_transactions ADD CONSTRAINT fk_ledger_transactions_grant_id_division_grants
    FOREIGN KEY (grant_id, division) REFERENCES grants (id, division) NOT VALID;
CREATE UNIQUE INDEX uq_ledger_transactions_id_division ON ledger_transactions (id, division);
ALTER TABLE ledger_entries ADD CONSTRAINT fk_ledger_entries_transaction_id_division_ledger_transactions
    FOREIGN KEY (transaction_id, division) REFERENCES ledger_transactions (id, division) NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, FOREIGN_KEYS):
        run_script(op, script)
