"""Audited tables refuse TRUNCATE; functions are called by whom they are granted to; recent events stay."""

from alembic import op

from shared.schema.audit_guards import AUDIT_GUARDS_V1
from shared.schema.scripts import run_script

revision = "registry_0012"
down_revision = "registry_0011"


def upgrade() -> None:
    """Forward only."""
    run_script(op, AUDIT_GUARDS_V1)
