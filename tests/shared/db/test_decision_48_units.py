"""Decision 48: a token's units narrow every table by row-level security, whatever the application forgets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from shared.db.access import Access
from shared.schema.security import HIDDEN_FROM_UNITS, NOT_NARROWED, OWNER, narrow, of_units, secure_table
from shuangfu.services import SERVICES
from tests.shared.db import test_row_level_security as rows
from tests.shared.db.synthetic import insert_statement

in_module = pytest.mark.asyncio(loop_scope="module")
services = rows.services

WHOLE = Access("tester", ("31", "33"))
PARTED = replace(WHOLE, units=(str(uuid4()),))
NOBODYS = replace(WHOLE, units=())
FOLLOW_ANOTHER = {
    ("registry", "import_errors"): "those of an import",
    ("registry", "standings"): "those of an organization",
    ("registry", "managements"): "those of a Party organization",
    ("registry", "saved_views"): "none: each caller sees its own alone",
}
"""Tables without a policy on units: whose policy narrows them."""
WRITTEN_BY_ANYBODY = {"outbox"}

POLICIES = """
SELECT c.relname AS name, p.polpermissive AS permissive FROM pg_class c
LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'units'
WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT c.relispartition
"""


@pytest.mark.parametrize("name", SERVICES)
@in_module
async def test_decision_48_tables__each_says_how_units_narrow_it(services: dict[str, rows.Service], name: str) -> None:
    async with services[name].connected(admin=True) as admin:
        found = await admin.fetch(POLICIES)
    assert len(found) > 8
    for row in found:
        narrowed = row["permissive"] is False
        assert narrowed is ((name, row["name"]) not in FOLLOW_ANOTHER), f"{row['name']}: a policy, or FOLLOW_ANOTHER"


@pytest.mark.parametrize("access", [PARTED, NOBODYS], ids=["of another", "none"])
@pytest.mark.parametrize("name", SERVICES)
@in_module
async def test_decision_48_rows__of_other_units_are_not_seen(
    services: dict[str, rows.Service], name: str, access: Access
) -> None:
    service = services[name]
    for table in service.scoped:
        assert await service.seen(table, WHOLE), table
        assert await service.seen(table, access) == set(), table


@pytest.mark.parametrize("name", SERVICES)
@in_module
async def test_decision_48_rows__of_other_units_are_not_written(services: dict[str, rows.Service], name: str) -> None:
    service = services[name]
    async with service.connected(admin=True) as admin:
        inserts = {table: await insert_statement(admin, table) for table in service.scoped}
    async with service.connected() as connection:
        for table, insert in inserts.items():
            if table in rows.OF_THE_OWNER:
                continue
            assert await _written(connection, WHOLE, insert, rows.FREE) == 1, table
            if table in WRITTEN_BY_ANYBODY:
                assert await _written(connection, NOBODYS, insert, rows.FREE) == 1, table
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await _written(connection, PARTED, insert, rows.XIHU)


async def _written(connection: asyncpg.Connection, access: Access, insert: str, place: str) -> int:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            "SELECT set_config('shuangfu.scope', $1, true), set_config('shuangfu.units', $2, true)",
            access.patterns(),
            access.narrowing(),
        )
        return int((await connection.execute(insert, place)).split()[-1])
    finally:
        await transaction.rollback()


@in_module
async def test_decision_48_setting__ends_with_its_transaction(services: dict[str, rows.Service]) -> None:
    """One connection serves a narrowed caller, then another: nothing of the first stays."""
    database = services["registry"].database
    for access in (PARTED, WHOLE, NOBODYS, WHOLE):
        async with database.transaction(access) as tx:
            seen = await tx.scalar(text("SELECT count(*) FROM organizations"))
            assert bool(seen) is (access.units is None)


@in_module
async def test_decision_48_system_scope__sees_beyond_the_units_and_gives_them_back(
    services: dict[str, rows.Service],
) -> None:
    count = text("SELECT count(*) FROM organizations")
    async with services["registry"].database.transaction(NOBODYS) as tx:
        async with tx.system_scope():
            assert await tx.scalar(count)
        assert not await tx.scalar(count)
        with pytest.raises(asyncpg.UndefinedTableError):
            async with tx.savepoint(), tx.system_scope():
                await tx.execute(text("SELECT FROM missing"))
        assert not await tx.scalar(count)


@in_module
async def test_decision_48_version_before__sets_no_units_and_sees_as_it_did(services: dict[str, rows.Service]) -> None:
    for service in services.values():
        async with service.connected() as connection:
            await connection.execute("SELECT set_config('shuangfu.scope', '%', false)")
            for table in service.scoped:
                assert await connection.fetchval(f'SELECT count(*) FROM "{table}"'), table


def test_decision_48_new_tables__must_say_how_units_narrow_them() -> None:
    with pytest.raises(TypeError, match="units"):
        secure_table("inspections")  # type: ignore[call-arg]
    assert "RESTRICTIVE" in secure_table("inspections", units=of_units("organization_id"))
    assert "RESTRICTIVE" in secure_table("inspections", units=HIDDEN_FROM_UNITS)
    assert narrow("inspections", NOT_NARROWED) == ""


TABLE = """
CREATE TABLE visits (id uuid NOT NULL, division text NOT NULL, organization_id uuid, party_organization_id uuid);
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visits(services: dict[str, rows.Service]) -> AsyncIterator[dict[str, UUID]]:
    """A table of a module to come, with four rows: of an organization, of what covers it, of both, of neither."""
    one, party = uuid4(), uuid4()
    ids = {"organization": one, "party": party}
    async with services["registry"].connected(admin=True) as admin:
        await admin.execute(f"SET ROLE {OWNER}")
        units = of_units("organization_id", "party_organization_id")
        await admin.execute(TABLE + secure_table("visits", units=units, audited=False))
        await admin.execute("RESET ROLE")
        for of in ((one, None), (None, party), (one, party), (None, None)):
            await admin.execute("INSERT INTO visits VALUES (gen_random_uuid(), '330106', $1, $2)", *of)
        yield ids
        await admin.execute("DROP TABLE visits")


@pytest.mark.parametrize(
    ("units", "seen"),
    [(("organization",), 2), (("party",), 2), (("organization", "party"), 3), ((), 0), (None, 4)],
    ids=str,
)
@in_module
async def test_decision_48_units__see_the_rows_that_name_them(
    services: dict[str, rows.Service], visits: dict[str, UUID], units: Any, seen: int
) -> None:
    given = None if units is None else tuple(str(visits[name]) for name in units)
    for scope, expected in ((("330106",), seen), (("330105",), 0)):
        async with services["registry"].database.transaction(Access("tester", scope, units=given)) as tx:
            assert await tx.scalar(text("SELECT count(*) FROM visits")) == expected
