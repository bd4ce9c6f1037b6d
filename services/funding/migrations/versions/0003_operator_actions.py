"""What operators did."""

from alembic import op

from shared.schema.operations import OPERATOR_ACTIONS_V1
from shared.schema.scripts import run_script

revision = "funding_0003"
down_revision = "funding_0002"


def upgrade() -> None:
    """Forward only."""
    run_script(op, OPERATOR_ACTIONS_V1)
