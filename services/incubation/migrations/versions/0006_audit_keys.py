"""Keys of audited rows never change."""

from typing import Any

from alembic import op

from shared.schema.released import audit_functions_v1
from shared.schema.scripts import run_script

revision = "incubation_0006"
down_revision = "incubation_0005"

TABLES: dict[str, dict[str, Any]] = {
    "formation_checks": {"policy": "policy"},
    "formation_cases": {},
    "areas": {"key": ("party_organization_id",)},
    "joint_plans": {"policy": "policy"},
    "joint_proposals": {},
    "dead_letters": {"hidden": ("value",)},
    "operator_actions": {},
}


def upgrade() -> None:
    """Forward only."""
    run_script(op, audit_functions_v1(TABLES))
