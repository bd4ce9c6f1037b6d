"""What incubation states of each Party organization's double check-in and report in a year (S23)."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "evaluation_0037"
down_revision = "evaluation_0036"

TABLE = """
CREATE TABLE double_reports (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    outcome text NOT NULL,
    policy text NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_double_reports PRIMARY KEY (id)
);
CREATE INDEX ix_double_reports_party_organization_id ON double_reports (party_organization_id, year);
CREATE INDEX ix_double_reports_division ON double_reports (division text_pattern_ops, id);
CREATE INDEX ix_party_organizations_affiliated_to ON party_organizations (affiliated_to);
"""


def upgrade() -> None:
    """Forward only."""
    secured = secure_table("double_reports", units=HIDDEN_FROM_UNITS, audited=False)
    for script in (TABLE, secured):
        run_script(op, script)
