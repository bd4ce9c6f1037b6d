"""Whoever owes a recipient a grant sees and corrects its account, wherever the recipient moved to since."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0037"
down_revision = "funding_0036"

OWED = "recipient_id = ANY (ARRAY(SELECT g.recipient_id FROM grants g WHERE g.state = 'approved'))"
SCRIPT = f"CREATE POLICY owed ON payees USING ({OWED}) WITH CHECK ({OWED});"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, SCRIPT):
        run_script(op, script)
