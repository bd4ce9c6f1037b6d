"""Superior bodies as the registry states them: who rates, and who owes duty items."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "evaluation_0032"
down_revision = "evaluation_0031"

TABLE = """
CREATE TABLE bodies (
    id uuid NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    department text,
    division text NOT NULL,
    street text,
    parent text,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_bodies PRIMARY KEY (id)
);
CREATE INDEX ix_bodies_code ON bodies (code);
CREATE INDEX ix_bodies_division ON bodies (division text_pattern_ops, id);
"""
# A district reads the bodies of its city, as in the registry: some of them rate its Party organizations.
ABOVE = """EXISTS (
    SELECT FROM unnest((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[]) AS s(pattern)
    WHERE rtrim(s.pattern, '%') LIKE regexp_replace(division, '(00)+$', '') || '%'
)"""


def upgrade() -> None:
    """Forward only."""
    secured = secure_table("bodies", units=HIDDEN_FROM_UNITS, readable=ABOVE, audited=False)
    for script in (TABLE, secured):
        run_script(op, script)
