"""The jobs that compute plans."""

from uuid import UUID

from sqlalchemy import select, text

from services.incubation.joint_plans.search.draft import Aims
from services.incubation.tables import joint_plan_jobs
from shared.computing.jobs import MAX_ATTEMPTS, Jobs
from shared.db.base import to_json
from shared.db.session import Record, Transaction

__all__ = ["JOBS", "MAX_ATTEMPTS", "get_job", "jobs_of", "set_reached"]

JOBS = Jobs(joint_plan_jobs, key="plan_id", counted="organizations", channel="joint_plans")


async def jobs_of(tx: Transaction, plan_ids: list[UUID]) -> dict[UUID, Record]:
    """The jobs of these plans."""
    rows = await tx.records(
        text("SELECT * FROM joint_plan_jobs WHERE plan_id = ANY(CAST(:ids AS uuid[]))"), {"ids": plan_ids}
    )
    return {row["plan_id"]: row for row in rows}


async def set_reached(tx: Transaction, plan_id: UUID, reached: Aims) -> None:
    """After people edited the plan."""
    await tx.execute(
        text(
            "UPDATE joint_plan_jobs SET aims = jsonb_set(aims, '{reached}', CAST(:reached AS jsonb)) "
            "WHERE plan_id = :plan AND aims IS NOT NULL"
        ),
        {"plan": plan_id, "reached": to_json(list(reached))},
    )


async def get_job(tx: Transaction, plan_id: UUID) -> Record | None:
    """One job; None for a plan of the version before."""
    return await tx.record(select(joint_plan_jobs).where(joint_plan_jobs.c.plan_id == plan_id))
