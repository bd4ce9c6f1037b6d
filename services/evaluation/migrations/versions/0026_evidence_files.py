"""Evidence files: what each shows, and the hash by which the store has its content."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "evaluation_0026"
down_revision = "evaluation_0025"

TABLE = """
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
"""
SECURED = secure_table(
    "evidence_files",
    units=of_rows("evaluation_id", "SELECT id FROM evaluations"),
    grants="SELECT, INSERT, UPDATE",
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE, SECURED):
        run_script(op, script)
