"""A Party organization sees the activities in which it takes part, and what was counted of it."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, of_rows, of_units

revision = "incubation_0030"
down_revision = "incubation_0029"

# Of a row here a unit sees its own alone: whom it did something with is not its to see (decision 48).
TOOK_PART = "SELECT activity_id FROM activity_parties WHERE party_organization_id = ANY ({UNITS})"
TABLES = {
    "activities": of_rows("id", TOOK_PART),
    "activity_parties": of_units("party_organization_id"),
    "cultivations": of_units("party_organization_id"),
}


def upgrade() -> None:
    """Forward only."""
    run_script(op, YIELD_TO_WRITERS_V1)
    for name, units in TABLES.items():
        # What is written is still a division's.
        run_script(op, f"ALTER POLICY units ON {name} USING ({units}) WITH CHECK ({HIDDEN_FROM_UNITS});")
