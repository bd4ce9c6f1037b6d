"""Computes waiting simulations, and stores what they answer."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from services.evaluation.simulations import queries
from services.evaluation.simulations.process import compute, task_of
from services.evaluation.simulations.queries import JOBS
from shared.computing.process import Report
from shared.computing.running import Lost, keep_while, run_jobs, take_up
from shared.db.base import to_json
from shared.db.session import Database, Record

Compute = Callable[[bytes, Report], Awaitable[dict[str, Any]]]
_JSON = ("before", "after", "reasons")
_TOTALS = ("total_before", "total_after")
_IDS = ("evaluation_id", "party_organization_id")


async def run_simulations(database: Database, *, poll_seconds: float, compute: Compute = compute) -> None:
    """Compute waiting simulations, one at a time, until cancelled."""
    await run_jobs(database, JOBS, partial(compute_next, database, compute=compute), poll_seconds=poll_seconds)


async def compute_next(database: Database, *, compute: Compute = compute) -> bool:
    """Compute the simulation that waits longest; False where none does."""
    return await take_up(database, JOBS, lambda job: _compute(database, job, compute))


async def _compute(database: Database, job: Record, compute: Compute) -> None:
    asked = job["asked"]
    ids = [UUID(one["id"]) for one in asked["cycles"]]
    steps = any(one[of]["step_up_max"] is not None for one in asked["cycles"] for of in ("own", "other"))
    async with database.transaction() as tx:
        rows = await queries.stored_of(tx, ids, steps=steps)
        contents = await queries.contents_of(tx, ids)
        waiting = await queries.count_open(tx, ids)
    systems = [{"cycle": str(cycle), "type": of, "content": content} for (cycle, of), content in contents.items()]
    task = await asyncio.to_thread(task_of, asked, systems, rows, job["created_at"])
    found = await keep_while(database, JOBS, job, len(rows), lambda report: compute(task, report))
    changes = await asyncio.to_thread(_rows_of, job, found["changes"])
    result = found["result"] | {"not_completed": waiting}
    async with database.transaction() as tx:
        if not await JOBS.finish(tx, job, counted=len(rows), answer={"result": to_json(result)}):
            raise Lost
        await queries.insert_changes(tx, changes)


def _rows_of(job: Record, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **one,
            **{name: UUID(one[name]) for name in _IDS},
            **{name: Decimal(one[name]) for name in _TOTALS},
            **{name: to_json(one[name]) for name in _JSON},
            "simulation_id": job["id"],
            "division": job["division"],
        }
        for one in changes
    ]
