"""Evidence files with the hash by which the store has each content; samples and on-site checks."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, of_rows, secure_table

revision = "evaluation_0026"
down_revision = "evaluation_0025"

TABLES = """
CREATE TABLE evidence_files (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    stage text NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    bytes bigint NOT NULL,
    filed_at timestamptz NOT NULL,
    filed_by text NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    reason text,
    CONSTRAINT pk_evidence_files PRIMARY KEY (id),
    CONSTRAINT ck_evidence_files_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_evidence_files_stage CHECK (stage IN ('self', 'group', 'first_check', 'committee')),
    CONSTRAINT ck_evidence_files_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CONSTRAINT fk_evidence_files_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX uq_evidence_files_place ON evidence_files (evaluation_id, stage, code, sha256)
    WHERE withdrawn_at IS NULL;
CREATE INDEX ix_evidence_files_evaluation_id ON evidence_files (evaluation_id);
CREATE INDEX ix_evidence_files_division ON evidence_files (division text_pattern_ops, id);
CREATE TABLE samples (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    division text NOT NULL,
    seed text NOT NULL,
    sample_bp integer NOT NULL,
    among integer NOT NULL,
    among_digest text NOT NULL,
    drawn jsonb NOT NULL,
    note text,
    drawn_at timestamptz NOT NULL,
    drawn_by text NOT NULL,
    CONSTRAINT pk_samples PRIMARY KEY (id),
    CONSTRAINT uq_samples_cycle_id_division UNIQUE (cycle_id, division),
    CONSTRAINT fk_samples_cycle_id_cycles FOREIGN KEY (cycle_id) REFERENCES cycles (id)
);
CREATE INDEX ix_samples_division ON samples (division text_pattern_ops, id);
CREATE TABLE on_site_checks (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    sample_id uuid,
    team text[] NOT NULL,
    visited_on date,
    findings jsonb NOT NULL,
    note text,
    put_at timestamptz,
    put_by text,
    CONSTRAINT pk_on_site_checks PRIMARY KEY (id),
    CONSTRAINT uq_on_site_checks_evaluation_id UNIQUE (evaluation_id),
    CONSTRAINT ck_on_site_checks_put CHECK ((put_at IS NULL) = (visited_on IS NULL)),
    CONSTRAINT fk_on_site_checks_sample_id_samples FOREIGN KEY (sample_id) REFERENCES samples (id),
    CONSTRAINT fk_on_site_checks_evaluation_id_division_evaluations FOREIGN KEY (evaluation_id, division)
        REFERENCES evaluations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_on_site_checks_division ON on_site_checks (division text_pattern_ops, id);
"""
_OF_EVALUATIONS = of_rows("evaluation_id", "SELECT id FROM evaluations")
SECURED = (
    secure_table("evidence_files", units=_OF_EVALUATIONS, grants="SELECT, INSERT, UPDATE"),
    secure_table("samples", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT"),
    secure_table("on_site_checks", units=_OF_EVALUATIONS, grants="SELECT, INSERT, UPDATE"),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
