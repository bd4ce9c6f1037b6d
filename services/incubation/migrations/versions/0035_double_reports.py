"""What Party organizations had in a year of what S23 asks for together, as it was stated in events."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0035"
down_revision = "incubation_0034"

TABLE = """
CREATE TABLE double_reports (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    outcome text NOT NULL,
    policy text NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_double_reports PRIMARY KEY (id),
    CONSTRAINT uq_double_reports_party_organization_id_year UNIQUE (party_organization_id, year),
    CONSTRAINT ck_double_reports_outcome CHECK (outcome IN ('complete', 'some_missing', 'none'))
);
CREATE INDEX ix_double_reports_division ON double_reports (division text_pattern_ops, id);
"""
# Derived from the activities, which are audited.
SECURED = secure_table("double_reports", units=HIDDEN_FROM_UNITS, audited=False, grants="SELECT, INSERT, UPDATE")


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
