"""The third count of members (D7): full members employed full- or part-time; null where it was never stated."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0033"
down_revision = "registry_0032"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE organizations ADD COLUMN full_members_full_or_part_time integer;")
