"""Going back to the version before: its migration job finds a database that a later version has migrated."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from shared.schema.migrate import (
    NotOurRevision,
    create_databases,
    let_policies_use_indexes,
    migrate,
    pending_revisions,
    revisions,
)
from shared.schema.security import OWNER
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import Templates
from tests.operations.backup.deployments import drop_deployment, execute, fetch

SERVICE = "registry"
NEWEST = revisions(SERVICE)[-1]


@pytest.fixture
async def url(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[str]:
    """A database of the newest revision that there is, as an administrator reaches it."""
    prefix = f"t{uuid4().hex[:8]}_"
    await templates.ensure_roles()
    await create_databases(postgres_server.url(), [prefix + SERVICE], owner=OWNER)
    found = postgres_server.url(prefix + SERVICE)
    await let_policies_use_indexes(found)
    await migrate(SERVICE, found, role=OWNER)
    yield found
    await drop_deployment(postgres_server, prefix)


async def be_at(url: str, revision: str) -> None:
    await execute(url, "UPDATE alembic_version SET version_num = $1", revision)


async def test_migration__leaves_a_database_of_a_later_version_as_it_is_and_says_so(url: str) -> None:
    await be_at(url, "registry_0099")
    with capture_logs() as lines:
        assert await migrate(SERVICE, url, role=OWNER) == []
    assert [tuple(row) for row in await fetch(url, "SELECT version_num FROM alembic_version")] == [("registry_0099",)]
    told = {"event": "database_is_newer", "log_level": "warning", "service": SERVICE, "revision": "registry_0099"}
    assert lines == [{**told, "newest_known": NEWEST}]


@pytest.mark.parametrize("revision", ["funding_0099", "registry_99999", "registry_0000", "8f3e1b2a9c4d", ""])
async def test_migration__a_revision_that_is_nobodys_is_an_error(revision: str, url: str) -> None:
    await be_at(url, revision)
    with pytest.raises(NotOurRevision, match="none of the registry's"):
        await migrate(SERVICE, url, role=OWNER)
    assert (await fetch(url, "SELECT version_num FROM alembic_version"))[0][0] == revision


async def test_pending__is_what_lies_between_the_database_and_the_revision(url: str) -> None:
    known = revisions(SERVICE)
    assert await pending_revisions(SERVICE, url) == []
    await be_at(url, known[1])
    assert await pending_revisions(SERVICE, url) == known[2:]
    assert await pending_revisions(SERVICE, url, known[2]) == [known[2]]
    assert await pending_revisions(SERVICE, url, known[0]) == [], "forward only"
