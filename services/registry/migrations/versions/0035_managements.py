"""How commended Party organizations are managed, as evaluation published it."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import NOT_NARROWED, secure_table

revision = "registry_0035"
down_revision = "registry_0033"

TABLE = """
CREATE TABLE managements (
    id uuid NOT NULL,
    party_organization_id uuid NOT NULL,
    year integer NOT NULL,
    tier text NOT NULL,
    mode text NOT NULL,
    level text NOT NULL,
    demonstration_site boolean NOT NULL,
    commended_on date NOT NULL,
    managed_from date NOT NULL,
    reasons jsonb NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT pk_managements PRIMARY KEY (id)
);
CREATE INDEX ix_managements_party_organization_id ON managements (party_organization_id, managed_from);
"""
# It is seen with its Party organization, wherever that has moved; one that is not known here is the system's alone.
OF_SEEN = (
    "(EXISTS (SELECT FROM party_organizations AS p WHERE p.id = party_organization_id) "
    "OR '' LIKE ANY ((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[]))"
)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, secure_table("managements", units=NOT_NARROWED, visible=OF_SEEN, audited=False)):
        run_script(op, script)
