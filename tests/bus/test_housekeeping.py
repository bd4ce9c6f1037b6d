"""What the active relay clears away beside its outbox's days."""

import asyncpg

from shared.bus.sending.relay import Relay
from shared.bus.transports.postgres_log import PostgresLog
from shared.urls import driver_url
from tests.conftest import NewDatabase

KEPT = """
INSERT INTO idempotency_keys (caller, key, route, request_hash, status, headers, body, created_at)
SELECT 'caller', days::text, 'POST /x', '', 200, '{}', '', now() - days * interval '1 day'
FROM unnest(ARRAY[0, 6, 8, 400]) AS days
"""


async def test_idempotency_keys__are_kept_for_so_many_days(database_url: NewDatabase) -> None:
    url = await database_url("registry")
    relay = Relay("registry", url, PostgresLog("unused"), idempotency_days=7)
    connection = await asyncpg.connect(driver_url(url), server_settings={"shuangfu.scope": "%"})
    try:
        await connection.execute(KEPT)
        await relay._keep_house(connection)
        left = await connection.fetch("SELECT key FROM idempotency_keys ORDER BY created_at DESC")
        assert [row["key"] for row in left] == ["0", "6"]
    finally:
        await connection.close()
