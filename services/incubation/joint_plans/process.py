"""Computes a plan in a process of its own: the event loop stays free, and what ends the search ends that alone."""

import asyncio
from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson

from services.incubation.joint_plans.search.alternatives import NextBest
from services.incubation.joint_plans.search.describing import ProposalDraft
from services.incubation.joint_plans.search.draft import Aims
from services.incubation.joint_plans.search.planning import JointPlanDraft, Unplaced, propose_joint_branches
from services.incubation.joint_plans.search.reasons import Why
from services.incubation.joint_plans.search.solving.clock import Clock
from services.incubation.joint_plans.search.task import Task
from shared.computing.process import ComputingFailed, Report, answer, ask

__all__ = ["ComputingFailed", "compute", "compute_here"]

GRACE_SECONDS = 60.0
"""How long the process may take beyond the plan's own limit before it is ended."""
_EVERY = 50
"""Organizations settled between two reports."""


async def compute(task: Task, report: Report) -> JointPlanDraft:
    """The plan, computed elsewhere. `report` gets how many organizations are settled. Raises ComputingFailed."""
    seconds = None if task.seconds is None else task.seconds + GRACE_SECONDS
    found = await ask(__name__, task.as_json(), report, seconds=seconds)
    return await asyncio.to_thread(_read, found, task)


async def compute_here(task: Task, report: Report) -> JointPlanDraft:
    """The same without a process."""
    return propose_joint_branches(
        task.candidates,
        task.policy,
        existing=task.existing,
        fixed=task.fixed,
        clock=Clock(task.seconds, report),
    )


def _read(found: dict[str, Any], task: Task) -> JointPlanDraft:
    """The plan as the process wrote it; organizations by id."""
    candidates = {str(one.id): one for one in task.candidates}
    proposals = tuple(
        ProposalDraft(
            **{
                **row,
                "organizations": tuple(candidates[one] for one in row["organizations"]),
                "aims": Aims(*row["aims"]),
                "why": Why(**row["why"]),
                "metres": tuple(row["metres"]),
                "next_best": None if row["next_best"] is None else NextBest(**row["next_best"]),
                "existing": None if row["existing"] is None else UUID(row["existing"]),
            }
        )
        for row in found["proposals"]
    )
    unplaced = tuple(Unplaced(UUID(row["id"]), row["uscc"], Why(**row["why"])) for row in found["unplaced"])
    return JointPlanDraft(proposals, unplaced, Aims(*found["reached"]), Aims(*found["bound"]), found["stopped"])


def _written(draft: JointPlanDraft) -> bytes:
    return orjson.dumps(
        {
            "proposals": [
                {
                    **asdict(one),
                    "organizations": [organization.id for organization in one.organizations],
                    "aims": list(one.aims),
                }
                for one in draft.proposals
            ],
            "unplaced": [asdict(one) for one in draft.unplaced],
            "reached": list(draft.reached),
            "bound": list(draft.bound),
            "stopped": draft.stopped,
        },
        default=str,
    )


def _search(task: bytes, report: Report) -> bytes:
    return _written(asyncio.run(compute_here(Task.from_json(task), report)))


def main() -> None:
    """The computing process."""
    answer(_search, every=_EVERY)


if __name__ == "__main__":
    main()
