"""What organizations were before: their versions, and the names that they had."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "registry_0040"
down_revision = "registry_0039"

# Null where there are none: the version before writes organizations without it.
COLUMN = "ALTER TABLE organizations ADD COLUMN former_names jsonb;"
TABLE = """
CREATE TABLE organization_versions (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    version bigint NOT NULL,
    content jsonb NOT NULL,
    as_of timestamptz NOT NULL,
    until timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_organization_versions PRIMARY KEY (id),
    CONSTRAINT uq_organization_versions_organization_id_version UNIQUE (organization_id, version),
    CONSTRAINT fk_organization_versions_organization_id_division_organizations FOREIGN KEY (organization_id, division)
        REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_organization_versions_division ON organization_versions (division text_pattern_ops, id);
"""
# What is kept is a copy of what the audit of the organization shows: one trail is enough.
SECURED = secure_table(
    "organization_versions", units=of_units("organization_id"), audited=False, grants="SELECT, INSERT"
)


def upgrade() -> None:
    """Forward only."""
    for script in (COLUMN, TABLE, SECURED):
        run_script(op, script)
