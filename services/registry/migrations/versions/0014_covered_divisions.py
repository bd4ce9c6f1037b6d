"""A Party organization is visible to every division in which it covers somebody."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "registry_0014"
down_revision = "registry_0013"

# Derived from coverages, and so not audited. What the version before places meanwhile is added with the next change of
# the same Party organization.
TABLE = """
CREATE TABLE covered_divisions (
    party_organization_id uuid NOT NULL,
    division text NOT NULL,
    CONSTRAINT pk_covered_divisions PRIMARY KEY (party_organization_id, division)
);
"""
FILL = """
INSERT INTO covered_divisions (party_organization_id, division)
SELECT DISTINCT party_organization_id, division FROM coverages WHERE until IS NULL;
"""
# Row-level security applies inside as well: only the rows of the caller's divisions are found.
POLICY = """
CREATE POLICY covering ON party_organizations FOR SELECT USING (EXISTS (
    SELECT FROM covered_divisions AS d WHERE d.party_organization_id = party_organizations.id
));
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE, FILL):
        run_script(op, script)
    run_script(op, secure_table_v2("covered_divisions", key=("party_organization_id", "division"), audited=False))
    run_script(op, POLICY)
