"""Indexes for foreign keys that carry a division: an organization's key with it, and what covers an organization."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0008"
down_revision = "registry_0007"

INDEXES = """
CREATE INDEX ix_coverages_organization_id ON coverages (organization_id);
CREATE UNIQUE INDEX uq_organizations_id_division ON organizations (id, division);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, INDEXES):
        run_script(op, script)
