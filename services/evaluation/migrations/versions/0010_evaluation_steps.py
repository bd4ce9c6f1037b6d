"""An evaluation keeps the steps that it took: what, when, by whom, with which note."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0010"
down_revision = "evaluation_0009"

COLUMN = "ALTER TABLE evaluations ADD COLUMN steps jsonb NOT NULL DEFAULT '[]';"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMN):
        run_script(op, script)
