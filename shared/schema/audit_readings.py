"""Readings in the audit trail: the function that records one, and the index by which they are listed.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.security import RUNTIME

# A reading leaves a row as a change does; nobody can claim one outside of what he sees.
AUDIT_READ_V1 = f"""
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

# Of readings alone: a change costs nothing more.
LISTED_READINGS_V1 = """
CREATE INDEX ix_audit_log_readings ON audit_log (at, division, number) WHERE operation = 'read';
"""
