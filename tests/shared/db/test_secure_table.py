"""One call of `secure_table` gives a new table its row-level security and its audit, and nothing else is needed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from shared.audit.trail import verify_chain
from shared.db.access import Access
from shared.db.session import Database
from shared.schema.security import HIDDEN_FROM_UNITS, NOT_NARROWED, OWNER, RUNTIME, audit_function, secure_table
from tests.conftest import SYSTEM, AsAdmin
from tests.shared.db.synthetic import SECURED

TABLE = """
CREATE TABLE inspections (
    place text NOT NULL,
    number integer NOT NULL,
    division text NOT NULL,
    policy text NOT NULL,
    result text,
    secret text,
    CONSTRAINT pk_inspections PRIMARY KEY (place, number)
);
"""
INSERT = (
    "INSERT INTO inspections VALUES ('甲', 1, '330106', 'p-1', 'good', 's1'), ('甲', 2, '330106', 'p-1', 'bad', 's2')"
)
XIHU = Access("inspector-1", ("330106",), authority="inspector", door="PUT /inspections/{id}", request_id="r-1")
HANGZHOU = replace(XIHU, scope=("3301",))


@pytest.fixture
async def database(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> Database:
    """Incubation's, with a table that its owner created and secured as a migration does."""
    database = await database_for("incubation")
    secured = secure_table(
        "inspections", units=HIDDEN_FROM_UNITS, key=("place", "number"), hidden=("secret",), policy="policy"
    )
    async with as_admin.connected(database.url) as connection:
        await connection.execute(f"SET ROLE {OWNER}")
        await connection.execute(TABLE + secured)
    return database


async def run(database: Database, sql: str, access: Access = XIHU) -> list[Any]:
    async with database.transaction(access) as tx:
        return list(await tx.rows(text(sql)))


async def trail(database: Database) -> list[Any]:
    return await run(database, "SELECT * FROM audit_log WHERE object_type = 'inspections' ORDER BY number", SYSTEM)


async def test_policy__binds_runtime_and_owner(database: Database, as_admin: AsAdmin) -> None:
    [table] = [row for row in await as_admin.rows(database.url, SECURED) if row["name"] == "inspections"]
    assert (table["enabled"], table["forced"], table["has_policy"]) == (True, True, True)
    await run(database, INSERT + " RETURNING 1")
    read = "SELECT count(*) AS n FROM inspections"
    seen = [(await run(database, read, replace(XIHU, scope=scope)))[0].n for scope in (("33",), ("330105",), ())]
    assert seen == [2, 0, 0]
    elsewhere = INSERT.replace("330106", "330105").replace("甲", "乙")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await run(database, elsewhere)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await run(database, "UPDATE inspections SET division = '330105'")
    async with as_admin.connected(database.url) as connection:
        await connection.execute(f"SET ROLE {OWNER}")
        assert await connection.fetchval("SELECT count(*) FROM inspections") == 0


async def test_audit__has_every_change_with_its_actor_and_route(database: Database) -> None:
    await run(database, INSERT)
    await run(database, "UPDATE inspections SET result = 'good', secret = 's3', division = '330105'", HANGZHOU)
    await run(database, "UPDATE inspections SET result = 'good'", HANGZHOU)  # no change, no row
    await run(database, "DELETE FROM inspections WHERE number = 1", HANGZHOU)
    rows = await trail(database)
    assert {(row.actor, row.authority, row.door, row.request_id) for row in rows} == {
        ("inspector-1", "inspector", "PUT /inspections/{id}", "r-1")
    }
    assert {row.policy for row in rows} == {"p-1"}
    assert sorted((row.operation, row.object_id, row.division) for row in rows) == [
        ("delete", "甲/1", "330105"),
        ("insert", "甲/1", "330106"),
        ("insert", "甲/2", "330106"),
        ("update", "甲/1", "330105"),
        ("update", "甲/2", "330105"),
    ]
    [changed] = [row for row in rows if (row.operation, row.object_id) == ("update", "甲/2")]
    assert changed.diff == {
        "before": {"result": "bad", "division": "330106", "secret": sha256(b"s2").hexdigest()},
        "after": {"result": "good", "division": "330105", "secret": sha256(b"s3").hexdigest()},
    }
    assert "s1" not in str([row.diff for row in rows])
    async with database.transaction(SYSTEM) as tx:
        assert await verify_chain(tx) == []


async def test_audit__a_key_never_changes(database: Database) -> None:
    await run(database, INSERT)
    for change in ("number = number + 10", "place = '乙', result = 'fine'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="the key of a row of inspections never changes"):
            await run(database, f"UPDATE inspections SET {change}")
    assert len(await trail(database)) == 2


async def test_projection__is_scoped_and_leaves_no_trail(database: Database, as_admin: AsAdmin) -> None:
    async with as_admin.connected(database.url) as connection:
        await connection.execute(f"SET ROLE {OWNER}")
        table = TABLE.replace("inspections", "projected")
        secured = secure_table("projected", units=NOT_NARROWED, audited=False, grants="SELECT, INSERT")
        await connection.execute(table + secured)
    await run(database, INSERT.replace("inspections", "projected"))
    await run(database, INSERT)
    written = await run(database, "SELECT DISTINCT object_type FROM audit_log", SYSTEM)
    assert [row.object_type for row in written] == ["inspections"]
    assert await run(database, "SELECT 1 FROM projected", replace(XIHU, scope=("31",))) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await run(database, "DELETE FROM projected")


async def test_function__is_replaced_where_a_later_column_is_hidden(database: Database, as_admin: AsAdmin) -> None:
    async with as_admin.connected(database.url) as connection:
        await connection.execute(f"SET ROLE {OWNER}")
        await connection.execute("ALTER TABLE inspections ADD COLUMN more text DEFAULT '-'")
        given = {"key": ("place", "number"), "hidden": ("secret", "more")}
        await connection.execute(audit_function("inspections", **given))
        assert not await connection.fetchval(f"SELECT has_table_privilege('{RUNTIME}', 'inspections', 'TRUNCATE')")
    await run(database, INSERT)
    rows = await trail(database)
    assert {row.diff["after"]["more"] for row in rows} == {sha256(b"-").hexdigest()}
    assert {row.policy for row in rows} == {None}, "no longer named"
