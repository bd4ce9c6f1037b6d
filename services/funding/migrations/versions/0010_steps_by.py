"""Each step of a grant says who took it; of those that were there, the grant itself says so."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0010"
down_revision = "funding_0009"

COLUMN = "ALTER TABLE grant_steps ADD COLUMN taken_by text;"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
