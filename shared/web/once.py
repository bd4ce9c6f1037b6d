"""Idempotency keys: one effect and one answer, however often a request comes."""

import hashlib
import zlib
from collections.abc import Awaitable, Callable
from typing import Annotated

import orjson
from fastapi import Depends, Header, Request, Response
from sqlalchemy import text

from shared.db.session import Transaction
from shared.problems.problems import IdempotencyKeyInFlight, IdempotencyKeyRequired, IdempotencyKeyReused
from shared.web.describing.answers import REQUIRED
from shared.web.routes import Tx

ONCE_PROBLEMS = (IdempotencyKeyReused, IdempotencyKeyInFlight)
"""What every route that takes a key may answer with."""

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(1751, :key)")
_STORED = text("SELECT request_hash, status, headers, body FROM idempotency_keys WHERE caller = :caller AND key = :key")
_STORE = text(
    "INSERT INTO idempotency_keys (caller, key, route, request_hash, status, headers, body) "
    "VALUES (:caller, :key, :route, :hash, :status, CAST(:headers AS jsonb), :body)"
)
_FORGET = text(
    "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY("
    "SELECT ctid FROM idempotency_keys WHERE created_at < now() - :days * interval '1 day' LIMIT 20000))"
)


class Once:
    """The first request with a key runs, and its response is stored in the same transaction.

    A repeat gets the stored response; the same key with another input is refused (422), and so is one whose
    first request is still under way (409).
    """

    def __init__(
        self, tx: Transaction, request: Request, key: str | None, body: bytes, *, required: bool = False
    ) -> None:
        self._required = required
        self._tx = tx
        self._key = key
        self._route = f"{request.method} {request.url.path}"
        # The scope, with the units that narrow it, is part of the request: a stored answer shows what its caller could
        # see then, and a caller with another scope asks for something else. If-Match says which state was meant.
        asked = [self._route, tx.access.scope, request.headers.get("if-match")]
        if tx.access.units is not None:
            asked.append(tx.access.units)
        if other := request.headers.get("if-none-match"):
            asked.append(other)
        self._hash = hashlib.sha256(orjson.dumps(asked) + body).hexdigest()
        self._caller = tx.access.actor

    async def __call__(self, run: Callable[[], Awaitable[Response]], *, required: bool = False) -> Response:
        """Run, or answer from what is stored.

        Raises IdempotencyKeyRequired (400) without a key where one is `required`, IdempotencyKeyInFlight (409) while
        the first request runs, IdempotencyKeyReused (422) for another request, and whatever `run` raises.
        """
        if self._key is None:
            if required or self._required:
                raise IdempotencyKeyRequired
            return await run()
        lock = zlib.crc32(f"{self._caller}\0{self._key}".encode())
        if not await self._tx.scalar(_TRY_LOCK, {"key": lock - 2**31}):
            raise IdempotencyKeyInFlight
        stored = await self._tx.row(_STORED, {"caller": self._caller, "key": self._key})
        if stored is not None:
            if stored.request_hash != self._hash:
                raise IdempotencyKeyReused
            return Response(bytes(stored.body), stored.status, stored.headers | {"Idempotent-Replayed": "true"})
        response = await run()
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        await self._tx.execute(
            _STORE,
            {
                "caller": self._caller,
                "key": self._key,
                "route": self._route,
                "hash": self._hash,
                "status": response.status_code,
                "headers": orjson.dumps(kept).decode(),
                "body": bytes(response.body),
            },
        )
        return response


async def _once(
    tx: Tx,
    request: Request,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)] = None,
) -> Once:
    return Once(tx, request, key, await request.body())


async def _once_with_key(
    tx: Tx,
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", max_length=255, json_schema_extra={REQUIRED: True})
    ] = None,
) -> Once:
    return Once(tx, request, key, await request.body(), required=True)


OnceOnly = Annotated[Once, Depends(_once)]
OnceWithKey = Annotated[Once, Depends(_once_with_key)]
"""Where money moves: the key is required."""


async def forget_old_keys(tx: Transaction, *, days: int) -> int:
    """Delete keys older than `days`, 20,000 at most: a backlog of them goes within some hours. Returns how many.

    A client repeats a request for minutes; its key is kept for days.
    """
    return await tx.execute(_FORGET, {"days": days})
