"""What the owner of the tables does past the trail is found: triggers off or gone, functions replaced, rows changed."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import text

from shared.audit.guards import guards_path
from shared.audit.operations import operator_access, record_action
from shared.audit.report import AnchorPlaces, Report, verify_trail
from shared.db.session import Database
from shuangfu.schema import render_guards_of
from shuangfu.services import SERVICES
from tests.conftest import AsAdmin

APPEND = "audit_append(of_type text, of_operation text, changes audit_change[])"
OFF = "SET session_replication_role = replica; "


@pytest.fixture
async def trail(database_for: Callable[[str], Awaitable[Database]]) -> Database:
    """Three rows of an audited table, one of them with a letter whose value the trail hides."""
    database = await database_for("registry")
    for number in range(3):
        async with database.transaction(operator_access("registry")) as tx:
            await record_action(tx, f"test {number}", arguments={"empty": None}, figures={"n": number})
    return database


async def verify(database: Database) -> Report:
    found = Database(database.url, access=operator_access("registry"))
    try:
        return await verify_trail(found, "registry", AnchorPlaces(None))
    finally:
        await found.close()


async def test_t43_verify__holds_where_nothing_was_done(trail: Database) -> None:
    report = await verify(trail)
    assert (report.holds, report.guards, report.findings, report.notes) == (True, [], [], [])


ROWS = {
    "changed": "UPDATE operator_actions SET command = 'another' WHERE command = 'test 1'",
    "removed": "DELETE FROM operator_actions WHERE command = 'test 1'",
    "added": (
        "INSERT INTO operator_actions (id, at, operator, command, arguments, outcome, figures) "
        "VALUES (gen_random_uuid(), now(), 'x', 'x', '{}', 'done', '{}')"
    ),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("how", ["disabled", "replica"])
async def test_t43_rows__changed_past_the_triggers(trail: Database, as_admin: AsAdmin, kind: str, how: str) -> None:
    table = "ALTER TABLE operator_actions {} TRIGGER USER;"
    before, after = (table.format("DISABLE"), table.format("ENABLE")) if how == "disabled" else (OFF, "")
    await as_admin(trail.url, f"{before} {ROWS[kind]}; {after}")
    report = await verify(trail)
    assert [finding.kind for finding in report.findings] == [kind]
    assert "operator_actions" in report.findings[0].detail
    assert not report.holds


async def test_t43_rows__a_hidden_column_is_compared_by_its_digest(trail: Database, as_admin: AsAdmin) -> None:
    names = 'id, consumer, event_id, topic, partition, "offset", key, headers, value, reason, detail, attempts'
    letter = "gen_random_uuid(), 'c', gen_random_uuid(), 't', 0, 0, 'k', '{}', '\\x0102', 'handler_failed', 'd', 1"
    await as_admin(trail.url, f"INSERT INTO dead_letters ({names}) VALUES ({letter})")
    assert (await verify(trail)).holds
    await as_admin(trail.url, f"{OFF} UPDATE dead_letters SET value = '\\x0103'")
    [finding] = (await verify(trail)).findings
    assert (finding.kind, finding.detail.endswith(": value past the trail")) == ("changed", True)


GUARDS = {
    "trigger off": (
        "ALTER TABLE organizations DISABLE TRIGGER audit_update",
        "trigger organizations.audit_update is not as the migrations created it, or switched off",
    ),
    "trigger gone": ("DROP TRIGGER audit_delete ON organizations", "trigger organizations.audit_delete is missing"),
    "trigger narrowed": (
        "DROP TRIGGER audit_truncate ON organizations",
        "trigger organizations.audit_truncate is missing",
    ),
    "trigger added": (
        "CREATE TRIGGER aside BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "trigger organizations.aside is not ours",
    ),
    "append replaced": (
        f"CREATE OR REPLACE FUNCTION {APPEND} RETURNS void LANGUAGE sql AS 'SELECT'",
        f"function {APPEND} is not as the migrations created it",
    ),
    "append overloaded": (
        "CREATE FUNCTION audit_append(text, text, anyarray) RETURNS void LANGUAGE sql AS 'SELECT'",
        "function audit_append(text, text, anyarray) is not ours",
    ),
    "log unguarded": (
        "ALTER TABLE audit_log DISABLE TRIGGER audit_log_only_grows",
        "trigger audit_log.audit_log_only_grows is not as the migrations created it, or switched off",
    ),
}


@pytest.mark.parametrize("case", GUARDS)
async def test_t43_guards__what_was_changed_is_named(trail: Database, as_admin: AsAdmin, case: str) -> None:
    statement, said = GUARDS[case]
    await as_admin(trail.url, statement)
    report = await verify(trail)
    assert report.guards == [said]
    assert not report.holds


async def test_t43_guards__a_database_of_another_revision_is_not_compared(trail: Database, as_admin: AsAdmin) -> None:
    await as_admin(trail.url, "UPDATE alembic_version SET version_num = 'registry_9999'")
    report = await verify(trail)
    assert report.guards == []
    assert "registry_9999" in report.notes[0]


@pytest.mark.parametrize("table", ["operator_actions", "organizations", "dead_letters", "audit_heads", "audit_log"])
async def test_t43_truncate__is_refused_to_the_owner_too(trail: Database, as_admin: AsAdmin, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
        await as_admin(trail.url, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("service", SERVICES)
async def test_t43_guards__are_written_down_as_the_migrations_leave_them(
    database_for: Callable[[str], Awaitable[Database]], service: str
) -> None:
    database = await database_for(service)
    assert await render_guards_of(database.url) == guards_path(service).read_bytes(), "`make schema` writes them"


@pytest.mark.parametrize("service", SERVICES)
async def test_t44_functions__none_is_for_everybody(
    database_for: Callable[[str], Awaitable[Database]], service: str
) -> None:
    database = await database_for(service)
    async with database.transaction(operator_access(service)) as tx:
        rows = await tx.rows(
            text(
                "SELECT p.proname AS name, p.proacl IS NULL OR p.proacl::text ~ '[{,]=' AS open "
                "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d "
                "WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')"
            )
        )
    assert len(rows) > 5
    assert [row.name for row in rows if row.open] == []


@pytest.mark.parametrize("days", [-1, 0, 1, 6])
async def test_t44_outbox__days_of_the_window_stay(trail: Database, days: int) -> None:
    with pytest.raises(Exception, match="published events stay"):
        async with trail.transaction(operator_access("registry")) as tx:
            await tx.execute(text(f"SELECT outbox_drop_before((now() AT TIME ZONE 'UTC')::date - {days})"))


async def test_t44_outbox__days_before_it_go(trail: Database) -> None:
    async with trail.transaction(operator_access("registry")) as tx:
        await tx.execute(text("SELECT outbox_drop_before((now() AT TIME ZONE 'UTC')::date - 7)"))
