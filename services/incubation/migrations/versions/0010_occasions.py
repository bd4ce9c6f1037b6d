"""What a case is about besides forming, and the kind of each Party organization."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.released import secure_table_v2
from shared.schema.scripts import run_script

revision = "incubation_0010"
down_revision = "incubation_0009"

# A table of its own: the version before returns every column of a case that it decides, and would meet another row. A
# case without a row here is about forming. The kind is NULL until it is stated again, or replayed.
TABLES = """
ALTER TABLE party_organizations ADD COLUMN kind text;
CREATE UNIQUE INDEX uq_formation_cases_id_division ON formation_cases (id, division);
CREATE TABLE case_occasions (
    case_id uuid NOT NULL,
    division text NOT NULL,
    occasion text NOT NULL,
    concerns uuid NOT NULL,
    CONSTRAINT pk_case_occasions PRIMARY KEY (case_id),
    CONSTRAINT ck_case_occasions_occasion CHECK (occasion IN ('kind', 'moved')),
    CONSTRAINT fk_case_occasions_case_id_division_formation_cases FOREIGN KEY (case_id, division)
        REFERENCES formation_cases (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_case_occasions_concerns ON case_occasions (concerns);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (
        YIELD_TO_WRITERS_V1,
        TABLES,
        secure_table_v2("case_occasions", key=("case_id",), grants="SELECT, INSERT, UPDATE"),
    ):
        run_script(op, script)
