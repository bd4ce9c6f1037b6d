"""Row-level security and the audit trail."""

from alembic import op

from shared.schema.audit import AUDIT_V1
from shared.schema.released import secure_bus_tables_v1, secure_table_v1
from shared.schema.scripts import run_script

revision = "registry_0002"
down_revision = "registry_0001"

COLUMNS = """
-- A coverage belongs to the division of the organization that is covered.
ALTER TABLE coverages ADD COLUMN division text;
UPDATE coverages c SET division = o.division FROM organizations o WHERE o.id = c.organization_id;
ALTER TABLE coverages ALTER COLUMN division SET NOT NULL;

-- An import is its uploader's, and reaches no further than the uploader does.
ALTER TABLE imports ADD COLUMN created_by text NOT NULL DEFAULT 'nobody';
ALTER TABLE imports ADD COLUMN scope text NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN authority text NOT NULL DEFAULT '';
"""
MINE = (
    "created_by = (SELECT COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}')::jsonb->>'actor') "
    "OR '' LIKE ANY ((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[])"
)


def upgrade() -> None:
    """Forward only."""
    scripts = [
        COLUMNS,
        AUDIT_V1,
        secure_bus_tables_v1(),
        secure_table_v1("organizations"),
        secure_table_v1("party_organizations"),
        secure_table_v1("coverages", key=("party_organization_id", "organization_id", "since")),
        secure_table_v1("imports", visible=MINE, audited=False),
        secure_table_v1(
            "import_errors",
            visible="EXISTS (SELECT FROM imports i WHERE i.id = import_errors.import_id)",
            audited=False,
        ),
    ]
    for script in scripts:
        run_script(op, script)
