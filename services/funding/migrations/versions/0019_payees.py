"""Accounts that grants are paid to: sealed, entered by one person and verified by another."""

from alembic import op

from shared.schema.scripts import run_script
from shared.schema.security import HIDDEN_FROM_UNITS, RUNTIME, secure_table

revision = "funding_0019"
down_revision = "funding_0018"

TABLE = """
CREATE TABLE payees (
    recipient_id uuid NOT NULL,
    division text NOT NULL,
    held_by text NOT NULL,
    bank_code text NOT NULL,
    grounds text,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    verified_by text,
    verified_at timestamptz,
    CONSTRAINT pk_payees PRIMARY KEY (recipient_id),
    CONSTRAINT ck_payees_held_by CHECK (held_by IN ('own', 'organization', 'superior')),
    CONSTRAINT ck_payees_in_trust CHECK (held_by = 'own' OR grounds IS NOT NULL),
    CONSTRAINT ck_payees_state CHECK (state IN ('entered', 'verified')),
    CONSTRAINT ck_payees_verified CHECK ((state = 'verified') = (verified_by IS NOT NULL))
);
CREATE INDEX ix_payees_division ON payees (division text_pattern_ops, recipient_id);
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
    secured = secure_table(
        "payees",
        units=HIDDEN_FROM_UNITS,
        key=("recipient_id",),
        hidden=("sealed",),
        grants="SELECT, INSERT, UPDATE",
    )
    for script in (TABLE, READINGS, secured):
        run_script(op, script)
