"""The registry's app on a fresh database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from services.registry.app import create_app
from shared.db.access import system_access
from shared.db.sealing import KeyRing
from shared.db.session import Database
from shared.settings import ServiceSettings
from tests.conftest import Hands


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[structlog.typing.EventDict]]:
    """Tracebacks with every local variable take seconds to draw, and hardly anybody looks at them here."""
    with structlog.testing.capture_logs() as found:
        yield found


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """The keys of this test's contacts."""
    path = tmp_path / "field-keys.json"
    path.write_bytes(KeyRing.generate().to_json())
    return path


@pytest.fixture
async def app(settings_for: Callable[[str], Awaitable[ServiceSettings]], keys_file: Path) -> AsyncIterator[FastAPI]:
    settings = await settings_for("registry")
    app = create_app(settings.model_copy(update={"field_keys_file": keys_file}))
    app.state.worker_database = Database(settings.database_url, access=system_access("registry", "worker"))
    async with app.router.lifespan_context(app):
        yield app
    await app.state.worker_database.close()


@pytest.fixture
async def client(app: FastAPI, hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client:
        yield client


def registration(**changes: Any) -> dict[str, Any]:
    """An invented registration."""
    return {
        "name": "西湖区蓝天社工服务中心",
        "kind": "social_service_institution",
        "division": "330106",
        "street": "翠苑街道",
        "address": "示例路 1 号",
        "registered_on": "2026-03-01",
        "full_time_staff": 6,
        "full_members_full_time": 3,
        "full_members": 4,
        "probationary_members": 1,
        "as_of": "2026-03-02T09:00:00+08:00",
        **changes,
    }
