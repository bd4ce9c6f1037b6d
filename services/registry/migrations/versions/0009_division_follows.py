"""Contacts and coverages have the division of their organization, and follow it into another one."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0009"
down_revision = "registry_0008"

# Checked at the commit: the version before moves contacts and coverages first, and their organization after them. The
# foreign keys on the id alone stay, because they lock the organization at once: at the commit the transaction holds an
# audit head, and must wait for no row.
FOREIGN_KEYS = """
ALTER TABLE contacts ADD CONSTRAINT fk_contacts_organization_id_division_organizations
    FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE coverages ADD CONSTRAINT fk_coverages_organization_id_division_organizations
    FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, FOREIGN_KEYS):
        run_script(op, script)
