"""A cycle is closed, and brought up to date on its reference date."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0008"
down_revision = "evaluation_0007"

COLUMNS = """
ALTER TABLE cycles ADD COLUMN opened_by text, ADD COLUMN closed_at timestamptz, ADD COLUMN closed_by text,
    ADD COLUMN closing_note text, ADD COLUMN brought_up_to_date_at timestamptz;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
