"""Documents of consequences and cycles: drafted, checked, issued under numbers, their sealed copies filed."""

from alembic import op

from shared.documents.schema import documents_v1
from shared.schema.scripts import run_script

revision = "evaluation_0031"
down_revision = "evaluation_0028"

# Who sees a consequence or a cycle sees what was issued about it.
SUBJECTS = "SELECT id FROM consequences UNION ALL SELECT id FROM cycles"


def upgrade() -> None:
    """Forward only."""
    for script in documents_v1(rows=SUBJECTS):
        run_script(op, script)
