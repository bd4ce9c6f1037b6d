"""Imports say what they were given and how the file was understood, count attempts, and name faulty cells."""

from alembic import op

from shared.schema.foreign_keys import YIELD_TO_WRITERS_V1
from shared.schema.scripts import run_script

revision = "registry_0011"
down_revision = "registry_0010"

COLUMNS = """
ALTER TABLE imports ADD COLUMN given jsonb;
ALTER TABLE imports ADD COLUMN report jsonb;
ALTER TABLE imports ADD COLUMN records integer;
ALTER TABLE imports ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN attempted_at timestamptz;
ALTER TABLE imports ADD COLUMN failure jsonb;
ALTER TABLE import_errors ADD COLUMN cells jsonb;
"""
# The report quotes headings and names of sheets, which may hold anybody's data: as content and filename, not audited.
AUDIT = """
CREATE OR REPLACE FUNCTION audit_imports() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE changes audit_change[];
BEGIN
    SELECT array_agg(ROW('-', r.id::text, jsonb_build_object('after',
        to_jsonb(r) - '{content,filename,given,report,failure}'::text[]
        || jsonb_build_object('content', encode(sha256(COALESCE(r.content, ''::bytea)), 'hex'))), NULL)::audit_change
        ORDER BY r.id) INTO changes FROM new_rows r;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('imports', 'insert', changes);
    END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Forward only."""
    for script in (YIELD_TO_WRITERS_V1, COLUMNS, AUDIT):
        run_script(op, script)
