"""What cases were about before is what they may be about."""

from alembic import op

from shared.schema.scripts import run_script

revision = "incubation_0034"
down_revision = "incubation_0033"


def upgrade() -> None:
    """Forward only."""
    run_script(op, "ALTER TABLE case_occasions VALIDATE CONSTRAINT ck_case_occasions_occasion;")
