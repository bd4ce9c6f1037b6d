"""What-ifs of closed cycles, how far the computing of them is, and who would change."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "evaluation_0027"
down_revision = "evaluation_0026"

TABLES = """
CREATE TABLE simulations (
    id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    asked jsonb NOT NULL,
    state text NOT NULL,
    evaluations integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamptz,
    failure text,
    result jsonb,
    note text,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_simulations PRIMARY KEY (id),
    CONSTRAINT uq_simulations_id_division UNIQUE (id, division),
    CONSTRAINT ck_simulations_state CHECK (state IN ('computing', 'ready', 'failed'))
);
CREATE INDEX ix_simulations_division ON simulations (division text_pattern_ops, id);
CREATE INDEX ix_simulations_computing ON simulations (created_at) WHERE state = 'computing';
CREATE TABLE simulation_changes (
    simulation_id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    division text NOT NULL,
    party_organization_id uuid NOT NULL,
    evaluated_in text NOT NULL,
    type text NOT NULL,
    total_before numeric(7, 2) NOT NULL,
    total_after numeric(7, 2) NOT NULL,
    star_before smallint NOT NULL,
    star_after smallint NOT NULL,
    laggard_before boolean NOT NULL,
    laggard_after boolean NOT NULL,
    reproduced boolean NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    reasons jsonb NOT NULL,
    CONSTRAINT pk_simulation_changes PRIMARY KEY (simulation_id, evaluation_id),
    CONSTRAINT fk_simulation_changes_simulation_id_division_simulations FOREIGN KEY (simulation_id, division)
        REFERENCES simulations (id, division) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    """Forward only."""
    # A what-if decides nothing.
    for script in (
        TABLES,
        secure_table("simulations", units=HIDDEN_FROM_UNITS, audited=False),
        secure_table(
            "simulation_changes", units=HIDDEN_FROM_UNITS, key=("simulation_id", "evaluation_id"), audited=False
        ),
    ):
        run_script(op, script)
