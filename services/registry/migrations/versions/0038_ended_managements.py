"""From which day on a commended Party organization is not managed so any more."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0038"
down_revision = "registry_0037"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE managements ADD COLUMN ended_on date;")
