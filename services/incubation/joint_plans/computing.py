"""Computes waiting plans: takes one, has it computed in a process of its own, and stores it in one transaction."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from services.incubation.formation.queries import joint_branches, joint_cases
from services.incubation.joint_plans import jobs, queries
from services.incubation.joint_plans.documents import existing_of, explained, organizations_of, why_of
from services.incubation.joint_plans.limits import limits_of
from services.incubation.joint_plans.process import compute
from services.incubation.joint_plans.search.candidates import Candidate
from services.incubation.joint_plans.search.planning import JointPlanDraft
from services.incubation.joint_plans.search.task import Task
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.computing.running import Lost, keep_while, run_jobs, take_up
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Database, Record
from shared.field.calendar import china_day
from shared.field.policies import Policy

Compute = Callable[[Task, Callable[[int], None]], Awaitable[JointPlanDraft]]


async def run_plans(
    database: Database, policies: FormationPolicies, *, seconds: float, poll_seconds: float, compute: Compute = compute
) -> None:
    """Compute waiting plans, one at a time, until cancelled."""
    step = partial(compute_next, database, policies, seconds=seconds, compute=compute)
    await run_jobs(database, jobs.JOBS, step, poll_seconds=poll_seconds)


async def compute_next(
    database: Database, policies: FormationPolicies, *, seconds: float, compute: Compute = compute
) -> bool:
    """Compute the plan that waits longest; False where none does."""
    return await take_up(database, jobs.JOBS, lambda job: _compute(database, policies, job, seconds, compute))


async def _compute(
    database: Database, policies: FormationPolicies, job: Record, seconds: float, compute: Compute
) -> None:
    division = str(job["division"])
    policy = policies.get(division, china_day(job["created_at"]))
    async with database.transaction() as tx:
        candidates = [Candidate(**row) for row in await joint_cases.list_joint_candidates(tx, division)]
        branches = await joint_branches.list_joint_branches(tx, division)
    existing = existing_of(branches, policy, division)
    fixed = [[UUID(one) for one in group] for group in job["fixed"]]
    task = Task(candidates, limits_of(policy.parameters), existing, fixed, seconds)
    draft = await keep_while(database, jobs.JOBS, job, len(candidates), lambda report: compute(task, report))
    await _store(database, job, draft, policy, len(candidates))


async def _store(
    database: Database, job: Record, draft: JointPlanDraft, policy: Policy[FormationPolicy], organizations: int
) -> None:
    now, plan_id = utc_now(), job["plan_id"]
    proposals = [
        {
            "id": new_id(),
            "plan_id": plan_id,
            "position": position,
            "division": job["division"],
            "organizations": to_json(organizations_of(proposal)),
            "full_members": proposal.full_members,
            "why": to_json(why_of(proposal, policy, now)),
            "state": "proposed",
        }
        for position, proposal in enumerate(draft.proposals)
    ]
    unplaced = to_json([{"id": one.id, "uscc": one.uscc, "why": explained(one.why, now)} for one in draft.unplaced])
    aims = {"reached": list(draft.reached), "bound": list(draft.bound), "stopped": draft.stopped}
    async with database.transaction() as tx:
        if not await jobs.JOBS.finish(tx, job, counted=organizations, answer={"aims": to_json(aims)}):
            raise Lost
        covered, most = draft.reached.covered, draft.bound.covered
        await queries.fill_plan(tx, plan_id, covered=covered, upper_bound=most, unplaced=unplaced)
        await queries.insert_proposals(tx, proposals)
