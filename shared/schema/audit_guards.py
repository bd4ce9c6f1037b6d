"""What protects the audit besides its triggers: no TRUNCATE, no function that everybody may call.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.security import RUNTIME

LEAST_DAYS = 7
"""Published events stay in the outbox for at least this many days, whoever asks for their removal."""

TRUNCATE_REFUSED_V1 = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows: no % of %', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- Row by row a removal leaves a trace; TRUNCATE fires no trigger of rows.
DO $$
DECLARE audited regclass;
BEGIN
    FOR audited IN
        SELECT DISTINCT t.tgrelid::regclass FROM pg_trigger t
        WHERE t.tgname = 'audit_insert' AND NOT t.tgisinternal AND NOT EXISTS (
            SELECT FROM pg_trigger o WHERE o.tgrelid = t.tgrelid AND o.tgname = 'audit_truncate')
    LOOP
        EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', audited);
    END LOOP;
END $$;
"""

OUTBOX_WINDOW_V1 = f"""
-- As version 2, and days of the window stay: who has only the runtime role cannot remove what was just published.
CREATE OR REPLACE FUNCTION outbox_drop_before(limit_day date) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    waiting boolean;
    dropped integer := 0;
BEGIN
    IF limit_day IS NULL OR limit_day > (now() AT TIME ZONE 'UTC')::date - {LEAST_DAYS} THEN
        RAISE EXCEPTION 'published events stay for at least {LEAST_DAYS} days'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'outbox'::regclass AND c.relname ~ '^outbox_[0-9]{{8}}$'
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < limit_day
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE published_at IS NULL)', name) INTO waiting;
        IF NOT waiting THEN
            EXECUTE format('DROP TABLE %I', name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    DELETE FROM outbox_default WHERE created_on < limit_day AND published_at IS NOT NULL;
    RETURN dropped;
END $$;
"""  # noqa: S608 - our own number

CALLED_BY_US_V1 = f"""
-- Who verifies the audit asks which functions there should be.
GRANT SELECT ON alembic_version TO {RUNTIME};
GRANT EXECUTE ON FUNCTION outbox_prepare, outbox_drop_before TO {RUNTIME};
DO $$
DECLARE ours regprocedure;
BEGIN
    FOR ours IN
        SELECT p.oid::regprocedure FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', ours);
    END LOOP;
END $$;
-- Functions to come as well: what the runtime role is to call is granted to it.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""  # noqa: S608 - the name of our own role

AUDIT_GUARDS_V1 = TRUNCATE_REFUSED_V1 + OUTBOX_WINDOW_V1 + CALLED_BY_US_V1
