"""What unit of an applicant would host a Party organization (S11); null where nobody has stated it."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0031"
down_revision = "registry_0030"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE registration_reviews ADD COLUMN host_unit text;")
