"""What later migrations add to the audit of `security_ddl`. How it is verified stays the same.

Frozen once released: a change is a new constant or function, run by a new migration.
"""

from collections.abc import Mapping
from typing import Any

from shared.schema.security import secure_table

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


def audit_single_inserts(name: str) -> str:
    """SQL for a hot table (key `id`, chained by its division): a row inserted alone takes no detour through arrays."""
    return f"""
CREATE FUNCTION audit_{name}_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    place text;
    row_id text;
    diff jsonb;
    changes audit_change[];
BEGIN
    IF (SELECT count(*) FROM new_rows) = 1 THEN
        SELECT COALESCE(r.division, '-'), r.id::text, jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r)))
        INTO place, row_id, diff FROM new_rows r;
        PERFORM audit_append_one('{name}', 'insert', place, row_id, diff, NULL);
        RETURN NULL;
    END IF;
    SELECT array_agg(ROW(COALESCE(r.division, '-'), r.id::text,
                         jsonb_build_object('after', jsonb_strip_nulls(to_jsonb(r))), NULL)::audit_change
                     ORDER BY COALESCE(r.division, '-'), r.id) INTO changes FROM new_rows r;
    IF changes IS NOT NULL THEN
        PERFORM audit_append('{name}', 'insert', changes);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON {name} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_{name}_insert();
"""  # noqa: S608 - names of our own tables


def audit_functions(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """SQL that makes tables' audit functions anew: whoever changes the key of a row is refused.

    A change is joined by its row's key, so one of the key itself left no trace. By table, what `secure_table` is given
    of it now: `policy` may have come in. Functions are exchanged without a lock on a table.
    """
    return "".join(_function_that_keeps_keys(name, given) for name, given in tables.items())


def _function_that_keeps_keys(name: str, given: Mapping[str, Any]) -> str:
    sql = secure_table(name, **given)
    function = sql[sql.index("CREATE FUNCTION") : sql.index("CREATE TRIGGER")]
    same = " AND ".join(f"o.{column} = r.{column}" for column in given.get("key", ("id",)))
    check = f"""    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE {same})) THEN
            RAISE EXCEPTION 'the key of a row of {name} never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
"""  # noqa: S608 - names of our own tables
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("    ELSE\n", check, 1)
