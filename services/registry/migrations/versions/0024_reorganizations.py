"""Decisions on Party organizations that exist: dissolutions, mergers, moves, and other kinds."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "registry_0024"
down_revision = "registry_0023"

TABLES = """
CREATE TABLE reorganizations (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    kind text NOT NULL,
    decided_on date NOT NULL,
    approval_number text NOT NULL,
    reason text NOT NULL,
    details jsonb NOT NULL,
    reasons jsonb NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT pk_reorganizations PRIMARY KEY (id),
    CONSTRAINT ck_reorganizations_kind CHECK (kind IN ('dissolution', 'merger', 'move', 'kind')),
    CONSTRAINT fk_reorganizations_party_organization_id_division_party_orgs
        FOREIGN KEY (party_organization_id, division) REFERENCES party_organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_reorganizations_party_organization_id ON reorganizations (party_organization_id, id);
CREATE INDEX ix_reorganizations_division ON reorganizations (division text_pattern_ops, id);
"""
# Whoever sees the Party organization sees what was decided of it.
OF_SEEN = "EXISTS (SELECT FROM party_organizations AS p WHERE p.id = party_organization_id)"
SECURED = secure_table(
    "reorganizations", units=of_units("party_organization_id"), readable=OF_SEEN, grants="SELECT, INSERT"
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLES, SECURED):
        run_script(op, script)
