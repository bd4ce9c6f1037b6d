"""Lists of schemes, whose entries two persons answer for, and the members that organizations had from day to day."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "funding_0018"
down_revision = "funding_0017"

VALIDATE = """
ALTER TABLE grants VALIDATE CONSTRAINT ck_grants_trigger;
ALTER TABLE grants VALIDATE CONSTRAINT ck_grants_level;
ALTER TABLE grants VALIDATE CONSTRAINT ck_grants_channel;
ALTER TABLE grants VALIDATE CONSTRAINT ck_grants_whole;
ALTER TABLE grants VALIDATE CONSTRAINT ck_grants_evaluation;
"""
ENTRIES = """
CREATE TABLE scheme_entries (
    id uuid NOT NULL,
    scheme text NOT NULL,
    recipient_id uuid NOT NULL,
    recipient_name text NOT NULL,
    division text NOT NULL,
    amount_fen bigint,
    category text,
    not_civil_servant boolean NOT NULL,
    grounds text,
    effective_from date NOT NULL,
    effective_to date,
    state text NOT NULL,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    confirmed_by text,
    confirmed_at timestamptz,
    confirmed_note text,
    ended_by text,
    ended_at timestamptz,
    ended_because text,
    CONSTRAINT pk_scheme_entries PRIMARY KEY (id),
    CONSTRAINT ck_scheme_entries_state CHECK (state IN ('entered', 'confirmed', 'withdrawn')),
    CONSTRAINT ck_scheme_entries_amount CHECK (amount_fen > 0),
    CONSTRAINT ck_scheme_entries_confirmed CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL)),
    CONSTRAINT ck_scheme_entries_period CHECK (effective_to >= effective_from)
);
CREATE INDEX ix_scheme_entries_division ON scheme_entries (division text_pattern_ops, id);
CREATE INDEX ix_scheme_entries_recipient ON scheme_entries (recipient_id, scheme) WHERE state = 'confirmed';
CREATE INDEX ix_scheme_entries_scheme ON scheme_entries (scheme, effective_from) WHERE state = 'confirmed';
"""
ORGANIZATIONS = """
CREATE TABLE organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    counts jsonb NOT NULL,
    ended boolean NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id)
);
CREATE INDEX ix_organizations_division ON organizations (division text_pattern_ops, id);
"""
TAKEN_OVER = """
ALTER TABLE party_organizations ADD COLUMN taken_over boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (
        YIELD_TO_WRITERS_V1,
        VALIDATE,
        ENTRIES,
        secure_table("scheme_entries", units=of_units("recipient_id"), grants="SELECT, INSERT, UPDATE"),
        ORGANIZATIONS,
        secure_table("organizations", units=of_units("id"), audited=False),
        TAKEN_OVER,
    ):
        run_script(op, script)
