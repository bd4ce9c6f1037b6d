"""Which event stated the area of each filed body last, so that `reconcile` knows what is on its way."""

from alembic import op

from shared.schema.scripts import run_script

revision = "incubation_0028"
down_revision = "incubation_0027"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE area_bodies ADD COLUMN stated_in uuid;")
