"""The functions that released migrations call. Frozen: they render the same SQL for ever.

A new migration calls `secure_table` of `shared.schema.security`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.schema.security import IN_SCOPE, IN_SCOPE_OR_SYSTEM, RUNTIME, audit_function


def secure_table_v1(
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


def secure_table_v2(
    name: str,
    *,
    key: Sequence[str] = ("id",),
    visible: str = IN_SCOPE,
    readable: str | None = None,
    audited: bool = True,
    hidden: Sequence[str] = (),
    policy: str | None = None,
    grants: str = "SELECT, INSERT, UPDATE, DELETE",
) -> str:
    """As `secure_table` before units narrowed tables: the migration `…_units` narrows these.

    `visible` is the policy's condition, `readable` a wider one for SELECT; `grants` is what the runtime role may do.
    For `key`, `hidden` and `policy` see `audit_function`.
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
        parts.append(audit_function(name, key=key, hidden=hidden, policy=policy))
        parts.append(f"""
CREATE TRIGGER audit_insert AFTER INSERT ON {name} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_{name}();
CREATE TRIGGER audit_update AFTER UPDATE ON {name} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_{name}();
CREATE TRIGGER audit_delete AFTER DELETE ON {name} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_{name}();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
""")
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


def secure_bus_tables_v1() -> str:
    """The bus's own tables: scoped where they carry a division; the audit sees what they tell of, not them."""
    return "\n".join(
        [
            secure_table_v1("outbox", audited=False, visible=IN_SCOPE_OR_SYSTEM),
            secure_table_v1("dead_letters", visible=IN_SCOPE_OR_SYSTEM, hidden=("value",)),
        ]
    )


def audit_single_inserts_v1(name: str) -> str:
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


def audit_functions_v1(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """SQL that replaces tables' audit functions by ones that refuse to change the key of a row.

    A change is joined by its row's key, so one of the key itself left no trace. By table, what `secure_table` is given
    of it now: `policy` may have come in. Functions are exchanged without a lock on a table.
    """
    return "".join(_function_that_keeps_keys(name, given) for name, given in tables.items())


def _function_that_keeps_keys(name: str, given: Mapping[str, Any]) -> str:
    sql = secure_table_v1(name, **given)
    function = sql[sql.index("CREATE FUNCTION") : sql.index("CREATE TRIGGER")]
    same = " AND ".join(f"o.{column} = r.{column}" for column in given.get("key", ("id",)))
    check = f"""    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE {same})) THEN
            RAISE EXCEPTION 'the key of a row of {name} never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
"""  # noqa: S608 - names of our own tables
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("    ELSE\n", check, 1)
