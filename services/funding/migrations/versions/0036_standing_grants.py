"""A grant that was reversed, and of which nothing is out, bars no other one of its purpose and period (D10).

The key of recipient, scheme and year stays as it is: the first version names it. A grant of the same scheme after such
a one has no `year`, as one of several in a year.
"""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "funding_0036"
down_revision = "funding_0035"

# The version before finds one that is gone, and raises nothing beside it: it writes what both allow.
KEYS = """
DROP INDEX uq_grants_trigger_recipient_id_scheme_period_purpose;
CREATE UNIQUE INDEX uq_grants_trigger_recipient_id_scheme_period_purpose
    ON grants (trigger, recipient_id, scheme, period, purpose)
    WHERE period IS NOT NULL AND (state <> 'reversed' OR returned_fen < return_due_fen);
DROP INDEX uq_grants_recipient_id_purpose_level_period;
CREATE UNIQUE INDEX uq_grants_recipient_id_purpose_level_period
    ON grants (recipient_id, purpose, level, period)
    WHERE input_hash IS NOT NULL AND (state <> 'reversed' OR returned_fen < return_due_fen);
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, KEYS):
        run_script(op, script)
