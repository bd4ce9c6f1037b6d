"""Contacts and coverages that were there have the division of their organization."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1
from shared.schema.scripts import run_script

revision = "registry_0010"
down_revision = "registry_0009"

VALIDATE = """
ALTER TABLE contacts VALIDATE CONSTRAINT fk_contacts_organization_id_division_organizations;
ALTER TABLE coverages VALIDATE CONSTRAINT fk_coverages_organization_id_division_organizations;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (SEE_ALL_ROWS_V1, VALIDATE):
        run_script(op, script)
