"""Bonuses and vetoes of a catalogue that were recorded of an evaluation."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "evaluation_0018"
down_revision = "evaluation_0017"

TABLE = """
CREATE TABLE catalogue_entries (
    evaluation_id uuid NOT NULL,
    kind text NOT NULL,
    division text NOT NULL,
    catalogue text NOT NULL,
    version text NOT NULL,
    items jsonb NOT NULL,
    put_at timestamptz NOT NULL,
    put_by text,
    hands text[] NOT NULL,
    CONSTRAINT pk_catalogue_entries PRIMARY KEY (evaluation_id, kind),
    CONSTRAINT fk_catalogue_entries_evaluation_id_division_evaluations
        FOREIGN KEY (evaluation_id, division) REFERENCES evaluations (id, division) ON UPDATE CASCADE,
    CONSTRAINT ck_catalogue_entries_kind CHECK (kind IN ('bonuses', 'vetoes'))
);
"""
SECURED = secure_table(
    "catalogue_entries",
    units=of_rows("evaluation_id", "SELECT id FROM evaluations"),
    key=("evaluation_id", "kind"),
    policy="catalogue",
    grants="SELECT, INSERT, UPDATE",
)


def upgrade() -> None:
    """Forward only; the version before knows no entries, and rates without them."""
    for script in (YIELD_TO_WRITERS_V1, SEE_ALL_ROWS_V1, TABLE, SECURED):
        run_script(op, script)
