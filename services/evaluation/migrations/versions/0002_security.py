"""Row-level security and the audit trail."""

from alembic import op

from shared.schema.audit import AUDIT_V1
from shared.schema.released import secure_bus_tables_v1, secure_table_v1
from shared.schema.scripts import run_script
from shared.schema.security import ABOVE_SCOPE

revision = "evaluation_0002"
down_revision = "evaluation_0001"

TABLES = """
ALTER TABLE evaluation_scores ADD COLUMN put_by text;
ALTER TABLE evaluations ADD COLUMN completed_by text;

-- Who declared an interest in whom: subjects of tokens, no names.
CREATE TABLE interests (
    id uuid NOT NULL,
    subject text NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    reason text NOT NULL,
    declared_at timestamptz NOT NULL,
    CONSTRAINT pk_interests PRIMARY KEY (id),
    CONSTRAINT uq_interests_subject_party_organization_id UNIQUE (subject, party_organization_id)
);
"""


def upgrade() -> None:
    """Forward only. A city's cycle is read by its districts, which rate under it, and changed by the city alone."""
    scripts = [
        TABLES,
        AUDIT_V1,
        secure_bus_tables_v1(),
        secure_table_v1("party_organizations", audited=False),
        secure_table_v1("cycles", readable=ABOVE_SCOPE),
        secure_table_v1("cycle_indicator_systems", key=("cycle_id", "type"), readable=ABOVE_SCOPE),
        secure_table_v1("evaluations"),
        secure_table_v1("evaluation_scores", key=("evaluation_id", "stage")),
        secure_table_v1("interests", grants="SELECT, INSERT, UPDATE"),
    ]
    for script in scripts:
        run_script(op, script)
