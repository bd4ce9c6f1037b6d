"""Readings of talks' records leave an audit row. Records are sealed by the service: no column changes."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import RUNTIME

revision = "evaluation_0035"
down_revision = "evaluation_0034"

# A reading leaves a row as a change does; nobody can claim one outside of what he sees.
READINGS = f"""
CREATE FUNCTION audit_read(of_type text, of_object text, of_division text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT COALESCE(of_division LIKE ANY (string_to_array(current_setting('shuangfu.scope', true), ',')), false) THEN
        RAISE EXCEPTION 'division % is outside the scope', of_division USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM audit_append(of_type, 'read', ARRAY[ROW(of_division, of_object, '{{}}'::jsonb, NULL)::audit_change]);
END $$;
REVOKE ALL ON FUNCTION audit_read FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_read TO {RUNTIME};
"""


def upgrade() -> None:
    """Forward only."""
    run_script(op, READINGS)
