"""In which area each filed body is, as incubation states it (S15)."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "registry_0030"
down_revision = "registry_0029"

# 200,000 rows in a city, each found by its body. A body never changes its division.
TABLE = """
CREATE TABLE filed_body_areas (
    id uuid NOT NULL,
    division text NOT NULL,
    area text,
    since date NOT NULL,
    stated_at timestamptz NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_filed_body_areas PRIMARY KEY (id)
);
CREATE INDEX ix_filed_body_areas_division ON filed_body_areas (division text_pattern_ops, id);
"""
SECURED = secure_table("filed_body_areas", units=HIDDEN_FROM_UNITS, audited=False)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
