"""The table of operators' actions, as one migration of each service creates it.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.released import secure_table_v1
from shared.schema.security import IN_SCOPE_OR_SYSTEM

_TABLE = """
-- One row a command that changed something (or failed to). Rows are only added; the audit has each of them too.
CREATE TABLE operator_actions (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    operator text NOT NULL,
    command text NOT NULL,
    arguments jsonb NOT NULL,
    outcome text NOT NULL,
    figures jsonb NOT NULL,
    division text,  -- always NULL: a command is the system's, so only the system's scope sees it
    CONSTRAINT pk_operator_actions PRIMARY KEY (id),
    CONSTRAINT ck_operator_actions_outcome CHECK (outcome IN ('done', 'failed')),
    CONSTRAINT ck_operator_actions_division CHECK (division IS NULL)
);
CREATE INDEX ix_operator_actions_at ON operator_actions (at);
"""

OPERATOR_ACTIONS_V1 = _TABLE + secure_table_v1("operator_actions", visible=IN_SCOPE_OR_SYSTEM, grants="SELECT, INSERT")
