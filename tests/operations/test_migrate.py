"""`shuangfu migrate`: what it would do, what it leaves among the operators' actions, and how it says what is wrong."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from shared.schema.migrate import migrate, revisions
from shared.schema.security import OWNER, RUNTIME
from shared.urls import with_database, with_login
from shuangfu.cli import app
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import SERVICES
from tests.conftest import RUNTIME_PASSWORD
from tests.operations.backup.deployments import databases, drop_deployment, execute, fetch

pytestmark = pytest.mark.usefixtures("logs_put_back")
ACTIONS = "SELECT operator, command, outcome, figures::text FROM operator_actions"


@pytest.fixture
async def urls(own_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, str]]:
    """Databases that are not there yet, as an administrator would reach them; the environment names them."""
    prefix = f"t{uuid4().hex[:8]}_"
    found = {service: with_database(own_server.url(), prefix + service) for service in SERVICES}
    for service, url in found.items():
        runtime = with_login(url, RUNTIME, RUNTIME_PASSWORD)
        monkeypatch.setenv(f"SHUANGFU_{service.upper()}_DATABASE_URL", runtime)
    monkeypatch.setenv("SHUANGFU_ADMIN_DATABASE_URL", own_server.url())
    monkeypatch.setenv("SHUANGFU_OPERATOR", "甲")
    yield found
    await drop_deployment(own_server, prefix)


async def run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, ["migrate", *arguments])


def plain(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0].removesuffix("_registry")


async def test_migrate_all__a_dry_run_names_what_is_pending_and_makes_nothing(
    urls: dict[str, str], own_server: EmbeddedPostgres
) -> None:
    result = await run("--all", "--dry-run")
    assert result.exit_code == 0, result.output
    for service in SERVICES:
        assert f"{service}: would run {', '.join(revisions(service))}; nothing was changed\n" in result.output
    assert await databases(own_server.url(), plain(urls["registry"])) == []


async def test_migrate_all__is_recorded_where_it_changed_something(urls: dict[str, str]) -> None:
    for ran in (True, False):
        result = await run("--all")
        assert result.exit_code == 0, result.output
        for service in SERVICES:
            done = f"; ran {', '.join(revisions(service))}" if ran else ""
            assert f"{service}: roles, database and tables are up to date{done}\n" in result.output
    for service, url in urls.items():
        [row] = await fetch(url, ACTIONS)
        assert row[:3] == ("甲", "migrate", "done")
        assert all(revision in row["figures"] for revision in revisions(service))
        audited = await fetch(url, "SELECT authority FROM audit_log WHERE object_type = 'operator_actions'")
        assert [row[0] for row in audited] == ["cli:甲"]
    result = await run("--all", "--dry-run")
    assert [line for line in result.output.splitlines() if "nothing to run; nothing was changed" not in line] == []


async def test_migrate_service__by_the_owner_is_recorded_too(
    urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await run("--all")
    url = urls["funding"]
    before, last = revisions("funding")[-2:]
    # As before the last migration.
    await execute(url, f"DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION {OWNER}")
    await migrate("funding", url, before, role=OWNER)
    await execute(url, f"ALTER ROLE {OWNER} LOGIN PASSWORD 'own'")
    monkeypatch.setenv("SHUANGFU_FUNDING_DATABASE_URL", with_login(url, OWNER, "own"))
    try:
        result = await run("funding", "--dry-run")
        assert result.output == f"funding: would run {last}; nothing was changed\n"
        result = await run("funding")
        assert (result.exit_code, result.output) == (0, f"funding: tables are up to date; ran {last}\n")
    finally:
        await execute(url, f"ALTER ROLE {OWNER} NOLOGIN PASSWORD NULL")
    [row] = await fetch(url, ACTIONS)
    assert row["figures"] == f'{{"revisions": ["{last}"]}}'


async def test_migrate__says_in_one_sentence_what_is_wrong(urls: dict[str, str]) -> None:
    await run("--all")
    await execute(urls["incubation"], "UPDATE alembic_version SET version_num = 'another'")
    for arguments in (["--all"], ["--all", "--dry-run"]):
        result = await run(*arguments)
        assert result.exit_code == 1
        expected = (
            "shuangfu migrate: incubation: the database is at revision another, which is none of the incubation's"
        )
        assert expected in result.output
    await execute(urls["incubation"], "UPDATE alembic_version SET version_num = 'incubation_0999'")
    result = await run("--all")
    assert result.exit_code == 0
    assert "incubation: roles, database and tables are up to date\n" in result.output
    assert '"event":"database_is_newer"' in result.output
    assert (await run("nobody")).exit_code == 2
    assert (await run()).exit_code == 2
