"""A token's units narrow what is seen of each table, beside its divisions."""

from alembic import op

from shared.schema.bus import NARROW_SHARED_TABLES_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, narrow, of_rows, of_units

revision = "incubation_0016"
down_revision = "incubation_0015"

# What a Party organization covers now is its secretary's to see.
COVERED = "SELECT organization_id FROM coverage_claims WHERE covered AND party_organization_id = ANY ({UNITS})"
CASES = "SELECT id FROM formation_cases"
TABLES = {
    "organizations": of_units("id", through=COVERED),
    "formation_checks": of_units("organization_id", through=COVERED),
    "formation_cases": of_units("organization_id", through=COVERED),
    "case_occasions": of_rows("case_id", CASES),
    "formation_case_steps": of_rows("case_id", CASES),
    "party_organizations": of_units("id"),
    "coverage_claims": of_units("party_organization_id", "organization_id"),
    "areas": of_units("party_organization_id"),
    # A plan is a division's: it weighs units against each other.
    "joint_plans": HIDDEN_FROM_UNITS,
    "joint_proposals": HIDDEN_FROM_UNITS,
}


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, NARROW_SHARED_TABLES_V1):
        run_script(op, script)
    run_script(op, "\n".join(narrow(name, units) for name, units in TABLES.items()))
