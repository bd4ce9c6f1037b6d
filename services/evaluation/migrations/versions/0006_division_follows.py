"""Score sheets have the division of their evaluation, and frozen indicator systems that of their cycle."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "evaluation_0006"
down_revision = "evaluation_0005"

# These imply the foreign keys on the id alone, which stay: no constraint goes while the version before runs.
FOREIGN_KEYS = """
CREATE UNIQUE INDEX uq_cycles_id_division ON cycles (id, division);
ALTER TABLE cycle_indicator_systems ADD CONSTRAINT fk_cycle_indicator_systems_cycle_id_division_cycles
    FOREIGN KEY (cycle_id, division) REFERENCES cycles (id, division) ON UPDATE CASCADE NOT VALID;
CREATE UNIQUE INDEX uq_evaluations_id_division ON evaluations (id, division);
ALTER TABLE evaluation_scores ADD CONSTRAINT fk_evaluation_scores_evaluation_id_division_evaluations
    FOREIGN KEY (evaluation_id, division) REFERENCES evaluations (id, division) ON UPDATE CASCADE NOT VALID;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, FOREIGN_KEYS):
        run_script(op, script)
