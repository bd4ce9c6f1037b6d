"""What each Party organization says it covers: two of them may be heard in either order."""

from alembic import op

from shared.schema.scripts import run_script

revision = "incubation_0005"
down_revision = "incubation_0004"

TABLES = """
-- NULL: stated before this migration, or to the version before it, until it is stated anew (or replayed).
ALTER TABLE party_organizations ADD COLUMN covers uuid[];
ALTER TABLE party_organizations ADD COLUMN stated_at timestamptz;
CREATE INDEX ix_party_organizations_covers ON party_organizations USING gin (covers);
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, TABLES)
