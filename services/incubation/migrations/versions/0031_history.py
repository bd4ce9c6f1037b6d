"""Where organizations were and who covered them, from when to when; the form of Party organizations that ended.

Both tables begin empty: `shuangfu replay incubation organizations` and `… party-facts` fill in what was before. Until
then the yearly report says of past years that it does not know.
"""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "incubation_0031"
down_revision = "incubation_0030"

TABLES = """
CREATE TABLE organization_stays (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_organization_stays PRIMARY KEY (id),
    CONSTRAINT ck_organization_stays_until CHECK (until >= since)
);
CREATE INDEX ix_organization_stays_organization_id ON organization_stays (organization_id);
CREATE INDEX ix_organization_stays_division ON organization_stays (division text_pattern_ops, id);
CREATE TABLE coverage_spans (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    form text NOT NULL,
    since date NOT NULL,
    until date,
    sequence bigint NOT NULL,
    CONSTRAINT pk_coverage_spans PRIMARY KEY (id),
    CONSTRAINT ck_coverage_spans_until CHECK (until >= since)
);
CREATE INDEX ix_coverage_spans_organization_id ON coverage_spans (organization_id, party_organization_id);
CREATE INDEX ix_coverage_spans_division ON coverage_spans (division text_pattern_ops, id);
-- Unknown until the Party organization's next event, or a replay.
ALTER TABLE party_facts ADD COLUMN form text;
"""
SECURED = (
    secure_table("organization_stays", units=HIDDEN_FROM_UNITS, audited=False),
    secure_table("coverage_spans", units=HIDDEN_FROM_UNITS, audited=False),
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLES, *SECURED):
        run_script(op, script)
