"""Whether the triggers and functions that write the trail are those that the migrations created.

What they are is in `services/<service>/guards.json`, which `make schema` writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import orjson
from sqlalchemy import text

from shared.db.session import Transaction
from shared.schema.migrate import SERVICES_FOLDER

GUARDS = """
SELECT 'trigger ' || c.relname || '.' || t.tgname AS name,
       encode(sha256(convert_to(pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text, 'UTF8')), 'hex') AS digest
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND NOT c.relispartition
UNION ALL
SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       encode(sha256(convert_to(concat_ws('|', l.lanname, p.prosecdef, p.proconfig::text,
                                          pg_get_function_result(p.oid), p.prosrc), 'UTF8')), 'hex')
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
ORDER BY 1
"""
_GUARDS = text(GUARDS)
_REVISION = text("SELECT version_num FROM alembic_version")
_READABLE = text("SELECT has_table_privilege('alembic_version', 'SELECT')")


def guards_path(service: str) -> Path:
    """Where a service's guards are written down."""
    return SERVICES_FOLDER / service / "guards.json"


def render_guards(revision: str, found: Iterable[tuple[str, str]]) -> bytes:
    """The file's content."""
    content = {"revision": revision, "guards": dict(found)}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def audited_tables(guards: Iterable[str]) -> list[str]:
    """Tables whose every change is in the trail, by the names of guards."""
    names = [name.removeprefix("trigger ").partition(".") for name in guards if name.startswith("trigger ")]
    return sorted(table for table, _, trigger in names if trigger == "audit_update")


async def verify_guards(tx: Transaction, service: str) -> tuple[list[str], list[str], list[str]]:
    """(what does not hold, notes, audited tables); a database of another revision is not compared."""
    expected = orjson.loads(guards_path(service).read_bytes())
    found = {row.name: row.digest for row in await tx.rows(_GUARDS)}
    tables = sorted({*audited_tables(found), *audited_tables(expected["guards"])})
    # Before the migration that grants it, nobody but the owner can read the revision.
    revision = await tx.scalar(_REVISION) if await tx.scalar(_READABLE) else "an earlier one"
    if revision != expected["revision"]:
        note = f"triggers and functions were not compared: the database is at {revision}, not {expected['revision']}"
        return [], [note], tables
    return list(_differences(expected["guards"], found)), [], tables


def _differences(expected: Mapping[str, str], found: Mapping[str, str]) -> Sequence[str]:
    faults = []
    for name, digest in expected.items():
        if name not in found:
            faults.append(f"{name} is missing")
        elif found[name] != digest:
            faults.append(f"{name} is not as the migrations created it" + _HINT * name.startswith("trigger"))
    ours = {name.partition("(")[0] for name in expected}
    for name in found.keys() - expected.keys():
        # Other functions do no harm: nothing of ours calls them.
        if name.startswith("trigger") or name.partition("(")[0] in ours:
            faults.append(f"{name} is not ours")
    return sorted(faults)


_HINT = ", or switched off"
