"""The day on which an organization was registered: no Party organization of it was founded before."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "incubation_0009"
down_revision = "incubation_0008"

COLUMN = """
-- Unknown until the organization's next event, or a replay.
ALTER TABLE organizations ADD COLUMN registered_on date;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
