"""The steps that a case took: what, when, by whom, with which note.

A table of its own: the version before reads whole rows of the cases, and a further column would break its statements.
"""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "incubation_0011"
down_revision = "incubation_0010"

TABLE = """
CREATE TABLE formation_case_steps (
    case_id uuid NOT NULL,
    version bigint NOT NULL,
    division text NOT NULL,
    step text NOT NULL,
    at timestamptz NOT NULL,
    taken_by text NOT NULL,
    note text,
    CONSTRAINT pk_formation_case_steps PRIMARY KEY (case_id, version),
    CONSTRAINT fk_formation_case_steps_case_id_division_formation_cases
        FOREIGN KEY (case_id, division) REFERENCES formation_cases (id, division) ON UPDATE CASCADE
);
"""


def upgrade() -> None:
    """Forward only."""
    security = secure_table_v2("formation_case_steps", key=("case_id", "version"), grants="SELECT, INSERT")
    for script in (YIELD_TO_WRITERS_V1, TABLE, security):
        run_script(op, script)
