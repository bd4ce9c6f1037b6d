"""Contacts by role, sealed; readings leave an audit row."""

from alembic import op

from shared.schema.released import secure_table_v1
from shared.schema.scripts import run_script
from shared.schema.security import RUNTIME

revision = "registry_0003"
down_revision = "registry_0002"

TABLE = """
CREATE TABLE contacts (
    organization_id uuid NOT NULL,
    role text NOT NULL,
    division text NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    version bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_contacts PRIMARY KEY (organization_id, role),
    CONSTRAINT fk_contacts_organization_id_organizations FOREIGN KEY (organization_id) REFERENCES organizations,
    CONSTRAINT ck_contacts_role CHECK (role IN ('secretary', 'liaison', 'instructor'))
);
"""

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
    for script in (TABLE, READINGS, secure_table_v1("contacts", key=("organization_id", "role"), hidden=("sealed",))):
        run_script(op, script)
