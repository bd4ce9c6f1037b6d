"""Imports say what the rows of their file are records of, and name refused rows that have no code."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0017"
down_revision = "registry_0016"

# The version before reads and writes files of organizations only; it never fills `key`.
COLUMNS = """
ALTER TABLE imports ADD COLUMN subject text NOT NULL DEFAULT 'organizations';
ALTER TABLE import_errors ADD COLUMN key text;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
