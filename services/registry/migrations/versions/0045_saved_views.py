"""What somebody looks at, kept under a name: a page of the console and its query, each subject's own."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import NOT_NARROWED, secure_table

revision = "registry_0045"
down_revision = "registry_0044"

TABLE = """
CREATE TABLE saved_views (
    subject text NOT NULL,
    page text NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    version bigint NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT pk_saved_views PRIMARY KEY (subject, page, name)
);
"""
_OWN = "subject = (SELECT (COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}'))::jsonb->>'actor')"
_SYSTEM = "'' LIKE ANY ((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[])"
# No record of the administration, so not audited: what somebody looks at is nobody else's business.
SECURED = secure_table("saved_views", visible=f"({_OWN} OR {_SYSTEM})", units=NOT_NARROWED, audited=False)


def upgrade() -> None:
    """Forward only."""
    for script in (TABLE, SECURED):
        run_script(op, script)
