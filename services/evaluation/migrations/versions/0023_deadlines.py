"""By when the stages of an evaluation are due, and applications for an extension."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "evaluation_0023"
down_revision = "evaluation_0021"

# The version before enrols without days: such evaluations have no deadline.
TABLES = """
ALTER TABLE evaluations ADD COLUMN deadlines jsonb;
ALTER TABLE evaluations ADD COLUMN extended jsonb;
CREATE TABLE extensions (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    stage text NOT NULL,
    due_on date NOT NULL,
    working_days integer NOT NULL,
    extended_to date NOT NULL,
    ground text NOT NULL,
    state text NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text NOT NULL,
    applied_as text NOT NULL,
    reason text,
    decided_at timestamptz,
    decided_by text,
    CONSTRAINT pk_extensions PRIMARY KEY (id),
    CONSTRAINT ck_extensions_applied_as CHECK (applied_as IN ('unit', 'division')),
    CONSTRAINT ck_extensions_state CHECK (state IN ('open', 'granted', 'refused')),
    CONSTRAINT ck_extensions_decided CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT ck_extensions_extended_to CHECK (extended_to > due_on),
    CONSTRAINT fk_extensions_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX uq_extensions_evaluation_id_stage ON extensions (evaluation_id, stage) WHERE state = 'open';
CREATE INDEX ix_extensions_evaluation_id ON extensions (evaluation_id);
CREATE INDEX ix_extensions_division ON extensions (division text_pattern_ops, id);
"""
SECURED = secure_table(
    "extensions",
    units=of_rows("evaluation_id", "SELECT id FROM evaluations"),
    grants="SELECT, INSERT, UPDATE",
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, SECURED):
        run_script(op, script)
