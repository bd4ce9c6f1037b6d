"""Databases that no migration has run in."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.schema.migrate import create_databases, let_policies_use_indexes
from shared.schema.security import OWNER
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import SERVICES
from tests.conftest import Templates
from tests.operations.backup.deployments import drop_deployment


@pytest.fixture
async def databases(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[dict[str, str]]:
    """An empty database for each service: the URL as a superuser."""
    prefix = f"t{uuid4().hex[:8]}_"
    await templates.ensure_roles()
    await create_databases(postgres_server.url(), [prefix + service for service in SERVICES], owner=OWNER)
    found = {service: postgres_server.url(prefix + service) for service in SERVICES}
    for url in found.values():
        await let_policies_use_indexes(url)
    yield found
    await drop_deployment(postgres_server, prefix)
