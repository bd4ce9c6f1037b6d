"""A case may be about a work group beside the coverage of an area alone (S21)."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "incubation_0033"
down_revision = "incubation_0032"

CONSTRAINT = """
ALTER TABLE case_occasions DROP CONSTRAINT ck_case_occasions_occasion;
ALTER TABLE case_occasions ADD CONSTRAINT ck_case_occasions_occasion
    CHECK (occasion IN ('kind', 'moved', 'work_group')) NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, CONSTRAINT):
        run_script(op, script)
