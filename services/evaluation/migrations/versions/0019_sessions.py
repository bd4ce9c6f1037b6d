"""Sessions of the committee, public notices, objections; what an evaluation is between scores and completion."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, of_rows, secure_table

revision = "evaluation_0019"
down_revision = "evaluation_0018"

# The version before writes `state` and leaves these alone: to it, what a session decided is being scored.
TABLES = """
ALTER TABLE evaluations ADD COLUMN phase text;
ALTER TABLE evaluations ADD COLUMN decision jsonb;
ALTER TABLE evaluations ADD COLUMN published_on date;
ALTER TABLE evaluations ADD COLUMN notice_until date;
ALTER TABLE evaluations ADD COLUMN satisfaction jsonb;
ALTER TABLE evaluations ADD COLUMN returned jsonb;
ALTER TABLE evaluations ADD COLUMN earlier jsonb NOT NULL DEFAULT '[]';
ALTER TABLE evaluation_scores ADD COLUMN word text;
CREATE TABLE sessions (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    held_on date NOT NULL,
    members_due integer NOT NULL,
    members_present integer NOT NULL,
    decided integer NOT NULL,
    fell integer NOT NULL,
    laggards integer NOT NULL,
    stars jsonb NOT NULL,
    policy text NOT NULL,
    note text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT ck_sessions_members CHECK (members_present BETWEEN 1 AND members_due),
    CONSTRAINT fk_sessions_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles (id)
);
CREATE INDEX ix_sessions_division ON sessions (division text_pattern_ops, id);
CREATE TABLE publications (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    published_on date NOT NULL,
    notice_until date NOT NULL,
    published integer NOT NULL,
    note text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_publications PRIMARY KEY (id),
    CONSTRAINT ck_publications_notice_until CHECK (notice_until > published_on),
    CONSTRAINT fk_publications_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles (id)
);
CREATE INDEX ix_publications_division ON publications (division text_pattern_ops, id);
CREATE TABLE objections (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    raised_by text NOT NULL,
    objected_on date NOT NULL,
    ground text NOT NULL,
    state text NOT NULL,
    due_on date,
    reason text,
    raised_at timestamptz NOT NULL,
    raised_as text NOT NULL,
    answered_at timestamptz,
    answered_by text,
    CONSTRAINT pk_objections PRIMARY KEY (id),
    CONSTRAINT ck_objections_raised_as CHECK (raised_as IN ('unit', 'district')),
    CONSTRAINT ck_objections_state CHECK (state IN ('open', 'rejected', 'upheld', 'settled')),
    CONSTRAINT ck_objections_answered CHECK ((state = 'open') = (answered_at IS NULL)),
    CONSTRAINT fk_objections_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_objections_evaluation_id ON objections (evaluation_id);
CREATE INDEX ix_objections_division ON objections (division text_pattern_ops, id);
"""
SECURED = (
    secure_table("sessions", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT"),
    secure_table("publications", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT"),
    secure_table(
        "objections",
        units=of_rows("evaluation_id", "SELECT id FROM evaluations"),
        grants="SELECT, INSERT, UPDATE",
    ),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
