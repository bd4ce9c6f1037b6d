"""The change feed of an app under test: what the relay does, and who pulls."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from shared.bus.sending.relay import Relay
from shared.urls import driver_url


async def publish(app: FastAPI) -> None:
    """Mark what is in the outbox as published, as the relay does."""

    async def nowhere(_: Sequence[object]) -> None:
        pass

    settings = app.state.settings
    relay = Relay(settings.service, settings.database_url, None, batch_size=7)  # type: ignore[arg-type]
    connection = await asyncpg.connect(driver_url(settings.database_url), server_settings={"shuangfu.scope": "%"})
    try:
        while await relay.move_batch(connection, nowhere):  # type: ignore[arg-type]
            pass
    finally:
        await connection.close()


async def pull(client: httpx.AsyncClient, token: str, **query: Any) -> list[dict[str, Any]]:
    """Every event of the feed, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        response = await client.get("/v1/changes", params=query, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200, response.text
        page = response.json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        query["cursor"] = page["next_cursor"]


def kinds(items: Sequence[dict[str, Any]]) -> list[str]:
    """What each event says, without the ends of its type that all share."""
    return [item["type"].removeprefix("shuangfu.").removesuffix(".v1") for item in items]
