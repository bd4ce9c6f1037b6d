"""Since when each organization is covered: a rating counts for those covered on 31 December of its year."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0020"
down_revision = "evaluation_0019"

COLUMN = """
-- Null: stated before this column was there, or by the version before; it counts as covered ever since.
ALTER TABLE covered_organizations ADD COLUMN since date;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
