"""Which of the seven services of D15 an incubatee was given, on which day."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "incubation_0032"
down_revision = "incubation_0031"

TABLE = """
CREATE TABLE incubation_services (
    id uuid NOT NULL,
    incubatee_id uuid NOT NULL,
    division text NOT NULL,
    service text NOT NULL,
    on_day date NOT NULL,
    content text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    withdrawn_why text,
    CONSTRAINT pk_incubation_services PRIMARY KEY (id),
    CONSTRAINT fk_incubation_services_incubatee_id_division_incubatees
        FOREIGN KEY (incubatee_id, division) REFERENCES incubatees (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_incubation_services_incubatee_id ON incubation_services (incubatee_id, on_day);
CREATE INDEX ix_incubation_services_division ON incubation_services (division text_pattern_ops, id);
"""
SECURED = secure_table(
    "incubation_services", units=of_rows("incubatee_id", "SELECT id FROM incubatees"), grants="SELECT, INSERT, UPDATE"
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLE, SECURED):
        run_script(op, script)
