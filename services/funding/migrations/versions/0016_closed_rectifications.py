"""Rectifications that were closed: what was held for them goes on."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "funding_0016"
down_revision = "funding_0015"

TABLE = """
CREATE TABLE closed_rectifications (
    id uuid NOT NULL,
    evaluation_id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    outcome text NOT NULL,
    closed_on date NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_closed_rectifications PRIMARY KEY (id)
);
CREATE INDEX ix_closed_rectifications_evaluation_id ON closed_rectifications (evaluation_id);
CREATE INDEX ix_closed_rectifications_division ON closed_rectifications (division text_pattern_ops, id);
"""
SECURED = secure_table(
    "closed_rectifications",
    units=of_units("party_organization_id"),
    audited=False,
)


def upgrade() -> None:
    """Forward only; the version before releases nothing by itself: what is held waits for people."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE, SECURED):
        run_script(op, script)
