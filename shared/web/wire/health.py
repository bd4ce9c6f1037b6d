"""Health: whether a restart would help (live), and whether requests can be served now (ready)."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
from fastapi import Response
from sqlalchemy import event, text
from sqlalchemy.pool import QueuePool

from shared.bus.worker import Check, Worker
from shared.db.session import Database
from shared.field.followed import has_policies

DATABASE_SECONDS = 1.0
"""Longest time that a probe waits for the database."""
POOL_SECONDS = 90.0
"""Three times the longest request: if no connection was returned to an empty pool for this long, none will be."""


class Health:
    """Checks of a process that runs a service's API, its worker, or both."""

    def __init__(
        self,
        database: Database,
        worker: Worker | None,
        *,
        policies: Path | None = None,
        pool_seconds: float = POOL_SECONDS,
    ) -> None:
        """`policies` is the folder that decisions are made by."""
        self._policies = policies
        self._database = database
        self._worker = worker
        self._pool_seconds = pool_seconds
        self._pool_moved_at = time.monotonic()
        self._late: set[asyncio.Task[None]] = set()
        for name in ("checkout", "checkin"):
            event.listen(database.engine.sync_engine, name, self._note_movement)

    def live(self) -> list[Check]:
        """The checks that fail when a part of this process is stuck, so that only a restart helps."""
        checks = self._worker.live() if self._worker else []
        seconds = time.monotonic() - self._pool_moved_at
        stuck = self._pool_is_empty() and seconds > self._pool_seconds
        detail = f"every connection is out, and none came back for {seconds:.0f} s" if stuck else ""
        return [*checks, Check("pool", not stuck, detail)]

    async def ready(self) -> list[Check]:
        """The checks of the parts that requests need: bus, policies and database."""
        return [*(self._worker.ready() if self._worker else []), *self._check_policies(), await self._check_database()]

    def _check_policies(self) -> list[Check]:
        if self._policies is None:
            return []
        found = has_policies(self._policies)
        return [Check("policies", found, "" if found else "the folder of policies holds none")]

    async def _check_database(self) -> Check:
        asking = asyncio.create_task(self._ask_database())
        await asyncio.wait({asking}, timeout=DATABASE_SECONDS)
        if not asking.done():
            # A hanging connection may take long to be cancelled: the answer does not wait for it.
            asking.cancel()
            self._late.add(asking)
            asking.add_done_callback(self._forget)
            detail = "no connection is free" if self._pool_is_empty() else "no answer"
            return Check("database", False, f"{detail} within {DATABASE_SECONDS:g} s")
        error = asking.exception()
        return Check("database", error is None, "" if error is None else type(error).__name__)

    async def _ask_database(self) -> None:
        async with self._database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    def _forget(self, asking: asyncio.Task[None]) -> None:
        self._late.discard(asking)
        if not asking.cancelled():
            asking.exception()

    def _pool_is_empty(self) -> bool:
        pool = self._database.engine.sync_engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedout() >= pool.size()

    def _note_movement(self, *_: object) -> None:
        self._pool_moved_at = time.monotonic()


def answer_checks(checks: Sequence[Check]) -> Response:
    """200 if all checks pass, else 503; each check by name either way."""
    ok = all(check.ok for check in checks)
    body = {
        "status": "ok" if ok else "failing",
        "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks],
    }
    return Response(orjson.dumps(body), 200 if ok else 503, media_type="application/json")
