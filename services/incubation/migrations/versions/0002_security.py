"""Row-level security and the audit trail."""

from alembic import op

from shared.schema.audit import AUDIT_V1
from shared.schema.released import secure_bus_tables_v1, secure_table_v1
from shared.schema.scripts import run_script

revision = "incubation_0002"
down_revision = "incubation_0001"


def upgrade() -> None:
    """Forward only. Projections are rebuilt from events, so the audit of their source is enough."""
    scripts = [
        AUDIT_V1,
        secure_bus_tables_v1(),
        secure_table_v1("organizations", audited=False),
        secure_table_v1("party_organizations", audited=False),
        secure_table_v1("formation_checks", policy="policy"),
        secure_table_v1("formation_cases"),
        secure_table_v1("areas", key=("party_organization_id",)),
        secure_table_v1("joint_plans", policy="policy"),
        secure_table_v1("joint_proposals"),
    ]
    for script in scripts:
        run_script(op, script)
