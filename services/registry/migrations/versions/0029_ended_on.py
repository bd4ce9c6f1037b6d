"""The day on which an organization was deregistered, which later registrations of it do not move.

Rows from before have none: as of what their `as_of` says they had ended (`Organization.ended`).
"""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0029"
down_revision = "registry_0028"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE organizations ADD COLUMN ended_on date;")
