"""Where filed bodies meet, and which event stated each of them last."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0028"
down_revision = "registry_0027"

SCRIPT = """
ALTER TABLE filed_bodies
    ADD COLUMN lon double precision,
    ADD COLUMN lat double precision,
    ADD COLUMN stated_in uuid;
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, SCRIPT)
