"""What a take-over states of Party organizations that exist already."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0023"
down_revision = "registry_0022"

# The version before inserts Party organizations without these: all have defaults.
COLUMNS = """
ALTER TABLE party_organizations ADD COLUMN founding_number text;
ALTER TABLE party_organizations ADD COLUMN founding_form text;
ALTER TABLE party_organizations ADD COLUMN taken_over boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
