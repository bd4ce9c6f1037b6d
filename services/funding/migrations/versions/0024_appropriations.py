"""Budgets: appropriations by year, division, level, source and purpose, and what grants take of them."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "funding_0024"
down_revision = "funding_0023"

TABLES = """
CREATE TABLE appropriations (
    id uuid NOT NULL,
    code text NOT NULL,
    division text NOT NULL,
    year integer NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    amount_fen bigint NOT NULL,
    carried_fen bigint NOT NULL,
    committed_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    carried_out_fen bigint NOT NULL,
    lapsed_fen bigint NOT NULL,
    warn_from_bp integer NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    version bigint NOT NULL,
    proposed_fen bigint,
    proposed_on date,
    proposed_because text,
    proposed_by text,
    proposed_at timestamptz,
    changed_at timestamptz NOT NULL,
    closed_by text,
    closed_at timestamptz,
    successor_id uuid,
    CONSTRAINT pk_appropriations PRIMARY KEY (id),
    CONSTRAINT uq_appropriations_id_division UNIQUE (id, division),
    CONSTRAINT uq_appropriations_code UNIQUE (code),
    CONSTRAINT uq_appropriations_line UNIQUE (year, division, level, source, purpose),
    CONSTRAINT ck_appropriations_state CHECK (state IN ('entered', 'open', 'closed')),
    CONSTRAINT ck_appropriations_level CHECK (level IN ('province', 'city', 'district')),
    CONSTRAINT ck_appropriations_amounts CHECK (
        amount_fen >= 0 AND carried_fen >= 0 AND carried_out_fen >= 0 AND lapsed_fen >= 0 AND proposed_fen >= 0),
    CONSTRAINT ck_appropriations_within CHECK (
        0 <= paid_fen AND paid_fen <= committed_fen
        AND committed_fen + carried_out_fen + lapsed_fen <= amount_fen + carried_fen),
    CONSTRAINT ck_appropriations_proposed CHECK ((proposed_fen IS NULL) = (proposed_by IS NULL)),
    CONSTRAINT ck_appropriations_closed CHECK ((state = 'closed') = (closed_by IS NOT NULL)),
    CONSTRAINT fk_appropriations_successor_id_appropriations FOREIGN KEY (successor_id) REFERENCES appropriations (id)
);
CREATE INDEX ix_appropriations_division ON appropriations (division text_pattern_ops, id);

CREATE TABLE appropriation_changes (
    appropriation_id uuid NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    before_fen bigint NOT NULL,
    after_fen bigint NOT NULL,
    decided_on date NOT NULL,
    because text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    confirmed_by text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT pk_appropriation_changes PRIMARY KEY (appropriation_id, number),
    CONSTRAINT ck_appropriation_changes_kind CHECK (kind IN ('entered', 'raised', 'lowered')),
    CONSTRAINT ck_appropriation_changes_hands CHECK (proposed_by <> confirmed_by),
    CONSTRAINT fk_appropriation_changes_appropriations
        FOREIGN KEY (appropriation_id, division) REFERENCES appropriations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_appropriation_changes_division ON appropriation_changes (division text_pattern_ops, appropriation_id);

CREATE TABLE commitments (
    grant_id uuid NOT NULL,
    appropriation_id uuid NOT NULL,
    division text NOT NULL,
    amount_fen bigint NOT NULL,
    state text NOT NULL,
    committed_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT pk_commitments PRIMARY KEY (grant_id),
    CONSTRAINT ck_commitments_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_commitments_state CHECK (state IN ('committed', 'paid', 'released')),
    CONSTRAINT ck_commitments_settled CHECK ((state = 'committed') = (settled_at IS NULL)),
    CONSTRAINT fk_commitments_grant_id_grants FOREIGN KEY (grant_id) REFERENCES grants (id),
    CONSTRAINT fk_commitments_appropriation_id_division_appropriations FOREIGN KEY (appropriation_id, division)
        REFERENCES appropriations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_commitments_division ON commitments (division text_pattern_ops, grant_id);
CREATE INDEX ix_commitments_appropriation_id ON commitments (appropriation_id, state);
"""


def upgrade() -> None:
    """Forward only."""
    # A division's budget is its administration's own work.
    appropriations = secure_table(
        "appropriations", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE"
    )
    changes = secure_table(
        "appropriation_changes",
        units=HIDDEN_FROM_UNITS,
        key=("appropriation_id", "number"),
        grants="SELECT, INSERT",
    )
    commitments = secure_table(
        "commitments", units=HIDDEN_FROM_UNITS, key=("grant_id",), grants="SELECT, INSERT, UPDATE"
    )
    for script in (YIELD_TO_WRITERS_V1, TABLES, appropriations, changes, commitments):
        run_script(op, script)
