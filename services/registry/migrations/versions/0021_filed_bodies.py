"""Bodies that streets file and that need no code."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "registry_0021"
down_revision = "registry_0020"

# 200,000 rows in a city. A number is looked for without its street too.
TABLE = """
CREATE TABLE filed_bodies (
    id uuid NOT NULL,
    reference text NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    community text,
    address text,
    people integer,
    full_members integer,
    probationary_members integer,
    filed_on date NOT NULL,
    until date,
    as_of timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_filed_bodies PRIMARY KEY (id),
    CONSTRAINT uq_filed_bodies_reference UNIQUE (reference),
    CONSTRAINT ck_filed_bodies_until CHECK (until > filed_on),
    CONSTRAINT ck_filed_bodies_counts CHECK (people >= 0 AND full_members >= 0 AND probationary_members >= 0)
);
CREATE INDEX ix_filed_bodies_division ON filed_bodies (division text_pattern_ops, id);
CREATE INDEX ix_filed_bodies_number ON filed_bodies (number);
"""
SECURED = secure_table("filed_bodies", units=HIDDEN_FROM_UNITS, grants="SELECT, INSERT, UPDATE")


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
