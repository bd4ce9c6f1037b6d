"""Audited tables refuse TRUNCATE; functions are called by whom they are granted to; recent events stay."""

from alembic import op

from shared.schema.audit import CALLED_BY_US_V1, TRUNCATE_REFUSED_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.outbox_days import OUTBOX_WINDOW_V1
from shared.schema.scripts import run_script

revision = "registry_0012"
down_revision = "registry_0011"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TRUNCATE_REFUSED_V1, OUTBOX_WINDOW_V1, CALLED_BY_US_V1):
        run_script(op, script)
