"""Row-level security and the audit trail."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import AUDIT_V1, secure_bus_tables, secure_table

revision = "incubation_0002"
down_revision = "incubation_0001"


def upgrade() -> None:
    """Forward only. Projections are rebuilt from events, so the audit of their source is enough."""
    scripts = [
        AUDIT_V1,
        secure_bus_tables(),
        secure_table("organizations", audited=False),
        secure_table("party_organizations", audited=False),
        secure_table("formation_checks", policy="policy"),
        secure_table("formation_cases"),
        secure_table("areas", key=("party_organization_id",)),
        secure_table("joint_plans", policy="policy"),
        secure_table("joint_proposals"),
    ]
    for script in scripts:
        run_script(op, script)
