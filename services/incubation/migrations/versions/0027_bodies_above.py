"""What incubation needs to know whose approval a case needs, and for which body each step was taken."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "incubation_0027"
down_revision = "incubation_0026"

COLUMNS = """
ALTER TABLE organizations ADD COLUMN evaluation_type text;
ALTER TABLE party_facts
    ADD COLUMN affiliated_to text, ADD COLUMN affiliated_as text, ADD COLUMN affiliated_since date;
ALTER TABLE formation_case_steps ADD COLUMN body text, ADD COLUMN reasons jsonb;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS):
        run_script(op, script)
