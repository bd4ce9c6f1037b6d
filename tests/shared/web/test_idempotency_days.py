"""Idempotency keys are kept for days, then forgotten."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from shared.db.session import Database
from shared.web.once import forget_old_keys

KEPT = text(
    "INSERT INTO idempotency_keys (caller, key, route, request_hash, status, headers, body, created_at) "
    "SELECT 'caller', days::text, 'POST /x', '', 200, '{}', '', now() - days * interval '1 day' "
    "FROM unnest(ARRAY[0, 6, 8, 400]) AS days"
)


async def test_idempotency_keys__are_kept_for_the_given_days(
    database_for: Callable[[str], Awaitable[Database]],
) -> None:
    database = await database_for("registry")
    async with database.transaction() as tx:
        await tx.execute(KEPT)
        assert await forget_old_keys(tx, days=7) == 2
        left = await tx.rows(text("SELECT key FROM idempotency_keys ORDER BY created_at DESC"))
    assert [row.key for row in left] == ["0", "6"]
