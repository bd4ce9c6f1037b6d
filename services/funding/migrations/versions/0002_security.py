"""Row-level security and the audit trail."""

from alembic import op

from shared.schema.audit import AUDIT_V1
from shared.schema.released import secure_bus_tables_v1, secure_table_v1
from shared.schema.scripts import run_script
from shared.schema.security import RUNTIME

revision = "funding_0002"
down_revision = "funding_0001"


def upgrade() -> None:
    """Forward only. Entries are append-only already; the audit says who posted them."""
    scripts = [
        AUDIT_V1,
        secure_bus_tables_v1(),
        secure_table_v1("grants", policy="policy"),
        secure_table_v1("grant_steps", key=("grant_id", "version"), grants="SELECT, INSERT"),
        secure_table_v1("grant_decisions", policy="policy", grants="SELECT, INSERT"),
        secure_table_v1("ledger_transactions", grants="SELECT, INSERT"),
        secure_table_v1("ledger_entries", grants="SELECT, INSERT"),
        secure_table_v1("account_balances", key=("account", "division"), audited=False),
        f"GRANT SELECT ON ledger_accounts TO {RUNTIME};",
    ]
    for script in scripts:
        run_script(op, script)
