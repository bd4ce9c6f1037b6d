"""Keys of audited rows never change."""

from alembic import op

from shared.db.audit_ddl import AUDIT_V3, keep_keys
from shared.db.statements import run_script

revision = "incubation_0006"
down_revision = "incubation_0005"

KEYS = {
    "formation_checks": ("id",),
    "formation_cases": ("id",),
    "areas": ("party_organization_id",),
    "joint_plans": ("id",),
    "joint_proposals": ("id",),
    "dead_letters": ("id",),
    "operator_actions": ("id",),
}


def upgrade() -> None:
    """Forward only."""
    for script in (AUDIT_V3, keep_keys(KEYS)):
        run_script(op, script)
