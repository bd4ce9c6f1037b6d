"""A token's units narrow what is seen of each table, beside its divisions."""

from alembic import op

from shared.schema.bus import NARROW_SHARED_TABLES_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, narrow, of_rows, of_units

revision = "registry_0019"
down_revision = "registry_0018"

# What a Party organization covers now is its secretary's to see.
COVERED = "SELECT organization_id FROM coverages WHERE until IS NULL AND party_organization_id = ANY ({UNITS})"
ITS_BODIES = "SELECT body FROM affiliations WHERE party_organization_id = ANY ({UNITS})"
TABLES = {
    "organizations": of_units("id", through=COVERED),
    "contacts": of_units("organization_id", through=COVERED),
    "corrections": of_units("organization_id", through=COVERED),
    "party_organizations": of_units("id"),
    "coverages": of_units("party_organization_id", "organization_id"),
    "covered_divisions": of_units("party_organization_id"),
    "affiliations": of_units("party_organization_id"),
    "bodies": of_rows("code", ITS_BODIES),
    # The register's own work. An import's errors follow the import.
    "conflicts": HIDDEN_FROM_UNITS,
    "code_exceptions": HIDDEN_FROM_UNITS,
    "imports": HIDDEN_FROM_UNITS,
}


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, NARROW_SHARED_TABLES_V1):
        run_script(op, script)
    run_script(op, "\n".join(narrow(name, units) for name, units in TABLES.items()))
