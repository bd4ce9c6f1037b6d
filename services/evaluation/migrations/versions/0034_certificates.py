"""Certificates of stars: a unit sees what was issued about its evaluation, as about its consequences and cycles."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import UNITS, of_rows

revision = "evaluation_0034"
down_revision = "evaluation_0033"

SUBJECTS = "SELECT id FROM consequences UNION ALL SELECT id FROM cycles UNION ALL SELECT id FROM evaluations"
ISSUED = f"({UNITS} IS NULL OR (state = 'issued' AND {of_rows('subject_id', SUBJECTS)}))"


def upgrade() -> None:
    """Forward only."""
    run_script(op, f"ALTER POLICY units ON documents USING ({ISSUED}) WITH CHECK ({ISSUED});")
