"""How far the computing of a joint plan is, and what it reached.

A table of its own: the version before reads whole rows of the plans, and a further column would break its statements.
A plan without a row here was computed inside its request, and is ready.
"""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0018"
down_revision = "incubation_0017"

TABLE = """
CREATE TABLE joint_plan_jobs (
    plan_id uuid NOT NULL,
    division text NOT NULL,
    state text NOT NULL,
    organizations integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamptz,
    failure text,
    fixed jsonb NOT NULL,
    aims jsonb,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_joint_plan_jobs PRIMARY KEY (plan_id),
    CONSTRAINT ck_joint_plan_jobs_state CHECK (state IN ('computing', 'ready', 'failed')),
    CONSTRAINT fk_joint_plan_jobs_plan_id_division_joint_plans
        FOREIGN KEY (plan_id, division) REFERENCES joint_plans (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_joint_plan_jobs_computing ON joint_plan_jobs (created_at) WHERE state = 'computing';
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE):
        run_script(op, script)
    run_script(op, secure_table("joint_plan_jobs", units=HIDDEN_FROM_UNITS, key=("plan_id",), audited=False))
