"""Row-level security and the audit of a table: one call of `secure_table` in the migration that creates it.

Rows are narrowed twice: by the divisions of the caller's scope, and by a restrictive policy, which takes away from what
the others let through, to the units of its token, where it has any.

Frozen once a released migration calls it: for a change, move the function to `released.py` under a name of its version.
"""

from collections.abc import Iterable, Sequence

OWNER, RUNTIME = "shuangfu_owner", "shuangfu_runtime"

# The sub-select builds the array once per statement; an unset or empty setting matches nothing.
_PATTERNS = "((SELECT string_to_array(current_setting('shuangfu.scope', true), ','))::text[])"
IN_SCOPE = f"division LIKE ANY {_PATTERNS}"
# A row of no division is the system's alone.
IN_SCOPE_OR_SYSTEM = f"COALESCE(division, '') LIKE ANY {_PATTERNS}"
# Rows of the divisions above the scope as well.
ABOVE_SCOPE = f"EXISTS (SELECT FROM unnest{_PATTERNS} AS s(pattern) WHERE rtrim(s.pattern, '%') LIKE division || '%')"
# Null where nothing is narrowed: unset, or set for an earlier transaction of the connection. Built once per statement.
UNITS = "((SELECT NULLIF(current_setting('shuangfu.units', true), '')::uuid[])::uuid[])"

NOT_NARROWED = "true"
"""Rows that are everybody's within their division, or that another table's policy narrows: say why beside it."""
HIDDEN_FROM_UNITS = f"{UNITS} IS NULL"
"""Rows about a whole division, or of its administration."""


def of_units(*columns: str, through: str | None = None) -> str:
    """Rows of a unit, which any of the columns names.

    `through` is a SELECT of further ids that a unit reaches (what it covers), with `{UNITS}` for the units. It is run
    once per statement, and only where units narrow.
    """
    wanted = UNITS if through is None else f"({UNITS} || ARRAY({through.format(UNITS=UNITS)}))"
    return _or(f"{column} = ANY ({wanted})" for column in columns)


def of_rows(column: str, rows: str) -> str:
    """Rows whose column is among those that a SELECT finds under the policies of its own table."""
    return f"({UNITS} IS NULL OR {column} = ANY (ARRAY({rows.format(UNITS=UNITS)})))"


def of_events(*fields: str) -> str:
    """Events (rows of the outbox) whose subject is a unit, or whose data name one in any of the fields."""
    names = ["subject", *(f"data->>'{name}'" for name in fields)]
    return _or(f"{name} = ANY ({UNITS}::text[])" for name in names)


def _or(conditions: Iterable[str]) -> str:
    return f"({UNITS} IS NULL OR {' OR '.join(conditions)})"


def narrow(name: str, units: str, *, check: str | None = None) -> str:
    """SQL that narrows a table. `check` is what rows must be that are written, where that is something else."""
    if units == NOT_NARROWED:
        return ""
    return f"CREATE POLICY units ON {name} AS RESTRICTIVE USING ({units}) WITH CHECK ({check or units});"


# The audit's chain that a row's changes go to.
_CHAIN = "COALESCE(r.division, '-')"


def secure_table(
    name: str,
    *,
    units: str,
    key: Sequence[str] = ("id",),
    visible: str = IN_SCOPE,
    readable: str | None = None,
    audited: bool = True,
    hidden: Sequence[str] = (),
    policy: str | None = None,
    grants: str = "SELECT, INSERT, UPDATE, DELETE",
) -> str:
    """SQL that puts a new table under row-level security and, unless it is a projection, under the audit.

    `units` says how the units of a token narrow it: `of_units("organization_id")` or another of those above.
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
    parts.append(narrow(name, units))
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


def audit_function(
    name: str, *, key: Sequence[str] = ("id",), hidden: Sequence[str] = (), policy: str | None = None
) -> str:
    """SQL that creates or replaces the function behind a table's audit triggers.

    `key` names the columns of the primary key; an UPDATE that changes one is refused, since the trail joins what was
    and what is by it. Columns in `hidden` are audited as changed, by a digest instead of their value. `policy` is an
    expression on the row (`policy`, `basis->>'policy'`) that names the policy of a decision.
    """

    def image(row: str) -> str:
        digests = [f"'{column}', encode(sha256(COALESCE({row}.{column}::text, '')::bytea), 'hex')" for column in hidden]
        return f"to_jsonb({row}) || jsonb_build_object({', '.join(digests)})" if digests else f"to_jsonb({row})"

    def changes(diff: str) -> str:
        identity = " || '/' || ".join(f"r.{column}::text" for column in key)
        decided = f"r.{policy}" if policy else "NULL"
        order = ", ".join(f"r.{column}" for column in key)
        return (
            f"array_agg(ROW({_CHAIN}, {identity}, jsonb_build_object({diff}), {decided})::audit_change\n"
            f"                         ORDER BY {_CHAIN}, {order}) INTO changes"
        )

    same = " AND ".join(f"o.{column} = r.{column}" for column in key)
    return f"""
CREATE OR REPLACE FUNCTION audit_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE changes audit_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT {changes(f"'after', jsonb_strip_nulls({image('r')})")} FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT {changes(f"'before', jsonb_strip_nulls({image('r')})")} FROM old_rows r;
    ELSE
        IF EXISTS (SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE {same})) THEN
            RAISE EXCEPTION 'the key of a row of {name} never changes' USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT {changes("'before', d.before, 'after', d.after")}
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
"""  # noqa: S608 - names of our own tables
