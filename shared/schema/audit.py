"""The audit trail of a service's database: its tables, the functions that write it, and who may read it.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.security import IN_SCOPE, RUNTIME

AUDIT_V1 = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{RUNTIME}') THEN
        CREATE ROLE {RUNTIME} NOLOGIN NOBYPASSRLS;
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {RUNTIME};

CREATE TABLE audit_heads (
    division text NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_audit_heads PRIMARY KEY (division)
) WITH (fillfactor = 10);  -- a head changes with every write: its versions find room beside it
CREATE TABLE audit_log (
    division text NOT NULL,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    authority text NOT NULL,
    door text NOT NULL,
    operation text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    diff jsonb NOT NULL,
    policy text,
    request_id text,
    tx xid8 NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (division, number)
);
CREATE INDEX ix_audit_log_object ON audit_log (object_type, object_id);
CREATE INDEX ix_audit_log_tx ON audit_log (tx);

-- The transaction of an inbox row is the transaction of what the event changed: that joins audit to events.
ALTER TABLE inbox ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX ix_inbox_tx ON inbox (tx);

CREATE FUNCTION audit_digest(
    previous bytea, division text, number bigint, at timestamptz, actor text, authority text, door text,
    operation text, object_type text, object_id text, diff jsonb, policy text, request_id text, tx xid8
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        division, number, extract(epoch FROM at)::text, actor, authority, door, operation, object_type, object_id,
        diff, policy, request_id, tx::text)::text, 'UTF8'))
$$;

CREATE TYPE audit_change AS (division text, object_id text, diff jsonb, policy text);

-- Appends changes to the chain of each division. Heads are locked in one order, so that two lists of changes
-- never wait for each other in a ring; writers of different divisions do not wait at all.
CREATE FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    context jsonb := COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{{}}')::jsonb;
    who text := COALESCE(context->>'actor', 'database:' || session_user);
    powers text := COALESCE(context->>'authority', '');
    through text := COALESCE(context->>'door', '');
    request text := context->>'request';
    now_at timestamptz := clock_timestamp();
    here xid8 := pg_current_xact_id();
    change audit_change;
    place text;
    last_number bigint;
    last_hash bytea;
BEGIN
    FOREACH change IN ARRAY changes LOOP
        IF place IS DISTINCT FROM change.division THEN
            IF place IS NOT NULL THEN
                UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = place;
            END IF;
            place := change.division;
            SELECT number, hash INTO last_number, last_hash FROM audit_heads WHERE division = place
            FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                INSERT INTO audit_heads AS h (division, number, hash) VALUES (place, 0, ''::bytea)
                ON CONFLICT (division) DO UPDATE SET number = h.number RETURNING h.number, h.hash
                INTO last_number, last_hash;
            END IF;
        END IF;
        last_number := last_number + 1;
        last_hash := audit_digest(last_hash, place, last_number, now_at, who, powers, through, of_operation, of_type,
                                  change.object_id, change.diff, change.policy, request, here);
        INSERT INTO audit_log VALUES (place, last_number, now_at, who, powers, through, of_operation, of_type,
                                      change.object_id, change.diff, change.policy, request, here, last_hash);
    END LOOP;
    IF place IS NOT NULL THEN
        UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = place;
    END IF;
END $$;
REVOKE ALL ON FUNCTION audit_append FROM PUBLIC;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON audit_log FOR SELECT USING ({IN_SCOPE});
CREATE POLICY scope ON audit_heads FOR SELECT USING ({IN_SCOPE});
-- The chain is written by its function alone, which runs as the owner.
CREATE POLICY chain ON audit_log TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY chain ON audit_heads TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON audit_log, audit_heads TO {RUNTIME};

GRANT SELECT, INSERT ON inbox TO {RUNTIME};
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO {RUNTIME};

-- The order of publication, for the pull feed.
CREATE SEQUENCE outbox_position;
ALTER TABLE outbox ADD COLUMN position bigint;
CREATE INDEX ix_outbox_position ON outbox (position) WHERE position IS NOT NULL;
GRANT USAGE ON SEQUENCE outbox_position, outbox_seq_seq TO {RUNTIME};
-- Partitions are the owner's business; the relay asks for them.
ALTER FUNCTION outbox_prepare SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION outbox_drop_before SECURITY DEFINER SET search_path = public, pg_temp;
"""  # noqa: S608 - names of our own roles

# As `audit_digest`, which PostgreSQL does not inline: the call cost as much as the digest.
_DIGEST = """sha256(h.hash || convert_to(jsonb_build_array(
        place, h.number + 1, extract(epoch FROM now_at)::text, who, powers, through, of_operation, of_type, of_id,
        of_diff, of_policy, request, here::text)::text, 'UTF8'))"""

AUDIT_V2 = f"""
CREATE FUNCTION audit_append_one(
    of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    context jsonb := COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{{}}')::jsonb;
    who text := COALESCE(context->>'actor', 'database:' || session_user);
    powers text := COALESCE(context->>'authority', '');
    through text := COALESCE(context->>'door', '');
    request text := context->>'request';
    now_at timestamptz := clock_timestamp();
    here xid8 := pg_current_xact_id();
    next_number bigint;
    next_hash bytea;
BEGIN
    LOOP
        -- The head's new state is made of its newest one, also after waiting for another writer.
        UPDATE audit_heads AS h SET number = h.number + 1, hash = {_DIGEST}
        WHERE h.division = place RETURNING h.number, h.hash INTO next_number, next_hash;
        EXIT WHEN FOUND;
        INSERT INTO audit_heads (division, number, hash) VALUES (place, 0, ''::bytea) ON CONFLICT DO NOTHING;
    END LOOP;
    INSERT INTO audit_log VALUES (place, next_number, now_at, who, powers, through, of_operation, of_type, of_id,
                                  of_diff, of_policy, request, here, next_hash);
END $$;
REVOKE ALL ON FUNCTION audit_append_one FROM PUBLIC;
"""  # noqa: S608 - no value comes from outside

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
