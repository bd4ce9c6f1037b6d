"""Documents of grants, postings and refund claims: drafted, checked, issued under numbers, sealed copies filed."""

from alembic import op

from shared.documents.schema import documents_v1
from shared.schema.scripts import run_script

revision = "funding_0026"
down_revision = "funding_0025"

# Who sees a grant or a claim sees what was issued about it; the ledger, and its vouchers, are hidden from units.
SUBJECTS = "SELECT id FROM grants UNION ALL SELECT id FROM dues_refunds"


def upgrade() -> None:
    """Forward only."""
    for script in documents_v1(rows=SUBJECTS):
        run_script(op, script)
