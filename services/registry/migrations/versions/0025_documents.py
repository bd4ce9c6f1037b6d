"""Documents: drafted, checked, issued under numbers without gaps, their sealed copies filed."""

from alembic import op

from shared.documents.schema import documents_v1
from shared.schema.scripts import run_script

revision = "registry_0025"
down_revision = "registry_0024"

# Of what a Party organization covers now its secretary sees the documents too.
COVERED = "SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"


def upgrade() -> None:
    """Forward only."""
    for script in documents_v1(through=COVERED):
        run_script(op, script)
