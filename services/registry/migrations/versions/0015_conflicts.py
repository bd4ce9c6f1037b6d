"""Conflicts, corrections, the register of exceptions, and warnings in an import's report."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script
from shared.schema.security import IN_SCOPE

revision = "registry_0015"
down_revision = "registry_0014"

# The version before writes imports and their errors without the new columns: both have defaults.
COLUMNS = """
ALTER TABLE imports ADD COLUMN warned integer NOT NULL DEFAULT 0;
ALTER TABLE import_errors ADD COLUMN severity text NOT NULL DEFAULT 'refused';
"""

# A conflict names its organization without a foreign key: whoever sends a registration must not wait for the row of
# another division while it holds an audit head. Organizations are never deleted.
TABLES = """
CREATE TABLE code_exceptions (
    uscc text NOT NULL,
    division text NOT NULL,
    authority text NOT NULL,
    reason text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_code_exceptions PRIMARY KEY (uscc)
);
CREATE INDEX ix_code_exceptions_division ON code_exceptions (division text_pattern_ops, uscc);
CREATE TABLE conflicts (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'open',
    organization_id uuid NOT NULL,
    uscc text NOT NULL,
    division text NOT NULL,
    stored_division text NOT NULL,
    stored jsonb NOT NULL,
    stored_as_of timestamptz NOT NULL,
    incoming jsonb NOT NULL,
    as_of timestamptz NOT NULL,
    fingerprint text NOT NULL,
    sent_by text NOT NULL,
    created_at timestamptz NOT NULL,
    taken text,
    reason text,
    resolved_by text,
    resolved_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT pk_conflicts PRIMARY KEY (id),
    CONSTRAINT uq_conflicts_uscc UNIQUE (uscc, fingerprint),
    CONSTRAINT ck_conflicts_kind CHECK (kind IN ('same_instant', 'other_division')),
    CONSTRAINT ck_conflicts_state CHECK (state IN ('open', 'resolved')),
    CONSTRAINT ck_conflicts_taken CHECK (
        (state = 'resolved') = (taken IN ('stored', 'incoming') AND reason IS NOT NULL AND resolved_by IS NOT NULL
            AND resolved_at IS NOT NULL) IS TRUE
    )
);
CREATE INDEX ix_conflicts_division ON conflicts (division text_pattern_ops, id);
CREATE INDEX ix_conflicts_stored_division ON conflicts (stored_division text_pattern_ops, id);
CREATE TABLE corrections (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    fields jsonb NOT NULL,
    before jsonb NOT NULL,
    as_of timestamptz NOT NULL,
    as_of_before timestamptz NOT NULL,
    reason text NOT NULL,
    corrected_by text NOT NULL,
    corrected_at timestamptz NOT NULL,
    CONSTRAINT pk_corrections PRIMARY KEY (id),
    CONSTRAINT fk_corrections_organization_id_division_organizations FOREIGN KEY (organization_id, division)
        REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_corrections_division ON corrections (division text_pattern_ops, id);
CREATE INDEX ix_corrections_organization_id ON corrections (organization_id, id);
"""

# A conflict is both divisions' matter.
EITHER_SIDE = f"({IN_SCOPE} OR {IN_SCOPE.replace('division', 'stored_division', 1)})"
SECURED = (
    secure_table_v2("code_exceptions", key=("uscc",), grants="SELECT, INSERT, DELETE"),
    secure_table_v2("conflicts", visible=EITHER_SIDE, grants="SELECT, INSERT, UPDATE"),
    secure_table_v2("corrections", grants="SELECT, INSERT"),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS, TABLES, *SECURED):
        run_script(op, script)
