"""Lists of a cycle's evaluations by total, by star and by division, for cycles of 10,000."""

from alembic import op

from shared.schema.scripts import run_script

revision = "evaluation_0038"
down_revision = "evaluation_0037"

INDEXES = """
CREATE INDEX ix_evaluations_total ON evaluations (cycle_id, COALESCE(total, -1) DESC, id);
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, INDEXES)
