"""Joint plans as clients see them."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.joint_plans.documents import aims_out
from services.incubation.joint_plans.rules import ProposalState
from services.incubation.joint_plans.search.draft import Aims
from shared.db.session import Record
from shared.problems.language import Language, Text
from shared.problems.reasons import ReasonOut

PlanState = Literal["computing", "ready", "failed"]


class OrganizationRef(BaseModel):
    """An organization of a proposal, with its metres to the branch's centre; None where a location is missing."""

    id: UUID
    uscc: str
    metres: int | None = None


class NextBestOut(BaseModel):
    """The nearest alternative: `joins` in place of `leaves` (none: besides all), and what that would change."""

    joins: str
    leaves: str | None
    covered: int
    together: int
    created: int
    metres: int


class ProposalOut(BaseModel):
    """Organizations that could share a branch; `why` as a sentence, `reasons` as facts.

    `metres` are those of all organizations to that at the `centre`. `existing`: the joint branch that takes them in,
    where none is created; members are counted with its own. `fixed`: edited by hand. `outdated_by`: the codes of those
    that had changed when the plan was approved without it.
    """

    id: UUID
    organizations: list[OrganizationRef]
    full_members: int
    total_members: int | None
    centre: str | None
    metres: int | None
    why: str
    reasons: list[ReasonOut]
    next_best: NextBestOut | None
    existing: UUID | None
    fixed: bool
    state: ProposalState
    outdated_by: list[str]
    party_organization_id: UUID | None


class UnplacedOut(BaseModel):
    """An organization without partners, and why."""

    id: UUID
    uscc: str
    why: str
    reasons: list[ReasonOut]


class AimsOut(BaseModel):
    """The four aims in their order: organizations covered; those of them beside another of their own carrier; branches
    to create; metres between the organizations and their branches' centres."""

    covered: int
    together: int
    created: int
    metres: int


class ProgressOut(BaseModel):
    """Organizations to place, and how many of them are settled."""

    organizations: int
    settled: int


class JointPlanOut(BaseModel):
    """`state` is `computing` until a worker has computed the plan, then `ready`, or `failed` with a `failure`.

    `covered` organizations are in proposals; no plan under these rules could cover more than `upper_bound`. `reached`
    and `bound` show the same of all aims: no plan could beat a bound that reaches the aims before as well, in each
    group of organizations that hang together. `stopped`:
    the time was over before the search was, so that another run may answer otherwise. `shortened` says that the list
    of plans leaves out some of its proposals or unplaced organizations.
    """

    id: UUID
    division: str
    policy: str
    state: PlanState
    progress: ProgressOut
    failure: str | None = None
    proposals: list[ProposalOut]
    unplaced: list[UnplacedOut]
    covered: int
    upper_bound: int
    reached: AimsOut | None = None
    bound: AimsOut | None = None
    stopped: bool = False
    shortened: bool = False
    created_at: AwareDatetime
    version: int


FAILURES: dict[str, Text] = {
    "given_up": Text(
        zh="计算进程多次中断，未能得出方案。请缩小区划范围后重试，或联系运维人员。",
        en="Computing ended several times without a plan. Try a smaller division, or ask the operators.",
    ),
    "too_slow": Text(
        zh="超出时限，未能得出方案。请缩小区划范围后重试。",
        en="The time limit was over without a plan. Try a smaller division.",
    ),
}


def plan_out(
    plan: Record,
    proposals: Sequence[Record],
    job: Record | None,
    language: Language,
    *,
    most: int | None = None,
) -> JointPlanOut:
    """A stored plan in the reader's language, with up to `most` of its proposals and unplaced organizations."""
    shortened = most is not None and max(len(proposals), len(plan["unplaced"])) > most
    return JointPlanOut.model_validate(
        {
            **plan,
            **_progress(plan, job, language),
            "proposals": [_proposal(row, language) for row in proposals[:most]],
            "unplaced": [{**one, **_explained(one["why"], language)} for one in plan["unplaced"][:most]],
            "shortened": shortened,
        }
    )


def _progress(plan: Record, job: Record | None, language: Language) -> dict[str, Any]:
    """A plan of the version before has no job, and is ready."""
    if job is None:
        count = plan["covered"] + len(plan["unplaced"])
        return {"state": "ready", "progress": {"organizations": count, "settled": count}}
    aims = job["aims"]
    failure = FAILURES.get(job["failure"] or "")
    shown: dict[str, Any] = {
        "state": job["state"],
        "progress": {"organizations": job["organizations"], "settled": job["settled"]},
        "failure": failure and failure.render(language),
    }
    if aims is not None:
        reached, bound = (aims_out(Aims(*aims[name])) for name in ("reached", "bound"))
        shown |= {"reached": reached, "bound": bound, "stopped": aims["stopped"]}
    return shown


def _proposal(row: Record, language: Language) -> dict[str, Any]:
    why = row["why"]
    named = ("total_members", "centre", "metres", "next_best", "existing")
    facts = {name: why.get(name) for name in named}
    return {
        **row,
        **facts,
        "fixed": bool(why.get("fixed")),
        "outdated_by": why.get("outdated_by") or [],
        **_explained(why, language),
    }


def _explained(why: dict[str, Any], language: Language) -> dict[str, Any]:
    return {"why": why[language], "reasons": why["reasons"]}
