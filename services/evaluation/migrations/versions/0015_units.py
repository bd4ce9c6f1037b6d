"""A token's units narrow what is seen of each table, beside its divisions."""

from alembic import op

from shared.schema.bus import NARROW_SHARED_TABLES_V1
from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import narrow, of_rows, of_units

revision = "evaluation_0015"
down_revision = "evaluation_0014"

EVALUATIONS = "SELECT id FROM evaluations"
# Those in which a unit takes part.
CYCLES = "SELECT cycle_id FROM evaluations"
TABLES = {
    "evaluations": of_units("party_organization_id"),
    "evaluation_scores": of_rows("evaluation_id", EVALUATIONS),
    "cycles": of_rows("id", CYCLES),
    "cycle_indicator_systems": of_rows("cycle_id", CYCLES),
    "party_organizations": of_units("id"),
    "covered_organizations": of_units("party_organization_id", "organization_id"),
    "interests": of_units("party_organization_id"),
}


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, NARROW_SHARED_TABLES_V1):
        run_script(op, script)
    run_script(op, "\n".join(narrow(name, units) for name, units in TABLES.items()))
