"""Who raised a grant by deciding again, and the decisions that found no scheme."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0008"
down_revision = "funding_0007"

COLUMN = """
-- Null: raised by an event, as the version before does.
ALTER TABLE grants ADD COLUMN raised_by text;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
