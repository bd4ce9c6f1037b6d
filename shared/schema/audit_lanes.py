"""Several chains for a division, so that its writers do not wait for each other's commits (decision 50); and readings.

Frozen once released: a change is a new constant, run by a new migration.
"""

from shared.schema.security import RUNTIME

_CONTEXT = """
    context jsonb := COALESCE(NULLIF(current_setting('shuangfu.context', true), ''), '{}')::jsonb;
    who text := COALESCE(context->>'actor', 'database:' || session_user);
    powers text := COALESCE(context->>'authority', '');
    through text := COALESCE(context->>'door', '');
    request text := context->>'request';
    now_at timestamptz := clock_timestamp();
    here xid8 := pg_current_xact_id();"""

# The number of our advisory locks ("audi").
_BEGINNING = 1_635_083_369

AUDIT_LANES_V1 = f"""
-- A division's chains: 330106, 330106~1 … 330106~7. Each name begins with the division's code, so that whoever may see
-- the division sees them.
CREATE FUNCTION audit_chains(place text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[place, place || '~1', place || '~2', place || '~3', place || '~4', place || '~5', place || '~6',
                 place || '~7']
$$;

-- Locks the first chain of a division that no other transaction writes to, and returns its name. Another chain begins
-- only while all that there are have a writer: a division with few writers has one. With all of them taken we wait.
CREATE FUNCTION audit_take_chain(place text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chains text[] := audit_chains(place);
    chain text;
    begun text[];
BEGIN
    LOOP
        SELECT h.division INTO chain FROM audit_heads h WHERE h.division = ANY(chains)
        ORDER BY h.division LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            RETURN chain;
        END IF;
        SELECT COALESCE(array_agg(h.division), '{{}}') INTO begun FROM audit_heads h WHERE h.division = ANY(chains);
        FOREACH chain IN ARRAY chains LOOP
            -- Who begins a chain holds this lock until its end: we never wait for the row that it inserts.
            IF chain <> ALL(begun) AND pg_try_advisory_xact_lock({_BEGINNING}, hashtext(chain)) THEN
                INSERT INTO audit_heads (division, number, hash) VALUES (chain, 0, ''::bytea) ON CONFLICT DO NOTHING;
                IF FOUND THEN
                    RETURN chain;
                END IF;
            END IF;
        END LOOP;
        IF array_length(begun, 1) > 0 THEN
            chain := begun[1 + pg_backend_pid() % array_length(begun, 1)];
            PERFORM FROM audit_heads h WHERE h.division = chain FOR NO KEY UPDATE;
            RETURN chain;
        END IF;
        -- Eight transactions begin the division's first chains at this moment: we wait for the first of them.
        PERFORM pg_advisory_xact_lock({_BEGINNING}, hashtext(place));
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_chains, audit_take_chain FROM PUBLIC;

CREATE OR REPLACE FUNCTION audit_append(of_type text, of_operation text, changes audit_change[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE{_CONTEXT}
    change audit_change;
    place text;
    chain text;
    last_number bigint;
    last_hash bytea;
BEGIN
    FOREACH change IN ARRAY changes LOOP
        IF place IS DISTINCT FROM change.division THEN
            IF place IS NOT NULL THEN
                UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = chain;
            END IF;
            place := change.division;
            chain := audit_take_chain(place);
            SELECT number, hash INTO last_number, last_hash FROM audit_heads WHERE division = chain;
        END IF;
        last_number := last_number + 1;
        last_hash := audit_digest(last_hash, chain, last_number, now_at, who, powers, through, of_operation, of_type,
                                  change.object_id, change.diff, change.policy, request, here);
        INSERT INTO audit_log VALUES (chain, last_number, now_at, who, powers, through, of_operation, of_type,
                                      change.object_id, change.diff, change.policy, request, here, last_hash);
    END LOOP;
    IF place IS NOT NULL THEN
        UPDATE audit_heads SET number = last_number, hash = last_hash WHERE division = chain;
    END IF;
END $$;
"""  # noqa: S608 - no value comes from outside

# As `audit_digest`, which PostgreSQL does not inline: the call costs as much as the digest.
_DIGEST = """sha256(h.hash || convert_to(jsonb_build_array(
            h.division, h.number + 1, extract(epoch FROM now_at)::text, who, powers, through, of_operation, of_type,
            of_id, of_diff, of_policy, request, here::text)::text, 'UTF8'))"""

AUDIT_SINGLE_LANES_V1 = f"""
CREATE OR REPLACE FUNCTION audit_append_one(
    of_type text, of_operation text, place text, of_id text, of_diff jsonb, of_policy text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE{_CONTEXT}
    chains text[] := audit_chains(place);
    chain text;
    next_number bigint;
    next_hash bytea;
BEGIN
    -- One statement where a chain is free, as `audit_take_chain` would find it.
    UPDATE audit_heads AS h SET number = h.number + 1, hash = {_DIGEST}
    WHERE h.division = (
        SELECT f.division FROM audit_heads f WHERE f.division = ANY(chains)
        ORDER BY f.division LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING h.division, h.number, h.hash INTO chain, next_number, next_hash;
    IF NOT FOUND THEN
        chain := audit_take_chain(place);
        UPDATE audit_heads AS h SET number = h.number + 1, hash = {_DIGEST}
        WHERE h.division = chain RETURNING h.number, h.hash INTO next_number, next_hash;
    END IF;
    INSERT INTO audit_log VALUES (chain, next_number, now_at, who, powers, through, of_operation, of_type, of_id,
                                  of_diff, of_policy, request, here, next_hash);
END $$;
"""  # noqa: S608 - no value comes from outside

# Requests that share a transaction: each row has the id of the request that it is about. What is about none of them, or
# about several, has none.
_WHOSE = """CASE WHEN context->'requests' IS NULL THEN context->>'request'
                        ELSE context->'requests'->>{about} END"""
_APPEND = AUDIT_LANES_V1[AUDIT_LANES_V1.index("CREATE OR REPLACE FUNCTION audit_append(") :]

AUDIT_REQUESTS_V1 = _APPEND.replace("request text := context->>'request';", "request text;").replace(
    "        last_number := last_number + 1;",
    f"        request := {_WHOSE.format(about='change.object_id')};\n        last_number := last_number + 1;",
) + AUDIT_SINGLE_LANES_V1.replace(
    "request text := context->>'request';", f"request text := {_WHOSE.format(about='of_id')};"
)

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
