"""Amended grants: both amounts are kept, and what is granted beside a paid one names it."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "funding_0030"
down_revision = "funding_0029"

GRANTS = """
ALTER TABLE grants ADD COLUMN amended_by text;
ALTER TABLE grants ADD COLUMN amendments integer NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN amends uuid;
"""
TABLE = """
CREATE TABLE grant_amendments (
    grant_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    state_before text NOT NULL,
    from_fen bigint NOT NULL,
    to_fen bigint NOT NULL,
    reason text NOT NULL,
    reference text NOT NULL,
    difference_id uuid,
    amended_by text NOT NULL,
    amended_at timestamptz NOT NULL,
    CONSTRAINT pk_grant_amendments PRIMARY KEY (grant_id, number),
    CONSTRAINT ck_grant_amendments_amounts CHECK (number > 0 AND from_fen >= 0 AND to_fen > 0 AND to_fen <> from_fen),
    CONSTRAINT fk_grant_amendments_difference_id_grants FOREIGN KEY (difference_id) REFERENCES grants (id),
    CONSTRAINT fk_grant_amendments_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_grant_amendments_division ON grant_amendments (division text_pattern_ops, grant_id);
"""


def upgrade() -> None:
    """Forward only."""
    secured = secure_table(
        "grant_amendments",
        units=of_rows("grant_id", "SELECT id FROM grants"),
        key=("grant_id", "number"),
        grants="SELECT, INSERT",
    )
    for script in (YIELD_TO_WRITERS_V1, GRANTS, TABLE, secured):
        run_script(op, script)
