"""Leaderships of Party organizations, and the state and term that follow from them."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "registry_0020"
down_revision = "registry_0019"

# Party organizations from before are active; of their leadership nothing is known. The version before inserts them
# without the new columns: all have defaults.
COLUMNS = """
ALTER TABLE party_organizations ADD COLUMN state text NOT NULL DEFAULT 'active';
ALTER TABLE party_organizations ADD COLUMN term_since date;
ALTER TABLE party_organizations ADD COLUMN term_ends_on date;
ALTER TABLE party_organizations ADD COLUMN secretary_is_head boolean;
ALTER TABLE party_organizations ADD COLUMN refounded_on date;
"""
TABLES = """
CREATE TABLE leaderships (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    method text NOT NULL,
    held_on date NOT NULL,
    due integer,
    present integer,
    candidates integer,
    elected integer,
    full_members integer,
    membership jsonb,
    secretary_is_head boolean,
    warnings jsonb NOT NULL,
    reasons jsonb NOT NULL,
    reported_by text NOT NULL,
    approved_on date,
    approval_number text,
    approving_body text,
    approved_by text,
    term_years integer,
    ends_on date,
    extension jsonb,
    steps jsonb NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_leaderships PRIMARY KEY (id),
    CONSTRAINT uq_leaderships_party_organization_id_number UNIQUE (party_organization_id, number),
    CONSTRAINT ck_leaderships_state CHECK (state IN ('reported', 'approved', 'returned')),
    CONSTRAINT ck_leaderships_method CHECK (method IN ('election', 'appointment')),
    CONSTRAINT ck_leaderships_approved CHECK (
        (state = 'approved') = (approved_on IS NOT NULL AND approved_by IS NOT NULL)
    ),
    CONSTRAINT ck_leaderships_ends_on CHECK (ends_on > approved_on),
    CONSTRAINT fk_leaderships_party_organization_id_division_party_orgs
        FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations (id, division) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX uq_leaderships_reported ON leaderships (party_organization_id) WHERE state = 'reported';
CREATE UNIQUE INDEX uq_leaderships_approved_on ON leaderships (party_organization_id, approved_on);
CREATE INDEX ix_leaderships_division ON leaderships (division text_pattern_ops, id);
"""

# Whoever sees the Party organization sees its leaderships: a joint branch may cover organizations elsewhere.
OF_SEEN = "EXISTS (SELECT FROM party_organizations AS p WHERE p.id = party_organization_id)"


def upgrade() -> None:
    """Forward only."""
    for script in (
        YIELD_TO_WRITERS_V1,
        COLUMNS,
        TABLES,
        secure_table(
            "leaderships", units=of_units("party_organization_id"), readable=OF_SEEN, grants="SELECT, INSERT, UPDATE"
        ),
    ):
        run_script(op, script)
