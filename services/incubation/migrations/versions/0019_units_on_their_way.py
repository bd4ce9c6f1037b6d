"""An index of what was approved for a joint branch: its limits count who is on the way to it."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "incubation_0019"
down_revision = "incubation_0018"

INDEX = """
CREATE INDEX ix_formation_cases_approved_joint ON formation_cases (party_organization_id)
    WHERE state = 'approved' AND outcome = 'joint';
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, INDEX):
        run_script(op, script)
