"""The register of dues: totals of Party organizations by quarter, certified by a second person. Nobody's own dues."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "funding_0020"
down_revision = "funding_0019"

TABLE = """
CREATE TABLE dues_statements (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    quarter smallint NOT NULL,
    collected_fen bigint NOT NULL,
    remitted_fen bigint NOT NULL,
    retained_fen bigint NOT NULL,
    interest_fen bigint NOT NULL,
    voucher text NOT NULL,
    bank_line text NOT NULL,
    state text NOT NULL,
    corrects uuid,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    certified_by text,
    certified_at timestamptz,
    certified_note text,
    CONSTRAINT pk_dues_statements PRIMARY KEY (id),
    CONSTRAINT ck_dues_statements_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT ck_dues_statements_amounts CHECK (remitted_fen >= 0 AND retained_fen >= 0 AND interest_fen >= 0),
    CONSTRAINT ck_dues_statements_sum CHECK (collected_fen = remitted_fen + retained_fen),
    CONSTRAINT ck_dues_statements_state CHECK (state IN ('entered', 'confirmed', 'corrected')),
    CONSTRAINT ck_dues_statements_certified CHECK (state <> 'confirmed' OR certified_by IS NOT NULL),
    CONSTRAINT fk_dues_statements_corrects_dues_statements FOREIGN KEY (corrects) REFERENCES dues_statements
);
-- One statement of a quarter counts; those that it corrects stay beside it.
CREATE UNIQUE INDEX uq_dues_statements_party_organization_id_year_quarter
    ON dues_statements (party_organization_id, year, quarter) WHERE state <> 'corrected';
CREATE INDEX ix_dues_statements_division ON dues_statements (division text_pattern_ops, id);
"""


def upgrade() -> None:
    """Forward only."""
    secured = secure_table("dues_statements", units=of_units("party_organization_id"), grants="SELECT, INSERT, UPDATE")
    for script in (TABLE, secured):
        run_script(op, script)
