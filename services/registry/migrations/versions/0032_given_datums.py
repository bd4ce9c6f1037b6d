"""The datum that a position came in, where it was another than WGS 84 and was converted; positions are WGS 84."""

from alembic import op

from shared.schema.scripts import run_script

revision = "registry_0032"
down_revision = "registry_0031"

COLUMNS = """
ALTER TABLE organizations ADD COLUMN datum text;
ALTER TABLE filed_bodies ADD COLUMN datum text;
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, COLUMNS)
