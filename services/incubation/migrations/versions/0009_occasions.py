"""What a case is about besides forming, and the kind of each Party organization."""

from alembic import op

from shared.schema.scripts import run_script

revision = "incubation_0009"
down_revision = "incubation_0008"

# The version before reads and writes none of these. NULL: not stated since this migration (or until it is replayed),
# and for a case that it is about forming.
COLUMNS = """
ALTER TABLE party_organizations ADD COLUMN kind text;
ALTER TABLE formation_cases ADD COLUMN occasion text;
ALTER TABLE formation_cases ADD COLUMN concerns uuid;
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, COLUMNS)
