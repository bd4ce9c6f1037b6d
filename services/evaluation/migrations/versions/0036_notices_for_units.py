"""Public notices: a unit sees those of its cycles that were published for its division, and their documents."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import UNITS, of_rows

revision = "evaluation_0036"
down_revision = "evaluation_0035"

# Under the policies of evaluations: of a unit its own. A district's notice in a city's cycle is not another district's.
CONCERNS = (
    "EXISTS (SELECT FROM evaluations AS e WHERE e.cycle_id = publications.cycle_id "
    "AND e.division LIKE publications.division || '%')"
)
# A city's notice lies above the division of a unit's token: `reading` shows it, `units` shows nothing more.
NOTICES = f"""
CREATE POLICY reading ON publications FOR SELECT USING ({UNITS} IS NOT NULL AND {CONCERNS});
ALTER POLICY units ON publications USING ({UNITS} IS NULL OR {CONCERNS}) WITH CHECK ({UNITS} IS NULL);
"""
SUBJECTS = (
    "SELECT id FROM consequences UNION ALL SELECT id FROM cycles UNION ALL SELECT id FROM evaluations "
    "UNION ALL SELECT id FROM publications"
)
ISSUED = f"({UNITS} IS NULL OR (state = 'issued' AND {of_rows('subject_id', SUBJECTS)}))"
DOCUMENTS = f"ALTER POLICY units ON documents USING ({ISSUED}) WITH CHECK ({ISSUED});"


def upgrade() -> None:
    """Forward only."""
    for script in (NOTICES, DOCUMENTS):
        run_script(op, script)
