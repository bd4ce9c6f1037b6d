"""Applications for registration, reviewed before there is a code."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, secure_table

revision = "registry_0026"
down_revision = "registry_0025"

TABLE = """
CREATE TABLE registration_reviews (
    id uuid NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    applied_on date NOT NULL,
    survey jsonb,
    commitment jsonb,
    hosting jsonb,
    instructor jsonb,
    charter_clause boolean,
    drafted_by jsonb NOT NULL,
    policy text NOT NULL,
    reasons jsonb NOT NULL,
    uscc text,
    certified_on date,
    hand_over_due_on date,
    handed_over_on date,
    handed_over_to text,
    steps jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_registration_reviews PRIMARY KEY (id),
    CONSTRAINT uq_registration_reviews_uscc UNIQUE (uscc),
    CONSTRAINT ck_registration_reviews_state CHECK (state IN (
        'submitted', 'returned', 'approved', 'refused', 'withdrawn', 'certified', 'handed_over'
    )),
    CONSTRAINT ck_registration_reviews_certificate CHECK (
        (state IN ('certified', 'handed_over')) = (uscc IS NOT NULL AND certified_on IS NOT NULL)
    )
);
CREATE INDEX ix_registration_reviews_division ON registration_reviews (division text_pattern_ops, id);
CREATE INDEX ix_registration_reviews_state ON registration_reviews (state, hand_over_due_on);
"""
SECURED = secure_table(
    "registration_reviews", units=HIDDEN_FROM_UNITS, policy="policy", grants="SELECT, INSERT, UPDATE"
)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
