"""The facts that a stage's points were worked out from, beside the points."""

from alembic import op

from shared.schema.scripts import run_script

revision = "evaluation_0017"
down_revision = "evaluation_0016"


def upgrade() -> None:
    """Forward only; the version before leaves the column out."""
    run_script(op, "ALTER TABLE evaluation_scores ADD COLUMN facts jsonb;")
