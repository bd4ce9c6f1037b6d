"""Documents of formation cases and incubatees: drafted, checked, issued under numbers, their sealed copies filed."""

from alembic import op

from shared.documents.schema import documents_v1
from shared.schema.scripts import run_script

revision = "incubation_0029"
down_revision = "incubation_0028"

# Who sees a case or an incubatee sees what was issued about it.
SUBJECTS = "SELECT id FROM formation_cases UNION ALL SELECT id FROM incubatees"


def upgrade() -> None:
    """Forward only."""
    for script in documents_v1(rows=SUBJECTS):
        run_script(op, script)
