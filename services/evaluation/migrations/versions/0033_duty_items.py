"""Duty items of district and street bodies, from their report on (S7)."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "evaluation_0033"
down_revision = "evaluation_0032"

TABLE = """
CREATE TABLE duty_items (
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    level text NOT NULL,
    street text,
    state text NOT NULL,
    policy text NOT NULL,
    report_due date NOT NULL,
    appraisal_due date NOT NULL,
    reported_on date NOT NULL,
    reference text NOT NULL,
    note text,
    grade text,
    ground text,
    appraised_on date,
    appraised_by text,
    appraisal_reference text,
    reasons jsonb NOT NULL,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_duty_items PRIMARY KEY (id),
    CONSTRAINT uq_duty_items_body_id_year UNIQUE (body_id, year),
    CONSTRAINT uq_duty_items_year_division_level_street UNIQUE NULLS NOT DISTINCT (year, division, level, street),
    CONSTRAINT ck_duty_items_state CHECK (state IN ('reported', 'appraised')),
    CONSTRAINT ck_duty_items_appraised CHECK (
        (state = 'appraised') = (grade IS NOT NULL) AND (grade IS NULL) = (ground IS NULL)
        AND (grade IS NULL) = (appraised_on IS NULL) AND (grade IS NULL) = (appraised_by IS NULL)
        AND appraised_on >= reported_on
    )
);
CREATE INDEX ix_duty_items_division ON duty_items (division text_pattern_ops, id);
"""
SECURED = secure_table("duty_items", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE")


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
