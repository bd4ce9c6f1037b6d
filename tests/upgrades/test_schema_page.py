"""`schema.sql` of each service is what its migrations leave."""

import asyncpg
import pytest
from sqlalchemy import make_url

from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.schema import render, schema_path
from shuangfu.services import SERVICES
from tests.conftest import AsAdmin, NewDatabase


@pytest.mark.parametrize("service", SERVICES)
async def test_page__is_the_schema_of_the_migrated_database(
    service: str, database_url: NewDatabase, postgres_server: EmbeddedPostgres
) -> None:
    name = make_url(await database_url(service)).database
    assert name is not None
    stored = schema_path(service).read_text("utf-8")
    assert render(service, postgres_server.url(name)) == stored, "`make schema` writes it again"


async def test_page__shows_every_kind_of_object(
    database_url: NewDatabase, as_admin: AsAdmin, postgres_server: EmbeddedPostgres
) -> None:
    url = await database_url("registry")
    name = make_url(url).database
    assert name is not None
    before = render("registry", postgres_server.url(name))
    changes = {
        "ALTER TABLE contacts ADD COLUMN more text DEFAULT '-'": "    more text DEFAULT '-'::text,",
        "ALTER TABLE contacts ADD CONSTRAINT ck_more CHECK (more <> '') NOT VALID": "ADD CONSTRAINT ck_more",
        "CREATE INDEX ix_more ON contacts (more)": "CREATE INDEX ix_more ON contacts",
        "ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY": None,
        "CREATE POLICY more ON contacts FOR SELECT USING (true)": "CREATE POLICY more ON contacts",
        "ALTER TABLE contacts DISABLE TRIGGER audit_delete": "ALTER TABLE contacts DISABLE TRIGGER audit_delete;",
        "GRANT TRUNCATE ON contacts TO shuangfu_runtime": "GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE",
        "CREATE FUNCTION more() RETURNS void LANGUAGE sql AS ''": "CREATE FUNCTION more() RETURNS void",
        "GRANT EXECUTE ON FUNCTION audit_append TO shuangfu_runtime": "GRANT ALL ON FUNCTION audit_append(",
    }
    async with as_admin.connected(url) as connection:
        for change, shown in changes.items():
            await connection.execute(change)
            after = render("registry", postgres_server.url(name))
            assert after != before
            if shown:
                assert shown in after
                assert shown not in before
            before = after


async def test_page__is_the_same_on_another_day(
    database_url: NewDatabase, as_admin: AsAdmin, postgres_server: EmbeddedPostgres
) -> None:
    url = await database_url("funding")
    name = make_url(url).database
    assert name is not None
    async with as_admin.connected(url) as connection:
        assert await _days(connection) > 1
        for row in await connection.fetch(r"SELECT relname FROM pg_class WHERE relname ~ '^outbox_\d{8}$'"):
            await connection.execute(f"DROP TABLE {row['relname']}")
        assert await _days(connection) == 0
    assert render("funding", postgres_server.url(name)) == schema_path("funding").read_text("utf-8")


async def _days(connection: asyncpg.Connection) -> int:
    found: int = await connection.fetchval(r"SELECT count(*) FROM pg_class WHERE relname ~ '^outbox_\d{8}$'")
    return found
