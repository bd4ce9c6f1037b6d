"""On which day an application for registration was approved: its certificate is not older."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0039"
down_revision = "registry_0038"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE registration_reviews ADD COLUMN approved_on date;")
