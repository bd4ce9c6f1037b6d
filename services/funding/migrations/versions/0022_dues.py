"""The register of dues: totals of organizations by quarter, certified by year, and claims for their refund."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, of_units, secure_table

revision = "funding_0022"
down_revision = "funding_0021"

TABLES = """
CREATE TABLE dues_years (
    id uuid NOT NULL,
    holder_id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_name text NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    base_fen bigint,
    policy text,
    reasons jsonb NOT NULL,
    certified_by text,
    certified_at timestamptz,
    certified_note text,
    CONSTRAINT pk_dues_years PRIMARY KEY (id),
    CONSTRAINT uq_dues_years_id_division UNIQUE (id, division),
    CONSTRAINT uq_dues_years_holder_id_year UNIQUE (holder_id, year),
    CONSTRAINT ck_dues_years_holder_kind CHECK (holder_kind IN ('organization', 'party_organization', 'body')),
    CONSTRAINT ck_dues_years_state CHECK (state IN ('open', 'certified')),
    CONSTRAINT ck_dues_years_certified CHECK ((state = 'certified') = (base_fen IS NOT NULL)),
    CONSTRAINT ck_dues_years_base CHECK (base_fen >= 0)
);
CREATE INDEX ix_dues_years_division ON dues_years (division text_pattern_ops, id);

CREATE TABLE dues_quarters (
    dues_id uuid NOT NULL,
    quarter integer NOT NULL,
    revision integer NOT NULL,
    division text NOT NULL,
    collected_fen bigint NOT NULL,
    remitted_fen bigint NOT NULL,
    retained_fen bigint NOT NULL,
    interest_fen bigint NOT NULL,
    papers jsonb NOT NULL,
    reason text,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT pk_dues_quarters PRIMARY KEY (dues_id, quarter, revision),
    CONSTRAINT ck_dues_quarters_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT ck_dues_quarters_amounts CHECK (
        collected_fen >= 0 AND remitted_fen >= 0 AND interest_fen >= 0 AND collected_fen = remitted_fen + retained_fen),
    CONSTRAINT ck_dues_quarters_reason CHECK (revision = 1 OR reason IS NOT NULL),
    CONSTRAINT fk_dues_quarters_dues_id_division_dues_years FOREIGN KEY (dues_id, division)
        REFERENCES dues_years (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_dues_quarters_division ON dues_quarters (division text_pattern_ops, dues_id);

CREATE TABLE dues_refunds (
    id uuid NOT NULL,
    dues_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    amount_fen bigint NOT NULL,
    receiver_id uuid NOT NULL,
    host_id uuid,
    list_reference text NOT NULL,
    slip_reference text NOT NULL,
    grant_id uuid NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    claimed_on date NOT NULL,
    claimed_by text NOT NULL,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT pk_dues_refunds PRIMARY KEY (id),
    CONSTRAINT ck_dues_refunds_amount CHECK (amount_fen > 0),
    CONSTRAINT uq_dues_refunds_dues_id UNIQUE (dues_id),
    CONSTRAINT uq_dues_refunds_grant_id UNIQUE (grant_id),
    CONSTRAINT fk_dues_refunds_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants (id),
    CONSTRAINT fk_dues_refunds_dues_id_division_dues_years FOREIGN KEY (dues_id, division)
        REFERENCES dues_years (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_dues_refunds_division ON dues_refunds (division text_pattern_ops, id);
"""
YEARS = "SELECT id FROM dues_years"


def upgrade() -> None:
    """Forward only."""
    for script in (
        YIELD_TO_WRITERS_V1,
        TABLES,
        secure_table("dues_years", units=of_units("holder_id"), policy="policy", grants="SELECT, INSERT, UPDATE"),
        secure_table(
            "dues_quarters",
            units=of_rows("dues_id", YEARS),
            key=("dues_id", "quarter", "revision"),
            grants="SELECT, INSERT",
        ),
        secure_table(
            "dues_refunds",
            units=of_units("holder_id", "receiver_id"),
            policy="policy",
            grants="SELECT, INSERT",
        ),
    ):
        run_script(op, script)
