"""Which organization succeeded which, by a merger, a split or another code."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script
from shared.schema.security import of_units, secure_table

revision = "registry_0043"
down_revision = "registry_0042"

TABLE = """
CREATE TABLE successions (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    division text NOT NULL,
    uscc text NOT NULL,
    predecessor_id uuid NOT NULL,
    predecessor_uscc text NOT NULL,
    kind text NOT NULL,
    succeeded_on date NOT NULL,
    reason text NOT NULL,
    party_organization_id uuid,
    reasons jsonb NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_successions PRIMARY KEY (id),
    CONSTRAINT uq_successions_organization_id_predecessor_id UNIQUE (organization_id, predecessor_id),
    CONSTRAINT ck_successions_kind CHECK (kind IN ('merger', 'split', 'new_code')),
    CONSTRAINT fk_successions_organization_id_division_organizations
        FOREIGN KEY (organization_id, division) REFERENCES organizations (id, division) ON UPDATE CASCADE
);
CREATE INDEX ix_successions_division ON successions (division text_pattern_ops, id);
CREATE INDEX ix_successions_predecessor_id ON successions (predecessor_id, id);
"""
# Who sees the predecessor reads as well what became of it.
SECURED = secure_table(
    "successions",
    units=of_units("organization_id", "predecessor_id"),
    readable="EXISTS (SELECT FROM organizations AS o WHERE o.id = predecessor_id)",
    grants="SELECT, INSERT",
)


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, TABLE, SECURED):
        run_script(op, script)
