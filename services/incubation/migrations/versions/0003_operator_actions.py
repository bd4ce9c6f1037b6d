"""What operators did."""

from alembic import op

from shared.schema.operations import OPERATOR_ACTIONS_V1
from shared.schema.scripts import run_script

revision = "incubation_0003"
down_revision = "incubation_0002"


def upgrade() -> None:
    """Forward only."""
    run_script(op, OPERATOR_ACTIONS_V1)
