"""What a decision on a case arranges besides: a planned day and an instructor, or a work group (S21)."""

from alembic import op

from shared.schema.foreign_keys import SEE_ALL_ROWS_V1, YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_rows, secure_table

revision = "incubation_0025"
down_revision = "incubation_0024"

TABLE = """
CREATE TABLE case_arrangements (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    until date,
    instructor jsonb,
    work_group boolean NOT NULL,
    CONSTRAINT pk_case_arrangements PRIMARY KEY (case_id, version),
    CONSTRAINT fk_case_arrangements_case_id_division_formation_cases FOREIGN KEY (case_id, division)
        REFERENCES formation_cases (id, division) ON UPDATE CASCADE
);
"""


def upgrade() -> None:
    """Forward only."""
    units = of_rows("case_id", "SELECT id FROM formation_cases")
    for script in (
        YIELD_TO_WRITERS_V1,
        SEE_ALL_ROWS_V1,
        TABLE,
        secure_table("case_arrangements", key=("case_id", "version"), grants="SELECT, INSERT", units=units),
    ):
        run_script(op, script)
