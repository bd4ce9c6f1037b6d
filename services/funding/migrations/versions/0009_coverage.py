"""Whom Party organizations cover, and the organizations that each grant stands for."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "funding_0009"
down_revision = "funding_0008"

PROJECTION = """
CREATE TABLE party_organizations (
    id uuid NOT NULL,
    division text NOT NULL,
    form text,
    dissolved_on date,
    dissolved_at timestamptz,
    covers jsonb NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_party_organizations PRIMARY KEY (id)
);
CREATE INDEX ix_party_organizations_division ON party_organizations (division text_pattern_ops, id);
"""
# The version before raises grants for the one purpose that there was. What its grants stand for is claimed when the
# registry's events are read, from the first one on; the foreign key is checked at the commit, because a grant is
# claimed for before it is raised.
CLAIMS = """
ALTER TABLE grants ADD COLUMN purpose text NOT NULL DEFAULT 'annual';
CREATE TABLE grant_organizations (
    grant_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    purpose text NOT NULL,
    year integer NOT NULL,
    division text NOT NULL,
    CONSTRAINT pk_grant_organizations PRIMARY KEY (grant_id, organization_id),
    CONSTRAINT uq_grant_organizations_organization_id_purpose_year UNIQUE (organization_id, purpose, year),
    CONSTRAINT fk_grant_organizations_grant_id_division_grants FOREIGN KEY (grant_id, division)
        REFERENCES grants (id, division) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX ix_grant_organizations_division ON grant_organizations (division text_pattern_ops, grant_id);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (
        YIELD_TO_WRITERS_V1,
        PROJECTION,
        secure_table_v2("party_organizations", audited=False),
        CLAIMS,
        secure_table_v2("grant_organizations", key=("grant_id", "organization_id"), grants="SELECT, INSERT, DELETE"),
    ):
        run_script(op, script)
