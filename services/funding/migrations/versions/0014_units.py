"""A token's units narrow what is seen of each table, beside its divisions."""

from alembic import op

from shared.schema.bus import NARROW_SHARED_TABLES_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, narrow, of_rows, of_units

revision = "funding_0014"
down_revision = "funding_0013"

GRANTS = "SELECT id FROM grants"
TABLES = {
    "grants": of_units("recipient_id"),
    "grant_decisions": of_units("recipient_id"),
    "grant_steps": of_rows("grant_id", GRANTS),
    "grant_organizations": of_rows("grant_id", GRANTS),
    "party_organizations": of_units("id"),
    # The ledger adds up a division's money.
    "ledger_transactions": HIDDEN_FROM_UNITS,
    "ledger_entries": HIDDEN_FROM_UNITS,
    "account_balances": HIDDEN_FROM_UNITS,
}


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, NARROW_SHARED_TABLES_V1):
        run_script(op, script)
    run_script(op, "\n".join(narrow(name, units) for name, units in TABLES.items()))
