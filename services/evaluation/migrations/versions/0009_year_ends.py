"""What Party organizations were at the ends of past years.

Apart from the columns of cycles: a migration that waits for two tables could wait for the version before for ever.
"""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0009"
down_revision = "evaluation_0008"

COLUMNS = """
-- What the version before writes has no years: its state stands for the present one alone.
ALTER TABLE party_organizations ADD COLUMN stated_year integer, ADD COLUMN since_year integer,
    ADD COLUMN past_states jsonb NOT NULL DEFAULT '[]';
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
