"""Row-level security and the audit trail of a service's tables, as its second migration sets them up.

Frozen once released: a change is a new function, called by a new migration. A new table gets both by one call
of `secure_table`.
"""

from collections.abc import Sequence

OWNER, RUNTIME = "shuangfu_owner", "shuangfu_runtime"

# The sub-select makes the array once a statement; an unset or empty setting matches nothing.
_PATTERNS = "((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[])"
IN_SCOPE = f"division LIKE ANY {_PATTERNS}"
# A row of no division is the system's alone.
IN_SCOPE_OR_SYSTEM = f"COALESCE(division, '') LIKE ANY {_PATTERNS}"
ABOVE_SCOPE = f"EXISTS (SELECT FROM unnest{_PATTERNS} AS s(pattern) WHERE rtrim(s.pattern, '%') LIKE division || '%')"

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


def secure_table(
    name: str,
    *,
    key: Sequence[str] = ("id",),
    visible: str = IN_SCOPE,
    readable: str | None = None,
    division: str = "division",
    audited: bool = True,
    hidden: Sequence[str] = (),
    policy: str | None = None,
    grants: str = "SELECT, INSERT, UPDATE, DELETE",
) -> str:
    """SQL that puts a table under row-level security and, unless it is a projection, under the audit.

    `visible` is the policy's condition, `readable` a wider one for SELECT; `division` an expression that names
    the chain of a row; `hidden` columns are audited as changed, without their value; `policy` is the column
    that names the policy of a decision.
    """
    parts = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY;",
        f"CREATE POLICY scope ON {name} USING ({visible}) WITH CHECK ({visible});",
        f"GRANT {grants} ON {name} TO {RUNTIME};",
    ]
    if readable is not None:
        parts.append(f"CREATE POLICY reading ON {name} FOR SELECT USING ({readable});")
    if audited:
        parts.append(_audit_triggers(name, key, division, hidden, policy))
    return "\n".join(parts)


def _audit_triggers(name: str, key: Sequence[str], division: str, hidden: Sequence[str], policy: str | None) -> str:
    def image(row: str) -> str:
        shown = f"to_jsonb({row})"
        for column in hidden:
            shown += (
                f" || jsonb_build_object('{column}', encode(sha256(COALESCE({row}.{column}::text, '')::bytea), 'hex'))"
            )
        return f"({shown})"

    def change(row: str, diff: str) -> str:
        identity = " || '/' || ".join(f"{row}.{column}::text" for column in key)
        chain = f"COALESCE({row}.{division}, '-')" if division == "division" else division
        decided = f"{row}.{policy}" if policy else "NULL"
        return f"ROW({chain}, {identity}, {diff}, {decided})::audit_change"

    order = ", ".join(f"r.{column}" for column in key)
    same = " AND ".join(f"o.{column} = r.{column}" for column in key)
    inserted = f"jsonb_build_object('after', jsonb_strip_nulls({image('r')}))"
    deleted = f"jsonb_build_object('before', jsonb_strip_nulls({image('r')}))"
    function = f"audit_{name}"
    chain = f"COALESCE(r.{division}, '-')" if division == "division" else division
    return f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg({change("r", inserted)} ORDER BY {chain}, {order}) INTO changes FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg({change("r", deleted)} ORDER BY {chain}, {order}) INTO changes FROM old_rows r;
    ELSE
        SELECT array_agg({change("r", "jsonb_build_object('before', d.before, 'after', d.after)")}
                         ORDER BY {chain}, {order}) INTO changes
        FROM new_rows r JOIN old_rows o ON {same}
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(n.key, p.value) AS before, jsonb_object_agg(n.key, n.value) AS after
            FROM jsonb_each({image("r")}) n JOIN jsonb_each({image("o")}) p ON p.key = n.key
            WHERE n.value IS DISTINCT FROM p.value
        ) d WHERE d.after IS NOT NULL;
    END IF;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('{name}', lower(TG_OP), changes);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON {name} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER audit_update AFTER UPDATE ON {name} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER audit_delete AFTER DELETE ON {name} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""  # noqa: S608 - names of our own tables


def secure_bus_tables() -> str:
    """The bus's own tables: scoped where they carry a division; the audit sees what they tell of, not them."""
    return "\n".join(
        [
            secure_table("outbox", audited=False, visible=IN_SCOPE_OR_SYSTEM),
            secure_table("dead_letters", visible=IN_SCOPE_OR_SYSTEM, hidden=("value",)),
        ]
    )
