"""Keys of audited rows never change."""

from alembic import op

from shared.db.audit_ddl import AUDIT_V3, keep_keys
from shared.db.statements import run_script

revision = "funding_0005"
down_revision = "funding_0004"

KEYS = {
    "grants": ("id",),
    "grant_steps": ("grant_id", "version"),
    "grant_decisions": ("id",),
    "ledger_transactions": ("id",),
    "ledger_entries": ("id",),
    "dead_letters": ("id",),
    "operator_actions": ("id",),
}


def upgrade() -> None:
    """Forward only."""
    for script in (AUDIT_V3, keep_keys(KEYS)):
        run_script(op, script)
