"""Registrations that share a transaction: each row of the audit has the id of its own request."""

from alembic import op

from shared.schema.audit_lanes import AUDIT_REQUESTS_V1
from shared.schema.scripts import run_script

revision = "registry_0048"
down_revision = "registry_0047"


def upgrade() -> None:
    """Forward only."""
    run_script(op, AUDIT_REQUESTS_V1)
