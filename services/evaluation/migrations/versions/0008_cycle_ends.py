"""A cycle is closed, and goes by what Party organizations were on its reference date."""

from alembic import op

from shared.schema.scripts import run_script

revision = "evaluation_0008"
down_revision = "evaluation_0007"

COLUMNS = """
ALTER TABLE cycles ADD COLUMN opened_by text, ADD COLUMN closed_at timestamptz, ADD COLUMN closed_by text,
    ADD COLUMN closing_note text, ADD COLUMN brought_up_to_date_at timestamptz;

-- What the version before writes has no years: its state stands for the present one alone.
ALTER TABLE party_organizations ADD COLUMN stated_year integer, ADD COLUMN since_year integer,
    ADD COLUMN past_states jsonb NOT NULL DEFAULT '[]';
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, COLUMNS)
