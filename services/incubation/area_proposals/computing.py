"""Computes waiting proposals of areas, and stores them."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from functools import partial

from services.incubation.area_proposals.process import Task, compute, figures_of
from services.incubation.area_proposals.queries import JOBS
from services.incubation.area_proposals.search.proposing import ProposalDraft
from services.incubation.areas import listing
from services.incubation.areas import queries as areas
from services.incubation.areas.boundaries import queries as boundaries
from services.incubation.policies import FormationPolicies
from shared.computing.process import Report
from shared.computing.running import Lost, keep_while, run_jobs, take_up
from shared.db.base import to_json
from shared.db.session import Database, Record, Transaction
from shared.field.calendar import china_day

Compute = Callable[[Task, Report], Awaitable[ProposalDraft]]
MAX_LISTED = 500
"""The most bodies without an area that a proposal names."""


async def run_proposals(
    database: Database, policies: FormationPolicies, *, poll_seconds: float, compute: Compute = compute
) -> None:
    """Compute waiting proposals, one at a time, until cancelled."""
    step = partial(compute_next, database, policies, compute=compute)
    await run_jobs(database, JOBS, step, poll_seconds=poll_seconds)


async def compute_next(database: Database, policies: FormationPolicies, *, compute: Compute = compute) -> bool:
    """Compute the proposal that waits longest; False where none does."""
    return await take_up(database, JOBS, lambda job: _compute(database, policies, job, compute))


async def _compute(database: Database, policies: FormationPolicies, job: Record, compute: Compute) -> None:
    division, today = str(job["division"]), china_day(job["created_at"])
    figures = figures_of(policies.areas.get(division, today).parameters)
    async with database.transaction() as tx:
        lone = await listing.list_lone(tx, division, today)
        boundary = await boundaries.get(tx, division)
        taken = await _taken(tx, division, today)
    polygons = None if boundary is None else boundary["polygons"]
    task = Task([(one.lon, one.lat) for one in lone], figures, polygons, taken)
    draft = await keep_while(database, JOBS, job, len(lone), lambda report: compute(task, report))
    named = [{"id": str(lone[place].id), "what": lone[place].what} for place in draft.left[:MAX_LISTED]]
    answer = {
        "areas": to_json([asdict(one) | {"number": number} for number, one in enumerate(draft.areas, 1)]),
        "left_out": to_json({"count": len(draft.left), "bodies": named}),
        "within": "boundary_unknown" if boundary is None else "inside",
        "version": job["version"] + 1,
    }
    async with database.transaction() as tx:
        if not await JOBS.finish(tx, job, counted=len(lone), answer=answer):
            raise Lost


async def _taken(tx: Transaction, division: str, today: date) -> list[list[tuple[float, float]]]:
    """The lines of the areas that stand today or are to stand."""
    everywhere = (-180.0, -90.0, 180.0, 90.0)
    beside = await areas.list_beside(tx, division, everywhere, since=today, until=None)
    return [list(outline.drawn.ring) for outlines in beside.values() for outline in outlines]
