"""A registration that comes alone is audited in two statements instead of three."""

from alembic import op

from shared.schema.audit import AUDIT_V2
from shared.schema.released import audit_single_inserts_v1
from shared.schema.scripts import run_script

revision = "registry_0005"
down_revision = "registry_0004"


def upgrade() -> None:
    """Forward only; what stands in the trail, and how it is verified, stays the same."""
    for script in (AUDIT_V2, audit_single_inserts_v1("organizations")):
        run_script(op, script)
