"""Areas that were proposed for a division, and how far the computing of them is."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0024"
down_revision = "incubation_0023"

TABLE = """
CREATE TABLE area_proposals (
    id uuid NOT NULL,
    division text NOT NULL,
    policy text NOT NULL,
    state text NOT NULL,
    bodies integer NOT NULL,
    settled integer NOT NULL,
    attempts integer NOT NULL,
    taken_until timestamptz,
    failure text,
    within text,
    areas jsonb,
    left_out jsonb,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_area_proposals PRIMARY KEY (id),
    CONSTRAINT ck_area_proposals_state CHECK (state IN ('computing', 'ready', 'failed')),
    CONSTRAINT ck_area_proposals_within CHECK (within IN ('inside', 'boundary_unknown'))
);
CREATE INDEX ix_area_proposals_division ON area_proposals (division text_pattern_ops, id);
CREATE INDEX ix_area_proposals_computing ON area_proposals (created_at) WHERE state = 'computing';
"""


def upgrade() -> None:
    """Forward only."""
    # What is proposed decides nothing: the areas that come of it are audited.
    for script in (TABLE, secure_table("area_proposals", units=HIDDEN_FROM_UNITS, audited=False)):
        run_script(op, script)
