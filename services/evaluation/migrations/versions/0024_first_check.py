"""The industry's first check: its sheets, and what Party organizations belong to."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0024"
down_revision = "evaluation_0023"

# The version before shows three stages, and leaves out this one.
COLUMNS = """
ALTER TABLE party_organizations ADD COLUMN affiliated_to text, ADD COLUMN affiliated_as text,
    ADD COLUMN affiliated_name text;
ALTER TABLE evaluation_scores DROP CONSTRAINT ck_evaluation_scores_stage;
ALTER TABLE evaluation_scores ADD CONSTRAINT ck_evaluation_scores_stage
    CHECK (stage IN ('self', 'group', 'first_check', 'committee')) NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
