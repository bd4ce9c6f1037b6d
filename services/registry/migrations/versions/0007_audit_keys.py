"""Keys of audited rows never change; whoever uploads a file is in the trail."""

from typing import Any

from alembic import op

from shared.schema.released import audit_functions_v1
from shared.schema.scripts import run_script

revision = "registry_0007"
down_revision = "registry_0006"

TABLES: dict[str, dict[str, Any]] = {
    "organizations": {},
    "party_organizations": {},
    "coverages": {"key": ("party_organization_id", "organization_id", "since")},
    "contacts": {"key": ("organization_id", "role"), "hidden": ("sealed",)},
    "dead_letters": {"hidden": ("value",)},
    "operator_actions": {},
}
# Who uploaded what, for a dry run and a file of refused rows too. The file and its name may hold anybody's data: the
# trail, which nobody can thin out, keeps the file's digest.
IMPORTS = """
CREATE FUNCTION audit_imports() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE changes audit_change[];
BEGIN
    SELECT array_agg(ROW('-', r.id::text, jsonb_build_object('after',
        to_jsonb(r) - '{content,filename}'::text[]
        || jsonb_build_object('content', encode(sha256(COALESCE(r.content, ''::bytea)), 'hex'))), NULL)::audit_change
        ORDER BY r.id) INTO changes FROM new_rows r;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('imports', 'insert', changes);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON imports REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_imports();
"""


def upgrade() -> None:
    """Forward only."""
    for script in (audit_functions_v1(TABLES), IMPORTS):
        run_script(op, script)
