"""Statistical reports: figures as of a cut-off day, checked, signed and locked (D16)."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "registry_0041"
down_revision = "registry_0040"

TABLE = """
CREATE TABLE statistic_reports (
    id uuid NOT NULL,
    table_code text NOT NULL,
    policy text NOT NULL,
    division text NOT NULL,
    cut_off date NOT NULL,
    lower_levels boolean NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    definition jsonb NOT NULL,
    figures jsonb NOT NULL,
    findings jsonb NOT NULL,
    words jsonb NOT NULL,
    reasons jsonb NOT NULL,
    signed_by text,
    steps jsonb NOT NULL,
    computed_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_statistic_reports PRIMARY KEY (id),
    CONSTRAINT uq_statistic_reports_table_code_division_cut_off_lower_levels
        UNIQUE (table_code, division, cut_off, lower_levels),
    CONSTRAINT ck_statistic_reports_state CHECK (state IN ('computed', 'signed', 'locked', 'returned'))
);
CREATE INDEX ix_statistic_reports_division ON statistic_reports (division text_pattern_ops, id);
"""
# What a whole division has: a single unit's own rows would be the report.
SECURED = secure_table("statistic_reports", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE")


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
