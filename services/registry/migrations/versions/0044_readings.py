"""Who read what is listed by time, and the reading of a record's trail leaves a row as well."""

from alembic import op

from shared.schema.audit_lanes import LISTED_READINGS_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0044"
down_revision = "registry_0043"


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, LISTED_READINGS_V1):
        run_script(op, script)
