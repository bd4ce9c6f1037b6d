"""The registry's app on a fresh database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from services.registry.app import create_app
from shared.settings import ServiceSettings


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """Tracebacks with every local variable take seconds to draw, and nobody looks at them here."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
async def app(settings_for: Callable[[str], Awaitable[ServiceSettings]]) -> AsyncIterator[FastAPI]:
    app = create_app(await settings_for("registry"))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry") as client:
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
