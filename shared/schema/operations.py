"""The tables of operators' actions and of tasks' assignees, as a migration of each service creates them.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.released import secure_table_v1
from shared.schema.security import IN_SCOPE_OR_SYSTEM, UNITS, secure_table

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

# One row a task (its kind, and the id of what it is about) in a division. What is done keeps its row.
_ASSIGNMENTS = """
CREATE TABLE task_assignments (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    division text NOT NULL,
    assignee text NOT NULL,
    assigned_by text NOT NULL,
    assigned_at timestamptz NOT NULL,
    reason text,
    CONSTRAINT pk_task_assignments PRIMARY KEY (id),
    CONSTRAINT uq_task_assignments_kind UNIQUE (kind, subject_id, division)
);
CREATE INDEX ix_task_assignments_division ON task_assignments (division text_pattern_ops, id);
"""
# Whom units narrow sees what is assigned to himself.
_OWN = (
    f"({UNITS} IS NULL OR assignee = "
    "(SELECT (COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}'))::jsonb->>'actor'))"
)
TASK_ASSIGNMENTS_V1 = _ASSIGNMENTS + secure_table("task_assignments", units=_OWN)
