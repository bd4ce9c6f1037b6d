"""Keys of audited rows never change."""

from typing import Any

from alembic import op

from shared.schema.released import audit_functions_v1
from shared.schema.scripts import run_script

revision = "funding_0005"
down_revision = "funding_0004"

TABLES: dict[str, dict[str, Any]] = {
    "grants": {"policy": "policy"},
    "grant_steps": {"key": ("grant_id", "version")},
    "grant_decisions": {"policy": "policy"},
    "ledger_transactions": {},
    "ledger_entries": {},
    "dead_letters": {"hidden": ("value",)},
    "operator_actions": {},
}


def upgrade() -> None:
    """Forward only."""
    run_script(op, audit_functions_v1(TABLES))
